import Foundation
import ReinTestSupport
import Testing

@testable import Rein

/// Set the environment variable `REIN_RLLIB_PYTHON` to a Python interpreter with RLlib 2.10 to run these tests;
/// `Scripts/make-python-environments` makes one.
@Suite("Real RLlib")
struct RealRLlibTests {
    static let interpreter = PythonInterpreter(variable: "REIN_RLLIB_PYTHON")

    /// What RLlib should find, for policies by themselves.
    static func expectation(_ policy: Policy, learner: StateReader?) throws -> StateTree {
        var random = RandomStream(seed: 9, name: "observations")
        let scale = (0..<policy.observationSpace.count).map { [1, 1, 5, 0.2, 1, 1][$0 % 6] as Float }
        let observations = (0..<16).map { _ in scale.map { $0 * random.nextNormal() } }
        func list(_ numbers: [Float]) -> StateTree { .list(numbers.map { .double(Double($0)) }) }
        let actions = observations.map { observation -> [Float] in
            switch policy.action(for: observation) {
            case .discrete(let index): [Float(index)]
            case .multiDiscrete(let indices): indices.map { Float($0) }
            case .continuous(let elements): elements
            }
        }
        func steps(_ places: [String]) throws -> [Int] {
            try places.map { place in
                var reader = try #require(learner)
                for key in place.split(separator: "/") { reader = try reader.child(String(key)) }
                return try reader.int("step")
            }
        }
        let counts: [Int] =
            switch policy.distribution {
            case .actionValues: try steps(["networks/optimizer"])
            case .squashedGaussian,
                .categorical where learner?.optionalChild("updater") != nil:
                try steps(
                    ["updater/actorOptimizer"]
                        + (learner?.child("updater").child("critics").child("parameters").map() ?? []).map { _ in
                            "updater/criticOptimizer"
                        } + ["updater/temperature/optimizer"])
            default: try steps(["optimizer"])
            }
        return [
            "observations": .list(observations.map(list)), "actions": .list(actions.map(list)),
            "outputs": .list(observations.map { list(policy.outputs(for: $0)) }),
            "steps": .list(counts.map { $0 == 0 ? [] : [.double(Double($0))] }),
        ]
    }

    /// Runs the script on what `fill` puts into two directories: policies by themselves, and algorithms.
    static func check(_ fill: (_ policies: String, _ algorithms: String) throws -> Void) throws {
        let interpreter = try #require(Self.interpreter)
        try withTemporaryDirectory { directory in
            let (policies, algorithms) = ("\(directory)/policies", "\(directory)/algorithms")
            for path in [policies, algorithms] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            try fill(policies, algorithms)
            #expect(interpreter.run(script: "check_with_rllib.py", [directory]) == 0)
        }
    }

    /// Writes what RLlib should find in a policy beside its checkpoint.
    static func note(_ policy: Policy, at path: String) throws {
        let expected = try expectation(policy, learner: policy.learnerState.map { StateReader($0) })
        try Data(JSON.text(expected).utf8).write(to: URL(fileURLWithPath: path + ".json"))
    }

    @Test(
        "Opens every kind of policy with the same outputs, and trains on every kind of algorithm",
        .enabled(if: interpreter != nil, "REIN_RLLIB_PYTHON names no Python interpreter with RLlib"))
    func opens() throws {
        try Self.check { policies, algorithms in
            for sample in RLlibSamples.all {
                let path = "\(algorithms)/\(sample.testDescription)"
                try sample.save(path, .msgpack)
                for id in try CheckpointDirectory(opening: path).policyIDs {
                    // The folder of a policy is a checkpoint by itself, wherever it is.
                    let alone = "\(policies)/\(sample.testDescription)-\(id)"
                    let policy = try Policy(restoring: path, id: id)
                    try policy.save(to: alone, format: .msgpack)
                    try Self.note(policy, at: alone)
                }
            }
        }
    }

    @Test(
        "Opens its own checkpoints when Rein has read and written them",
        .enabled(if: interpreter != nil, "REIN_RLLIB_PYTHON names no Python interpreter with RLlib"))
    func opensItsOwn() throws {
        try Self.check { policies, algorithms in
            for name in RLlibFixture.names {
                let path = "\(policies)/\(name)"
                try CheckpointDirectory.convert(from: RLlibFixture(name).path, to: path, format: .msgpack)
                try Self.note(Policy(restoring: path), at: path)
            }
            for (name, _) in RLlibFixture.algorithms {
                let path = "\(algorithms)/\(name)"
                try CheckpointDirectory.convert(
                    from: "\(RLlibFixture.directory)/\(name)/checkpoint", to: path, format: .msgpack)
                for id in try CheckpointDirectory(opening: path).policyIDs {
                    let alone = "\(policies)/\(name)-\(id)"
                    let policy = try Policy(restoring: path, id: id)
                    try policy.save(to: alone, format: .msgpack)
                    try Self.note(policy, at: alone)
                }
            }
        }
    }
}
