import ReinTestSupport
import Testing

@testable import Rein

@Suite("Policies that come and go between iterations")
struct PolicyChangeTests {
    /// Which policy acted for which agent in an environment's episode, by the runner's own account.
    static func cast<Method: Learner>(of algorithm: Algorithm<Method>) throws -> [PolicyID] {
        let sharedRunner = try #require(algorithm.sharedRunner)
        return sharedRunner.assignedActors.elements.map { sharedRunner.actors[Int($0)].id }
    }

    static func algorithm<Method: Learner>(
        _: Method.Type, _ configuration: Method.Configuration
    ) throws -> Algorithm<Method> {
        try Algorithm<Method>(
            environment: MultiAgentSpecification(Relay.self), configuration: configuration,
            lineup: Lineup(policies: ["main", "rival"], mapping: ["odd": "rival", "*": "main"]))
    }

    /// Changes everything there is to change, training in between.
    static func changes<Method: Learner>(
        _ method: Method.Type, _ configuration: Method.Configuration, format: CheckpointFormat
    ) throws {
        let algorithm = try algorithm(method, configuration)
        _ = try algorithm.train()
        try algorithm.copyPolicy("main", as: "snapshot", mapping: ["odd": "snapshot", "*": "main"])
        let frozen = try #require(algorithm.policy("snapshot"))
        let isCopy = frozen.network == algorithm.policy("main")?.network
        #expect(isCopy && frozen.learnerState == nil && algorithm.policiesToTrain == ["main", "rival"])
        // The relay has 11 steps and an iteration 17: every episode has begun, and goes on with whom it began.
        #expect(try Self.cast(of: algorithm).filter { $0 == "rival" }.count == 5)
        try algorithm.removePolicy("rival")
        #expect(algorithm.policy("rival") == nil && algorithm.policyIDs == ["main", "snapshot"])
        #expect(try Self.cast(of: algorithm).filter { $0 == "rival" }.count == 5)

        // In the middle of the departed policy's last episodes the run can be saved, and goes on with the same bits.
        try withTemporaryDirectory { directory in
            try algorithm.save(to: directory + "/one", format: format, synchronizing: false)
            let restored = try Algorithm<Method>(
                restoring: directory + "/one", environment: MultiAgentSpecification(Relay.self), threads: 2)
            #expect(restored.policyIDs == ["main", "snapshot"] && restored.policy("rival") == nil)
            let isSame = MultiAgentTrainingTests.states(of: restored) == MultiAgentTrainingTests.states(of: algorithm)
            #expect(isSame)
            _ = try algorithm.train()
            _ = try restored.train()
            let areEqual = MultiAgentTrainingTests.states(of: restored) == MultiAgentTrainingTests.states(of: algorithm)
            #expect(areEqual)
        }
        #expect(try Self.cast(of: algorithm).allSatisfy { $0 != "rival" })
        // Once the last of its episodes is over, nothing is left of it.
        try algorithm.retireDeparted()
        #expect(algorithm.sharedRunner?.retired.isEmpty == true)
        let stays = algorithm.policy("snapshot")?.network == frozen.network
        #expect(stays)

        try algorithm.addPolicy("rival", mapping: ["odd": "rival", "even": "snapshot", "*": "main"])
        try algorithm.setPoliciesToTrain(["rival", "snapshot"])
        let before = algorithm.policyIDs.map { algorithm.policy($0)?.network }
        _ = try algorithm.train()
        _ = try algorithm.train()
        let after = algorithm.policyIDs.map { algorithm.policy($0)?.network }
        let learnt = zip(before, after).map { $0 != $1 }
        #expect(learnt == [false, true, true])

        try algorithm.swapPolicies("main", "rival")
        let swapped = [algorithm.policy("main")?.network, algorithm.policy("rival")?.network]
        let areSwapped = swapped == [after[2], after[0]]
        #expect(areSwapped)
        try algorithm.replacePolicy("rival", with: frozen)
        let isReplaced = algorithm.policy("rival")?.network == frozen.network
        #expect(isReplaced)
        #expect(try algorithm.train().policies.count == 3)
    }

    @Test("Add, copy, swap, replace, remove; those who leave end their episodes", arguments: CheckpointFormat.allCases)
    func changes(format: CheckpointFormat) throws {
        try Self.changes(PPOLearner.self, MultiAgentTrainingTests.ppo, format: format)
        try Self.changes(DQNLearner.self, MultiAgentTrainingTests.dqn, format: format)
        try Self.changes(SACLearner.self, MultiAgentTrainingTests.sac, format: format)
    }

