import ReinTestSupport
import Synchronization
import Testing

@testable import Rein

/// Methods, networks and environments that stop in different places.
enum Interrupted: String, CaseIterable, Sendable {
    case ppo, ppoEarlyStop, ppoManyPolicies, ppoStateDependent, lstm, gru
    case dqn, rainbow, dqnManyPolicies
    case sac, sacDiscrete, sacStateDependent, sacManyPolicies
    case ppoTogether, ppoMaskedTogether, dqnTogether, sacTogether, departing

    /// Runs a body, generic over the method, with what makes an algorithm.
    func check(
        threads: Int, _ body: some UnfinishedIterationCheck
    ) throws {
        func run<Method: Learner>(_ make: @escaping () throws -> Algorithm<Method>) throws {
            try body.run(make, environment: environment, threads: threads)
        }
        let ids: [PolicyID] = ["a", "b", "c"]
        let shares: PolicyMapping = ["x": "a", "y": "b", "z": "c", "w": "a"]
        let agents: [AgentID] = ["x", "y", "z", "w"]
        switch self {
        case .ppo, .ppoEarlyStop:
            try run {
                try PPO(
                    environment: Pendulum.self,
                    configuration: Self.ppoSettings.with {
                        if self == .ppoEarlyStop { ($0.targetKL, $0.epochs, $0.learningRate) = (1e-4, 5, 0.01) }
                    }, threads: threads)
            }
        case .ppoManyPolicies:
            try run {
                try PPO(
                    environment: CartPole.self, configuration: Self.ppoSettings,
                    lineup: Lineup(
                        policies: ids, agents: agents, mapping: shares, policiesToTrain: PolicySelection(["a", "b"]),
                        policyConfigurations: [
                            "b": Self.ppoSettings.with {
                                $0.epochs = 1; $0.scalesRewards = false
                            }
                        ]), threads: threads)
            }
        case .ppoStateDependent:
            try run {
                try PPO(
                    environment: Pendulum.self,
                    configuration: Self.ppoSettings.with {
                        $0.usesStateDependentExploration = true
                        $0.explorationInterval = 4
                        $0.klCoefficient = 0
                    }, threads: threads)
            }
        case .lstm, .gru:
            try run {
                try PPO(
                    environment: CartPole.self,
                    configuration: Self.ppoSettings.with {
                        $0.network.recurrent = self == .lstm ? .lstm : .gru
                        $0.network.value = self == .lstm ? .separate : .shared
                        $0.network.recurrentWidth = 4
                        ($0.rolloutLength, $0.sequenceLength, $0.minibatchSize) = (12, 4, 16)
                    }, threads: threads)
            }
        case .dqn, .rainbow:
            try run {
                try DQN(
                    environment: CartPole.self,
                    configuration: Self.dqnSettings.with {
                        if self == .rainbow { $0.rainbow = true; $0.atoms = 5 }
                    }, threads: threads)
            }
        case .dqnManyPolicies:
            try run {
                try DQN(
                    environment: CartPole.self, configuration: Self.dqnSettings,
                    lineup: Lineup(
                        policies: ids, agents: agents, mapping: shares, policiesToTrain: PolicySelection(["a", "b"]),
                        policyConfigurations: [
                            "b": Self.dqnSettings.with {
                                $0.trainingInterval = 4; $0.updatesPerInterval = 1
                            }
                        ]), threads: threads)
            }
        case .sac, .sacDiscrete, .sacStateDependent:
            try run {
                try SAC(
                    environment: self == .sacDiscrete
                        ? .singleAgent(EnvironmentSpecification(CartPole.self))
                        : .singleAgent(EnvironmentSpecification(Pendulum.self)),
                    configuration: Self.sacSettings.with {
                        if self == .sacStateDependent { $0.usesStateDependentExploration = true }
                    }, threads: threads)
            }
        case .sacManyPolicies:
            try run {
                try SAC(
                    environment: Pendulum.self, configuration: Self.sacSettings,
                    lineup: Lineup(
                        policies: ids, agents: agents, mapping: shares, policiesToTrain: PolicySelection(["b", "c"])),
                    threads: threads)
            }
        case .ppoTogether:
            try run {
                try PPO(
                    environment: MultiAgentSpecification(Relay.self), configuration: MultiAgentTrainingTests.ppo,
                    lineup: Lineup(policies: ["main", "rival"], mapping: ["odd": "rival", "*": "main"]),
                    threads: threads)
            }
        case .ppoMaskedTogether:
            try run {
                try MultiAgentTrainingTests.algorithm(
                    PPOLearner.self, MultiAgentTrainingTests.ppo, threads: threads)
            }
        case .dqnTogether:
            try run {
                try MultiAgentTrainingTests.algorithm(
                    DQNLearner.self, MultiAgentTrainingTests.dqn.with { $0.updatesPerInterval = 2 }, threads: threads)
            }
        case .sacTogether:
            try run {
                try MultiAgentTrainingTests.algorithm(
                    SACLearner.self, MultiAgentTrainingTests.sac, threads: threads)
            }
        case .departing:
            try run {
                let algorithm = try PPO(
                    environment: MultiAgentSpecification(Relay.self), configuration: MultiAgentTrainingTests.ppo,
                    lineup: Lineup(policies: ["main", "rival"], mapping: ["odd": "rival", "*": "main"]),
                    threads: threads)
                _ = try algorithm.train()
                // Its episodes go on into the iteration that is stopped.
                try algorithm.removePolicy("rival", mapping: .all("main"))
                return algorithm
            }
        }
    }

