import Foundation
import ReinCheckpoints
import Testing

/// What Ray keeps of sequences of checkpoints, recorded.
struct RetentionFixture {
    /// A sequence of registrations.
    struct Sequence: CustomTestStringConvertible, Sendable {
        let name: String
        let numToKeep: Int?
        let attribute: String?
        let order: ScoreOrder
        /// The metrics of each checkpoint.
        let metrics: [StateTree]
        let steps: [Step]

        var testDescription: String { "\(name), \(numToKeep ?? 0), \(attribute ?? "none"), \(order.rawValue)" }

        /// Whether a fault of Ray's shows: a score that is no number raised and was not tracked, or a missing one counted
        /// as the best of those whose lower ones are better.
        var showsFault: Bool {
            guard attribute != nil else { return false }
            return metrics.contains { metrics in
                switch score(of: metrics) {
                case .double, .int, .bool: false
                case nil: order == .min
                default: true
                }
            }
        }

        /// What the attribute names, found by hand.
        func score(of metrics: StateTree) -> StateTree? {
            attribute == "score"
                ? metrics[key: "score"] : attribute == nil ? nil : metrics[key: "evaluation"]?[key: "score"]
        }

        var config: CheckpointConfig {
            get throws { try CheckpointConfig(numToKeep: numToKeep, scoreAttribute: attribute, scoreOrder: order) }
        }
    }

    /// What there is after a registration.
    struct Step: Sendable, Equatable {
        let onDisk: [Int]
        let bestWorstFirst: [Int]
    }

    /// A whole run.
    struct Run: Sendable {
        let config: CheckpointConfig
        let folders: [[Int]]
        let latest: Int
        let bestWorstFirst: [Int]
    }

    /// When checkpoints were made in a run.
    struct When: Sendable {
        let config: CheckpointConfig
        let variant: String
        let iterations: Int
        let made: [Int]
    }

    let tree: StateReader

    init() throws {
        let path = try #require(Bundle.module.resourcePath) + "/Fixtures/retention.json"
        tree = StateReader(try JSON.parse(LocalFile.read(path, limit: 1 << 20)), path: "retention.json")
    }

    var sequences: [Sequence] {
        get throws {
            let scores = Dictionary(uniqueKeysWithValues: try tree.child("scores").map())
            return try tree.child("sequences").list().map { sequence in
                let fields = try sequence.list()
                let (name, attribute) = (try fields[0].string(), try fields[2].stringIfAny)
                return Sequence(
                    name: name, numToKeep: try fields[1].intIfAny, attribute: attribute,
                    order: try #require(ScoreOrder(rawValue: fields[3].string())),
                    metrics: try #require(scores[name]).list().enumerated().map { index, score in
                        Self.metrics(index, attribute, score.tree)
                    },
                    steps: try fields[4].list().map { step in
                        Step(onDisk: try step.list()[0].ints, bestWorstFirst: try step.list()[1].ints)
                    })
            }
        }
    }

    /// The result of an iteration, as it was registered.
    private static func metrics(_ index: Int, _ attribute: String?, _ score: StateTree) -> StateTree {
        var map: StateMap = ["training_iteration": .int(Int64(index) + 1), "other": .int(-Int64(index))]
        let number: StateTree? =
            switch score {
            case "missing": nil
            case "NaN": .double(.nan)
            case "Infinity": .double(.infinity)
            case "-Infinity": .double(-.infinity)
            default: score
            }
        guard let attribute, let number else { return .map(map) }
        if attribute == "score" { map["score"] = number } else { map["evaluation"] = ["score": number, "length": 7] }
        return .map(map)
    }

    var runs: [Run] {
        get throws {
            try tree.child("runs").list().map { run in
                let fields = try run.list()
                return Run(
                    config: try CheckpointConfig(
                        numToKeep: fields[0].intIfAny, scoreAttribute: fields[1].stringIfAny,
                        scoreOrder: try #require(ScoreOrder(rawValue: fields[2].string())), frequency: fields[3].int()),
                    folders: try fields[4].list().map { try $0.ints }, latest: try fields[5].int(),
                    bestWorstFirst: try fields[6].ints)
            }
        }
    }

    var when: [When] {
        get throws {
            try tree.child("when").list().map { run in
                let fields = try run.list()
                let atEnd: Bool? = fields[1].tree.isNull ? nil : try fields[1].bool()
                return When(
                    config: try CheckpointConfig(frequency: fields[0].int(), atEnd: atEnd),
                    variant: try fields[2].string(), iterations: try fields[3].int(), made: try fields[4].ints)
            }
        }
    }
}

extension StateReader {
    fileprivate var ints: [Int] { get throws { try list().map { try $0.int() } } }
    fileprivate var intIfAny: Int? { get throws { tree.isNull ? nil : try int() } }
    fileprivate var stringIfAny: String? { get throws { tree.isNull ? nil : try string() } }
}

extension StateTree {
    fileprivate subscript(key key: String) -> StateTree? {
        if case .map(let map) = self { map[key] } else { nil }
    }
}
