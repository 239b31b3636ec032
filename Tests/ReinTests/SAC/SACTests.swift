import Rein
import ReinTestSupport
import Testing

@Suite("SAC")
struct SACTests {
    static let configuration = SAC.Configuration(seed: 3).with {
        $0.environmentCount = 2
        $0.stepsPerIteration = 15
        $0.trainingInterval = 2
        $0.learningStarts = 20
        $0.replayCapacity = 60  // Full and overwritten before the end.
        $0.batchSize = 100  // Two shards, the second one smaller.
        $0.stepCount = 2
        $0.targetUpdateInterval = 2
        $0.maximumGradientNorm = 1
        $0.actorLearningRate = .linear(from: 1e-3, to: 1e-4, over: 100)
        $0.network.hidden = [16]
    }

    static func algorithm(
        _ environment: String, threads: Int = 1, _ change: (inout SAC.Configuration) -> Void = { _ in }
    ) throws -> SAC {
        try SAC(
            environment: EnvironmentRegistry.specification(environment), configuration: configuration.with(change),
            threads: threads)
    }

    static func states(of algorithm: SAC, iterations: Int = 3) throws -> [StateTree] {
        for _ in 0..<iterations { _ = try algorithm.train() }
        return [algorithm.state, try #require(algorithm.policy()).state]
    }

    @Test("The same seed gives the same bits, on 1, 2 and 4 threads", arguments: ["Pendulum-v1", "CartPole-v1"])
    func repeats(environment: String) throws {
        let one = try Self.states(of: Self.algorithm(environment))
        for threads in [1, 2, 4] {
            #expect(try Self.states(of: Self.algorithm(environment, threads: threads)) == one)
        }
        #expect(try Self.states(of: Self.algorithm(environment) { $0.seed = 4 }) != one)
    }

    @Test("Nothing is learnt before learning starts, and then as often as asked")
    func start() throws {
        let algorithm = try Self.algorithm("Pendulum-v1") { $0.learningStarts = 61 }
        let before = try #require(algorithm.policy()).network.parameters
        for _ in 0..<2 {
            #expect(try algorithm.train().policy()?.metric("gradientSteps") == 0)
        }
        #expect(algorithm.policy()?.network.parameters == before)
        let report = try #require(try algorithm.train().policy())
        // After 32, 34, ... 44 steps of each environment.
        #expect(report.metric("gradientSteps") == 7)
        #expect(report.metric("replayCount") == 60)
        #expect(algorithm.policy()?.network.parameters != before)
    }

    @Test("What is learnt does not depend on where iterations end", arguments: ["Pendulum-v1", "CartPole-v1"])
    func iterations(environment: String) throws {
        let short = try Self.algorithm(environment) { $0.stepsPerIteration = 1 }
        let long = try Self.algorithm(environment) { $0.stepsPerIteration = 45 }
        for _ in 0..<45 { _ = try short.train() }
        _ = try long.train()
        // As a truth value, since a failure would print all parameters.
        let areEqual = short.policy()?.network.parameters == long.policy()?.network.parameters
        #expect(areEqual)
    }

    @Test(
        "Saving, restoring and going on gives the files of an uninterrupted run", arguments: CheckpointFormat.allCases)
    func resume(format: CheckpointFormat) throws {
        for environment in ["Pendulum-v1", "CartPole-v1"] {
            try withTemporaryDirectory { directory in
                let whole = try Self.algorithm(environment)
                _ = try Self.states(of: whole, iterations: 4)
                try whole.save(to: directory + "/whole", format: format)
                let first = try Self.algorithm(environment)
                _ = try Self.states(of: first, iterations: 2)
                try first.save(to: directory + "/half", format: format)
                let second = try SAC(restoring: directory + "/half", threads: 2)
                _ = try Self.states(of: second, iterations: 2)
                try second.save(to: directory + "/resumed", format: format)
                #expect(try files(below: directory + "/resumed") == files(below: directory + "/whole"))
            }
        }
    }

    @Test("Without its transitions a checkpoint goes on with an empty replay")
    func resumeWithoutReplay() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.algorithm("Pendulum-v1") { $0.savesReplay = false }
            _ = try Self.states(of: algorithm, iterations: 2)
            try algorithm.save(to: directory + "/a")
            let resumed = try SAC(restoring: directory + "/a")
            #expect(resumed.policy() == algorithm.policy())
            let report = try #require(try resumed.train().policy())
            // 30 steps, of which a window of each environment still waits for its last one.
            #expect(report.metric("replayCount") == 28)
        }
    }

    @Test("Actions without bounds and impossible settings are refused")
    func refusal() throws {
        #expect(throws: StateError.self) {
            try SACLearner.makePolicy(
                observationSpace: Box(-1...1, shape: [2]),
                actionSpace: .box(Box(low: [-1, -.infinity], high: [1, 1])), configuration: SAC.Configuration(),
                random: RandomStream(seed: 1, name: "policy"))
        }
        let error = #expect(throws: ConfigurationError.self) {
            try Self.configuration.with { $0.network.logDeviationMaximum = -30 }.validate()
        }
        #expect(error?.key == "network.logDeviationMaximum")
    }
}
