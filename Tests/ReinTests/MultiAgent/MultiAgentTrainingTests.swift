import ReinTestSupport
import Testing

@testable import Rein

@Suite("Training several agents together")
struct MultiAgentTrainingTests {
    static let ppo = PPO.Configuration(seed: 5).with {
        $0.environmentCount = 5
        $0.rolloutLength = 17
        $0.minibatchSize = 32
        $0.epochs = 2
        $0.network.hidden = [16]
    }
    static let dqn = DQN.Configuration(seed: 5).with {
        $0.environmentCount = 5
        $0.stepsPerIteration = 17
        $0.learningStarts = 40
        $0.trainingInterval = 3
        $0.network.hidden = [16]
        $0.stepCount = 2
    }
    static let sac = SAC.Configuration(seed: 5).with {
        $0.environmentCount = 5
        $0.stepsPerIteration = 17
        $0.learningStarts = 40
        $0.trainingInterval = 3
        $0.batchSize = 32
        $0.network.hidden = [16]
    }

    /// A learner, an opponent that only acts, and a mapping that draws one of both for the second player.
    static func algorithm<Method: Learner>(
        _: Method.Type, _ configuration: Method.Configuration, threads: Int = 1
    ) throws -> Algorithm<Method> {
        try Algorithm<Method>(
            environment: TicTacToe.self, configuration: configuration,
            lineup: Lineup(
                policies: ["main", "old", "spare"],
                mapping: [
                    "player_1": "main",
                    "*": .weighted([.init("main", weight: 1), .init("old", weight: 2), .init("spare", weight: 1)]),
                ], policiesToTrain: ["main", "spare"]), threads: threads)
    }

    static func states<Method: Learner>(of algorithm: Algorithm<Method>) -> [StateTree?] {
        [algorithm.state] + algorithm.policyIDs.map { algorithm.policy($0)?.state }
    }

    static func sameOnThreads<Method: Learner>(_ method: Method.Type, _ configuration: Method.Configuration) throws {
        let one = try algorithm(method, configuration)
        for _ in 0..<3 { _ = try one.train() }
        for threads in [2, 4] {
            let other = try algorithm(method, configuration, threads: threads)
            for _ in 0..<3 { _ = try other.train() }
            let areEqual = states(of: other) == states(of: one)
            #expect(areEqual)
            try withTemporaryDirectory { directory in
                try one.save(to: directory + "/one", synchronizing: false)
                try other.save(to: directory + "/other", synchronizing: false)
                let haveSameFiles = try files(below: directory + "/one") == files(below: directory + "/other")
                #expect(haveSameFiles)
            }
        }
    }

    @Test("The same bits for 1, 2 and 4 threads, in memory and in files")
    func threads() throws {
        try Self.sameOnThreads(PPOLearner.self, Self.ppo)
        try Self.sameOnThreads(DQNLearner.self, Self.dqn)
        try Self.sameOnThreads(SACLearner.self, Self.sac)
    }

    static func resumes<Method: Learner>(
        _ method: Method.Type, _ configuration: Method.Configuration, format: CheckpointFormat
    ) throws {
        try withTemporaryDirectory { directory in
            let whole = try algorithm(method, configuration)
            for _ in 0..<4 { _ = try whole.train() }
            let first = try algorithm(method, configuration)
            let frozen = first.policy("old")?.network.parameters
            for _ in 0..<2 { _ = try first.train() }
            try first.save(to: directory + "/half", format: format, synchronizing: false)
            let second = try Algorithm<Method>(
                restoring: directory + "/half", environment: MultiAgentSpecification(TicTacToe.self),
                threads: 2)
            #expect(second.mapping == whole.mapping && second.policiesToTrain == ["main", "spare"])
            for _ in 0..<2 { _ = try second.train() }
            let areEqual = states(of: second) == states(of: whole)
            #expect(areEqual)
            let isFrozen = second.policy("old")?.network.parameters == frozen
            #expect(isFrozen)
            let learns = second.policy("main")?.network.parameters != first.policy("main")?.network.parameters
            #expect(learns)
        }
    }

    @Test(
        "A restored run goes on with the same bits, opponents drawn and frozen included",
        arguments: CheckpointFormat.allCases)
    func resume(format: CheckpointFormat) throws {
        try Self.resumes(PPOLearner.self, Self.ppo, format: format)
        try Self.resumes(DQNLearner.self, Self.dqn, format: format)
        try Self.resumes(SACLearner.self, Self.sac, format: format)
    }

