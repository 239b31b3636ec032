import Foundation
import ReinCheckpoints
import ReinRandom
import ReinTestSupport
import Testing

@testable import ReinTune

/// Metrics that are not what was hoped for.
struct OddMetricTests {
    /// Reports a metric as its settings say.
    struct Reporting: StatefulTrainable {
        private let metric: StateTree?
        private var n: Int64 = 0

        init(configuration: StateMap, context: TrainableContext) { metric = configuration["metric"] }

        mutating func step() -> StepResult {
            n += 1
            var metrics: StateMap = ["height_mean": .int(n)]
            metrics["height"] = metric == "missing" ? nil : metric
            return StepResult(metrics)
        }

        var state: StateMap { ["n": .int(n)] }

        mutating func load(_ state: StateReader) throws { n = Int64(try state.int("n")) }
    }

    private static func schedulers(_ metric: String) throws -> [any TrialScheduler] {
        [
            ASHAScheduler(try .init(metric: metric, order: .max, maxTime: 9, reductionFactor: 3)),
            HyperBandScheduler(try .init(metric: metric, order: .max, maxTime: 9, reductionFactor: 3)),
            MedianStoppingRule(
                try .init(metric: metric, order: .max, timeAttribute: "training_iteration", gracePeriod: 1)),
            PopulationBasedTraining(
                try .init(
                    metric: metric, order: .max, timeAttribute: "training_iteration", interval: 2,
                    mutations: ["rate": .domain(.uniform(0.1...1))])),
        ]
    }

    private static func tuner(_ metrics: [StateTree], _ scheduler: any TrialScheduler) throws -> Tuner {
        var tuner = try Tuner(
            TrainableDefinition(Reporting.self),
            searching: ["metric": .grid(metrics.map { .fixed($0) }), "rate": .uniform(0.1...1)])
        tuner.scheduler = scheduler
        tuner.stopRule = .iterations(9)
        tuner.synchronizes = false
        return tuner
    }

    @Test("NaN, infinity, text, lists, null and nothing cost no more than their trial", arguments: 0..<4)
    func odd(_ number: Int) async throws {
        try await withTemporaryDirectory { folder in
            let metrics: [StateTree] = [
                1, .double(.nan), .double(.infinity), "text", [1, 2], ["a": 1], .null, "missing", 2,
            ]
            let tuner = try Self.tuner(metrics, Self.schedulers("height")[number])
            let outcome = try await tuner.run(in: "\(folder)/e")
            #expect(outcome.isFinished && outcome.trials.count == 9)
            // Text, lists and maps are no numbers: that is an error of the trial. What is a number is none.
            #expect([3, 4, 5].allSatisfy { outcome.trials[$0].status == .errored })
            #expect([0, 1, 2, 8].allSatisfy { outcome.trials[$0].status == .terminated })
            #expect(!outcome.warnings.contains { $0.contains("no result has had") })
        }
    }

    @Test("A metric that never comes is told of once, with the nearest one and all that there are", arguments: 0..<4)
    func missing(_ number: Int) async throws {
        try await withTemporaryDirectory { folder in
            let tuner = try Self.tuner(["missing", "missing", "missing"], Self.schedulers("height_meen")[number])
            let outcome = try await tuner.run(in: "\(folder)/e")
            let told = outcome.warnings.filter { $0.contains("no result has had") }
            #expect(told.count == 1, "\(outcome.warnings)")
            #expect(told.first?.contains("\"height_mean\"") == true, "\(told)")
            #expect(told.first?.contains("training_iteration") == true && told.first?.contains("height_meen") == true)
        }
    }

    @Test("A searcher's metric that never comes is told of, and one that comes late is not")
    func searched() async throws {
        try await withTemporaryDirectory { folder in
            for (name, isThere) in [("height", true), ("hight", false)] {
                var tuner = Tuner(
                    TrainableDefinition(Reporting.self),
                    searcher: try ConcurrencyLimiter(
                        SpaceSearcher(
                            searching: ["metric": .choice([1, 2])], metric: name, order: .max, seed: 3), limit: 2))
                tuner.maximumTrials = 3
                tuner.stopRule = .iterations(2)
                tuner.synchronizes = false
                let outcome = try await tuner.run(in: "\(folder)/\(name)")
                #expect(outcome.isFinished && outcome.warnings.isEmpty == isThere, "\(outcome.warnings)")
            }
        }
    }
}