    /// The environment, where it has no registered name.
    private var environment: TrainingEnvironment? {
        switch self {
        case .ppoTogether, .departing: .multiAgent(MultiAgentSpecification(Relay.self))
        default: nil
        }
    }

    static let ppoSettings = PPO.Configuration(seed: 5).with {
        $0.environmentCount = 3
        $0.rolloutLength = 20
        $0.minibatchSize = 32
        $0.epochs = 2
        $0.klCoefficient = 0.2
        $0.normalizesObservations = true
        $0.scalesRewards = true
        $0.learningRate = .linear(from: 1e-3, to: 1e-4, over: 1000)
        $0.network.hidden = [8]
    }
    static let dqnSettings = DQN.Configuration(seed: 5).with {
        $0.environmentCount = 2
        $0.stepsPerIteration = 14
        $0.learningStarts = 12
        $0.trainingInterval = 3
        $0.updatesPerInterval = 2
        $0.batchSize = 16
        $0.replayCapacity = 100
        $0.targetUpdateInterval = 10
        $0.stepCount = 3
        $0.prioritizedReplay = true
        $0.network.hidden = [8]
    }
    static let sacSettings = SAC.Configuration(seed: 5).with {
        $0.environmentCount = 2
        $0.stepsPerIteration = 10
        $0.learningStarts = 12
        $0.trainingInterval = 3
        $0.updatesPerInterval = 2
        $0.batchSize = 16
        $0.replayCapacity = 100
        $0.stepCount = 2
        $0.network.hidden = [8]
    }
}

/// What is done with an algorithm, whatever its method.
protocol UnfinishedIterationCheck {
    func run<Method: Learner>(
        _ make: () throws -> Algorithm<Method>, environment: TrainingEnvironment?, threads: Int) throws
}

extension UnfinishedIterationCheck {
    /// What an iteration reports, without times.
    func report(_ result: TrainingResult) -> StateTree {
        guard case .map(var map) = result.tree else { return .null }
        (map["timers"], map["stepsPerSecond"]) = (nil, nil)
        return .map(map)
    }

    /// The reports of iterations that are not stopped, and the files of a checkpoint after them.
    func whole<Method: Learner>(
        _ algorithm: Algorithm<Method>, iterations: Int
    ) throws -> (reports: [StateTree], files: [String: [UInt8]]) {
        let reports = try (0..<iterations).map { _ in report(try algorithm.train()) }
        return (reports, try files(algorithm))
    }