    @Test("A hundred policies for a hundred agents train, and two of them go on for all")
    func hundred() throws {
        let specification = MultiAgentSpecification(MultiAgentCartPole.self, id: "Hundred") {
            MultiAgentCartPole(count: 100, timeLimit: 50)
        }
        let algorithm = try PPO(
            environment: specification,
            configuration: Self.ppo.with {
                $0.environmentCount = 1
                $0.rolloutLength = 16
                $0.minibatchSize = 16
                $0.network.hidden = [4]
            },
            lineup: Lineup(policies: specification.agents.map { try PolicyID($0.name) }, mapping: .oneForEachAgent))
        let before = algorithm.policyIDs.map { algorithm.policy($0)?.network.parameters }
        let result = try algorithm.train()
        #expect(result.policies.count == 100)
        #expect(result.counters.environmentSteps == 16)
        #expect(result.counters.agentSteps <= 1600 && result.counters.agentSteps > 800)
        let after = algorithm.policyIDs.map { algorithm.policy($0)?.network.parameters }
        #expect(zip(before, after).allSatisfy { $0 != $1 })

        try withTemporaryDirectory { directory in
            try algorithm.save(to: directory + "/all", synchronizing: false)
            let two = try PPO(
                restoring: directory + "/all", environment: specification,
                lineup: LineupChanges(
                    policies: ["agent_7", "agent_8"], mapping: ["agent_[0-4]?": "agent_7", "*": "agent_8"]))
            #expect(two.policyIDs == ["agent_7", "agent_8"] && two.policiesToTrain == ["agent_7", "agent_8"])
            let kept = two.policy("agent_7")?.network.parameters == algorithm.policy("agent_7")?.network.parameters
            #expect(kept)
            let more = try two.train()
            #expect(more.policies.count == 2 && more.counters.environmentSteps == 32)
        }
    }

    @Test("What does not fit is an error that says why")
    func errors() throws {
        func problem(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return ""
        }
        #expect(
            problem {
                _ = try PPO(
                    environment: TicTacToe.self,
                    configuration: PPO.Configuration().with { $0.network.recurrent = .lstm })
            }.contains("memory"))
        #expect(
            problem {
                _ = try PPO(environment: TicTacToe.self, lineup: Lineup(mapping: ["player_1": "default_policy"]))
            }
            .contains("player_2"))
        #expect(
            problem { _ = try PPO(environment: TicTacToe.self, lineup: Lineup(mapping: ["*": "other"])) }.contains(
                "\"other\""))
        #expect(
            problem {
                _ = try PPO(
                    environment: CartPole.self,
                    lineup: Lineup(
                        policies: ["a", "b"], mapping: ["*": .weighted([.init("a", weight: 1), .init("b", weight: 1)])])
                )
            }.contains("every episode"))
        #expect(
            problem {
                _ = try PPO(
                    environment: .multiAgent(MultiAgentSpecification(TicTacToe.self)),
                    lineup: Lineup(agents: ["player_1", "x"]))
            }.contains("its own"))
    }

    @Test("States in which nobody could act are refused")
    func hostileStates() throws {
        let algorithm = try Self.algorithm(PPOLearner.self, Self.ppo)
        let sharedRunner = try StateReader(algorithm.state).child("stage").tree
        func runner() throws -> PPO { try Self.algorithm(PPOLearner.self, Self.ppo) }
        try #require(runner().sharedRunner).restore(from: sharedRunner)
        for (key, bits) in [("acts", StateTree.bool(false)), ("first", .int(511))] {
            let changed = Self.changing(sharedRunner, key: key, to: bits)
            #expect(changed != sharedRunner, "\(key) is part of the state")
            let other = try #require(runner().sharedRunner)
            #expect(throws: StateError.self) { try other.restore(from: changed) }
        }
    }

    /// A state with the values of a key replaced, in lists one by one.
    private static func changing(_ tree: StateTree, key: String, to value: StateTree) -> StateTree {
        switch tree {
        case .map(let map):
            var changed = StateMap()
            for (name, child) in map.entries {
                if name == key, case .list(let list) = child {
                    changed[name] = .list(list.map { _ in value })
                } else {
                    changed[name] = name == key ? value : changing(child, key: key, to: value)
                }
            }
            return .map(changed)
        case .list(let list): return .list(list.map { changing($0, key: key, to: value) })
        default: return tree
        }
    }
}
