import Foundation
import Rein
import ReinTestSupport
import Testing

@Suite("Checkpoints of algorithms")
struct CheckpointTests {
    static let configuration = PPO.Configuration(seed: 5).with {
        $0.environmentCount = 3
        $0.rolloutLength = 20
        $0.minibatchSize = 32
        $0.epochs = 2
        $0.klCoefficient = 0.2
        $0.learningRateKLTarget = 0.01
        $0.normalizesObservations = true
        $0.scalesRewards = true
        $0.learningRate = .linear(from: 1e-3, to: 1e-4, over: 1000)
    }

    static func algorithm(_ environment: String = "CartPole-v1") throws -> PPO {
        try PPO(environment: EnvironmentRegistry.specification(environment), configuration: configuration)
    }

    static func train(_ algorithm: PPO, _ iterations: Int) throws {
        for _ in 0..<iterations { _ = try algorithm.train() }
    }

    @Test(
        "Saving, restoring and going on gives the files of an uninterrupted run",
        arguments: ["Acrobot-v1", "CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Pendulum-v1"],
        CheckpointFormat.allCases)
    func resume(environment: String, format: CheckpointFormat) throws {
        try withTemporaryDirectory { directory in
            let whole = try Self.algorithm(environment)
            try Self.train(whole, 4)
            try whole.save(to: directory + "/whole", format: format)

            let first = try Self.algorithm(environment)
            try Self.train(first, 2)
            try first.save(to: directory + "/half", format: format)
            let second = try PPO(restoring: directory + "/half", threads: 2)
            #expect(second.counters == first.counters)
            try Self.train(second, 2)
            try second.save(to: directory + "/resumed", format: format)
            #expect(try files(below: directory + "/resumed") == files(below: directory + "/whole"))
        }
    }

    @Test("Native to msgpack to native gives byte-identical files, and the detour resumes bit for bit")
    func conversion() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm("Pendulum-v1")
            try Self.train(algorithm, 2)
            try algorithm.save(to: directory + "/a")
            try CheckpointDirectory.convert(from: directory + "/a", to: directory + "/b", format: .msgpack)
            try CheckpointDirectory.convert(from: directory + "/b", to: directory + "/c", format: .native)
            #expect(try files(below: directory + "/a") == files(below: directory + "/c"))
            let resumed = try PPO(restoring: directory + "/b")
            try Self.train(algorithm, 1)
            try Self.train(resumed, 1)
            #expect(algorithm.state == resumed.state)
            #expect(algorithm.policy()?.state == resumed.policy()?.state)
        }
    }

    @Test("restore(from:) takes over a checkpoint, and leaves the algorithm alone when it cannot")
    func restore() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm()
            try Self.train(algorithm, 1)
            try algorithm.save(to: directory + "/a")
            let before = algorithm.state
            try Self.train(algorithm, 1)
            let after = algorithm.state
            #expect(before != after)
            #expect(throws: StateError.self) { try algorithm.restore(from: directory + "/none") }
            #expect(algorithm.state == after)
            try algorithm.restore(from: directory + "/a")
            #expect(algorithm.state == before)
            let other = try PPO(environment: CartPole.self, configuration: Self.configuration.with { $0.epochs = 3 })
            #expect(throws: StateError.self) { try other.restore(from: directory + "/a") }
        }
    }

    @Test("An existing directory is not overwritten unless asked")
    func existing() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm()
            try algorithm.save(to: directory + "/a")
            let saved = try files(below: directory + "/a")
            try Self.train(algorithm, 1)
            let error = try #require(throws: StateError.self) { try algorithm.save(to: directory + "/a") }
            #expect(error.code == .alreadyExists)
            #expect(try files(below: directory + "/a") == saved)
            try algorithm.save(to: directory + "/a", replacingExisting: true)
            #expect(try files(below: directory + "/a") != saved)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a"])
        }
    }

    @Test(
        "A policy restored alone acts as the one that was trained, and saves without loss",
        arguments: CheckpointFormat.allCases)
    func policyAlone(format: CheckpointFormat) throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm()
            try Self.train(algorithm, 2)
            try algorithm.save(to: directory + "/a", format: format)
            let trained = try #require(algorithm.policy())
            // From the algorithm's directory with an id, and from the policy's own directory after it was moved away.
            try FileManager.default.copyItem(
                atPath: directory + "/a/policies/default_policy", toPath: directory + "/alone")
            let policies = [
                try Policy(restoring: directory + "/a", id: .default), try Policy(restoring: directory + "/a"),
                try Policy(restoring: directory + "/alone"),
            ]
            for policy in policies {
                #expect(policy == trained)
                #expect(policy.outputs(for: [0.1, -0.2, 0.03, 0.4]) == trained.outputs(for: [0.1, -0.2, 0.03, 0.4]))
            }
            try policies[0].save(to: directory + "/saved", format: format)
            if format == .native {
                #expect(try files(below: directory + "/saved") == files(below: directory + "/alone"))
            } else {
                // What RLlib reads there has settings of the algorithm as well.
                let isSame = try Policy(restoring: directory + "/saved").state == policies[0].state
                #expect(isSame)
            }
            var other = try #require(Self.algorithm().policy())
            try other.restore(from: directory + "/alone")
            #expect(other == trained)
        }
    }

    @Test("Settings can be read from a checkpoint, and another algorithm's name or a newer version is refused")
    func versions() throws {
        let algorithm = try Self.algorithm()
        guard case .map(var map) = algorithm.state else { throw StateError(.wrongType, "no map") }
        try withTemporaryDirectory { directory in
            map["version"] = 99
            try CheckpointDirectory.writeAlgorithm(
                to: directory + "/newer", format: .native, algorithm: .map(map),
                policies: [(.default, try #require(algorithm.policy()).state)])
            let error = try #require(throws: StateError.self) { try PPO(restoring: directory + "/newer") }
            #expect(error.code == .unsupportedVersion && error.path.contains("version"))
            map["version"] = 1
            map["algorithm"] = "DQN"
            try CheckpointDirectory.writeAlgorithm(
                to: directory + "/other", format: .native, algorithm: .map(map),
                policies: [(.default, try #require(algorithm.policy()).state)])
            #expect(throws: StateError.self) { try PPO(restoring: directory + "/other") }
        }
    }
}