/// Journals that are not as they were written.
struct DamagedExperimentTests {
    private static func tuner(_ isPopulation: Bool = false) throws -> Tuner {
        var tuner = try Tuner(
            TrainableDefinition(Climber.self), searching: ["rate": .uniform(0.1...1)], samples: 3, seed: 3)
        tuner.scheduler = isPopulation ? try population() : try asha()
        tuner.stopRule = .iterations(4)
        tuner.checkpoints = try CheckpointConfig(numToKeep: 2, frequency: 1)
        tuner.machine = try MachineResources(cpus: 2, gpus: 0, memory: 1e9)
        tuner.isDeterministic = true
        tuner.maximumConcurrency = 2
        tuner.synchronizes = false
        tuner.writesEvents = false
        return tuner
    }

    private static func asha() throws -> any TrialScheduler {
        ASHAScheduler(try .init(metric: "height", order: .max, maxTime: 4, reductionFactor: 2))
    }

    private static func population() throws -> any TrialScheduler {
        PopulationBasedTraining(
            try .init(
                metric: "height", order: .max, timeAttribute: "training_iteration", interval: 1,
                mutations: ["rate": .domain(.uniform(0.1...1))], quantile: 0.4))
    }

    private static func decisions(_ outcome: Tuner.Outcome) -> [String] {
        outcome.trials.map { "\($0.id) \($0.tag) \($0.status) \($0.lastResult?.metric("height") ?? .null)" }
    }

    /// Runs an experiment, and copies it away in the middle.
    private static func experiment(
        in folder: String, isPopulation: Bool = false
    ) async throws -> (decisions: [String], journal: [UInt8]) {
        var isCopied = false
        let whole = try await tuner(isPopulation).run(in: "\(folder)/whole/e") { progress in
            guard !isCopied, progress.count(.terminated) > 0 else { return }
            isCopied = true
            try? FileManager.default.createDirectory(atPath: "\(folder)/cut", withIntermediateDirectories: true)
            try? FileManager.default.copyItem(atPath: "\(folder)/whole/e", toPath: "\(folder)/cut/e")
        }
        return (decisions(whole), try Array(Data(contentsOf: URL(fileURLWithPath: "\(folder)/cut/e/journal.jsonl"))))
    }