    func files<Method: Learner>(_ algorithm: Algorithm<Method>) throws -> [String: [UInt8]] {
        try withTemporaryDirectory { directory in
            try algorithm.save(to: directory + "/a", synchronizing: false)
            return try ReinTestSupport.files(below: directory + "/a")
        }
    }
}

/// Goes a step, then is told to stop, saved and restored, again and again.
struct SavedEverywhere: UnfinishedIterationCheck {
    func run<Method: Learner>(
        _ make: () throws -> Algorithm<Method>, environment: TrainingEnvironment?, threads: Int
    ) throws {
        let whole = try whole(make(), iterations: 2)
        var algorithm = try make()
        var reports: [StateTree] = []
        var stops = 0
        while reports.count < whole.reports.count {
            try #require(stops < 1000, "no step was taken")
            let asked = Atomic<Int>(0)
            if let result = try algorithm.train(while: { asked.add(1, ordering: .relaxed).newValue <= 1 }) {
                #expect(!algorithm.isInsideIteration)
                reports.append(report(result))
                continue
            }
            try #require(algorithm.isInsideIteration)
            stops += 1
            let restored = try restored(algorithm, stops, environment: environment, threads: threads)
            let isSame = restored.state == algorithm.state
            try #require(isSame && restored.isInsideIteration)
            algorithm = restored
        }
        #expect(stops > 15)
        #expect(reports == whole.reports)
        let isSame = try files(algorithm) == whole.files
        #expect(isSame)
    }
}

extension SavedEverywhere {
    /// The algorithm after it was saved and restored: in memory, and in a directory of either format, in turn.
    private func restored<Method: Learner>(
        _ algorithm: Algorithm<Method>, _ turn: Int, environment: TrainingEnvironment?, threads: Int
    ) throws -> Algorithm<Method> {
        guard !turn.isMultiple(of: 3) else {
            return try Algorithm(restoring: algorithm.checkpoint(), environment: environment, threads: threads)
        }
        return try withTemporaryDirectory { directory in
            try algorithm.save(
                to: directory + "/a", format: turn % 3 == 1 ? .native : .msgpack, synchronizing: false)
            return try Algorithm(restoring: directory + "/a", environment: environment, threads: threads)
        }
    }
}

/// Is told to stop once, at each place in turn, and goes on as if nothing had been.
struct StoppedOnce: UnfinishedIterationCheck {
    func run<Method: Learner>(
        _ make: () throws -> Algorithm<Method>, environment: TrainingEnvironment?, threads: Int
    ) throws {
        let whole = try whole(make(), iterations: 2)
        var place = 0
        while true {
            let algorithm = try make()
            _ = try algorithm.train()
            algorithm.pace = RolloutPace()
            let asked = Atomic<Int>(0)
            let last = place
            var result = try algorithm.train(while: { asked.add(1, ordering: .relaxed).newValue <= last })
            guard result == nil else { break }
            #expect(algorithm.isInsideIteration == (place > 0))
            result = try algorithm.train()
            #expect(result.map(report) == whole.reports[1])
            let isSame = try files(algorithm) == whole.files
            #expect(isSame, "stopped at place \(place)")
            place += 1
        }
        #expect(place > 5)
    }
}

@Suite("Stopping inside an iteration")
struct UnfinishedIterationTests {
    @Test(
        "Stopped, saved and restored at every place, training gives the reports and files of one that was not",
        arguments: Interrupted.allCases, [1, 3])
    func savedEverywhere(kind: Interrupted, threads: Int) throws {
        try kind.check(threads: threads, SavedEverywhere())
    }

    @Test("Stopped once, training goes on as if nothing had been", arguments: Interrupted.allCases)
    func stoppedOnce(kind: Interrupted) throws { try kind.check(threads: 1, StoppedOnce()) }
}