    @Test("A policy that is added before training is as one that was there from the beginning")
    func fromTheBeginning() throws {
        let mapping: PolicyMapping = [
            "odd": .weighted([.init("main", weight: 1), .init("rival", weight: 2)]), "*": "main",
        ]
        let whole = try PPO(
            environment: MultiAgentSpecification(Relay.self), configuration: MultiAgentTrainingTests.ppo,
            lineup: Lineup(policies: ["main", "rival"], mapping: ["*": "main"]))
        try whole.setMapping(mapping)
        let grown = try PPO(
            environment: MultiAgentSpecification(Relay.self), configuration: MultiAgentTrainingTests.ppo,
            lineup: Lineup(policies: ["main"]))
        try grown.addPolicy("rival", mapping: mapping)
        #expect(try Self.cast(of: whole) == Self.cast(of: grown))
        let isSame = whole.policy("rival")?.network == grown.policy("rival")?.network
        #expect(isSame)
    }

    @Test("Where agents have environments of their own, other policies' episodes go on")
    func alone() throws {
        let algorithm = try PPO(
            environment: CartPole.self, configuration: MultiAgentTrainingTests.ppo,
            lineup: Lineup(policies: ["a", "b"], agents: ["x", "y"], mapping: ["x": "a", "*": "b"]))
        _ = try algorithm.train()
        let running = try StateReader(algorithm.state).child("runners").child("a").tree
        try algorithm.copyPolicy("b", as: "c", isTrained: true, mapping: ["x": "a", "*": "c"])
        try algorithm.removePolicy("b")
        #expect(try StateReader(algorithm.state).child("runners").child("a").tree == running)
        let result = try algorithm.train()
        #expect(result.policies.map(\.id) == ["a", "c"])
    }

    @Test("What cannot be is an error, and changes nothing")
    func errors() throws {
        let algorithm = try Self.algorithm(PPOLearner.self, MultiAgentTrainingTests.ppo)
        _ = try algorithm.train()
        let before = MultiAgentTrainingTests.states(of: algorithm)
        let other = try PPO(environment: CartPole.self, configuration: MultiAgentTrainingTests.ppo)
        let cart = try #require(other.policy())
        let wide = try PPO(
            environment: MultiAgentSpecification(Relay.self),
            configuration: MultiAgentTrainingTests.ppo.with { $0.network.hidden = [5] })
        let wider = try #require(wide.policy())
        func problem(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return "no error"
        }
        for (problem, words) in [
            (problem { try algorithm.addPolicy("main") }, "already"),
            (problem { try algorithm.addPolicy("new", mapping: ["*": "nobody"]) }, "\"nobody\""),
            (problem { try algorithm.addPolicy("new", cart, mapping: ["*": "new"]) }, "observations of shape [4]"),
            (problem { try algorithm.addPolicy("new", wider) }, "settings describe"),
            (problem { try algorithm.copyPolicy("mian", as: "new") }, "did you mean \"main\""),
            (problem { try algorithm.removePolicy("rival") }, "\"rival\""),
            (problem { try algorithm.removePolicy("rivel", mapping: ["*": "main"]) }, "did you mean \"rival\""),
            (problem { try algorithm.replacePolicy("rival", with: wider) }, "same network"),
            (problem { try algorithm.setMapping(["odd": "rival"]) }, "\"even\""),
            (problem { try algorithm.setPoliciesToTrain(["x*"]) }, "x*"),
            (problem { try algorithm.removePolicy("r*", mapping: .all("main")) }, "\"r*\""),
            (problem { try algorithm.setEvaluationMapping(["*": "x"]) }, "evaluationMapping"),
            (
                problem {
                    let settings = MultiAgentTrainingTests.ppo.with { $0.rolloutLength = 3 }
                    try algorithm.addPolicy("new", configuration: settings)
                }, "rolloutLength"
            ),
        ] {
            #expect(problem.contains(words), "\(problem)")
        }
        let isUnchanged = MultiAgentTrainingTests.states(of: algorithm) == before
        #expect(isUnchanged)
        // A policy that only acts may have any network.
        try algorithm.addPolicy("wider", wider, isTrained: false, mapping: ["odd": "wider", "*": "main"])
        _ = try algorithm.train()
    }
}