    /// Resumes a copy that has another journal.
    private static func resume(
        _ journal: [UInt8], of folder: String, isPopulation: Bool = false
    ) async throws -> Tuner.Outcome {
        let place = "\(folder)/try/e"
        try? FileManager.default.removeItem(atPath: "\(folder)/try")
        try FileManager.default.createDirectory(atPath: "\(folder)/try", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(folder)/cut/e", toPath: place)
        try Data(journal).write(to: URL(fileURLWithPath: "\(place)/journal.jsonl"))
        return try await tuner(isPopulation).resume(in: place)
    }

    @Test("Cut anywhere, a journal leads to an end or to an error; flipped anywhere, it is an error")
    func damages() async throws {
        try await withTemporaryDirectory { folder in
            let (decisions, journal) = try await Self.experiment(in: folder)
            let header = try #require(journal.firstIndex(of: UInt8(ascii: "\n")))
            let lastLine = try #require(journal.dropLast().lastIndex(of: UInt8(ascii: "\n")))
            for place in stride(from: 0, to: journal.count, by: 449) {
                do {
                    let outcome = try await Self.resume(Array(journal[..<place]), of: folder)
                    #expect(place > header && outcome.isFinished, "cut \(place)")
                    // Checkpoints are ahead of the lines that are missing, but for the last one.
                    if place > lastLine { #expect(Self.decisions(outcome) == decisions, "cut \(place)") }
                } catch { #expect(error is StateError && place <= header, "cut \(place): \(error)") }
                var flipped = journal
                flipped[place] ^= 1 << UInt8(place % 8)
                do {
                    let outcome = try await Self.resume(flipped, of: folder)
                    #expect(place > lastLine && Self.decisions(outcome) == decisions, "flipped \(place)")
                } catch { #expect(error is StateError && place <= lastLine, "flipped \(place): \(error)") }
            }
            let doubled = await #expect(throws: StateError.self) {
                try await Self.resume(journal + journal, of: folder)
            }
            #expect(doubled?.message.contains("twice") == true)
            let newer = try JournalLine(number: 0, record: ["journal": 2, "experiment": [:]]).text() + "\n"
            let version = await #expect(throws: StateError.self) {
                try await Self.resume(Array(newer.utf8), of: folder)
            }
            #expect(version?.code == .unsupportedVersion)
        }
    }

    @Test("Where no folder can be made or written, the error names it, and nothing is trained")
    func places() async throws {
        try await withTemporaryDirectory { folder in
            try "".write(toFile: "\(folder)/file", atomically: false, encoding: .utf8)
            for place in ["\(folder)/file", "\(folder)/file/e", "/proc/none/e", "/proc/self/fdinfo"] {
                for isNew in [true, false] {
                    let error = await #expect(throws: StateError.self) {
                        let tuner = try Self.tuner()
                        _ = try await isNew ? tuner.run(in: place) : tuner.resume(in: place)
                    }
                    #expect(error.map { $0.path.hasPrefix("/proc") || $0.path.hasPrefix(folder) } == true)
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
        }
    }

    @Test("Whatever a well-formed journal says, it is carried out or refused", arguments: [false, true])
    func crafted(_ isPopulation: Bool) async throws {
        try await withTemporaryDirectory { folder in
            let (_, journal) = try await Self.experiment(in: folder, isPopulation: isPopulation)
            // What it comes to when it is opened: with everything that is known in it.
            _ = try await Task {
                try await Self.resume(journal, of: folder, isPopulation: isPopulation)
            }.value
            var sources = [journal]
            let task = Task {
                let place = "\(folder)/suspended/e"
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/suspended", withIntermediateDirectories: true)
                try FileManager.default.copyItem(atPath: "\(folder)/cut/e", toPath: place)
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await Self.tuner(isPopulation).resume(in: place)
                return try Array(Data(contentsOf: URL(fileURLWithPath: "\(place)/journal.jsonl")))
            }
            sources.append(try await task.value)
            var random = RandomStream(seed: 11, name: "crafted \(isPopulation)")
            var refused = 0
            for source in sources {
                let lines = try source.split(separator: UInt8(ascii: "\n")).map { try JournalLine(Array($0)).record }
                for _ in 0..<20 {
                    var changed = lines
                    let place = Int.random(in: 1..<lines.count, using: &random)
                    changed[place] = changed[place].mutated(using: &random)
                    let text = try changed.enumerated().map { try JournalLine(number: $0, record: $1).text() }
                    do {
                        let outcome = try await Self.resume(
                            Array((text.joined(separator: "\n") + "\n").utf8), of: folder, isPopulation: isPopulation)
                        #expect(outcome.isFinished)
                    } catch {
                        #expect(error is StateError, "\(error)")
                        refused += 1
                    }
                }
            }
            #expect(refused > 5)
        }
    }
}

extension StateTree {
    /// The tree with one of its leaves, or one of its keys, changed.
    fileprivate func mutated(using random: inout RandomStream) -> StateTree {
        switch self {
        case .map(var map) where !map.isEmpty:
            let key = map.keys.randomElement(using: &random) ?? ""
            if Int.random(in: 0..<12, using: &random) == 0 {
                map[key] = nil
            } else {
                map[key] = map[key]?.mutated(using: &random)
            }
            return .map(map)
        case .list(var list) where !list.isEmpty:
            let place = Int.random(in: 0..<list.count, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: list.remove(at: place)
            case 1: list.append(list[place])
            default: list[place] = list[place].mutated(using: &random)
            }
            return .list(list)
        default:
            let others: [StateTree] = [
                0, -1, 1, 3, .int(.max), .int(.min), .double(.nan), .double(.infinity), .double(-2.5), "", "running",
                "pending", "paused", "terminated", "closed", "open", true, .null, [], [:],
            ]
            return others.randomElement(using: &random) ?? .null
        }
    }
}
