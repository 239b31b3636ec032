import ReinTestSupport
import Synchronization
import Testing

@testable import Rein

@Suite("Algorithms inside an iteration")
struct UnfinishedAlgorithmTests {
    static let cast: [PolicyID] = ["main", "old"]

    /// An algorithm that has trained, and was stopped after `places` times asking.
    static func stopped<Method: Learner>(
        _ algorithm: Algorithm<Method>, after places: Int
    ) throws -> Algorithm<Method> {
        _ = try algorithm.train()
        algorithm.pace = RolloutPace()
        let asked = Atomic<Int>(0)
        let result = try algorithm.train(while: { asked.add(1, ordering: .relaxed).newValue <= places })
        #expect(result == nil && algorithm.isInsideIteration)
        return algorithm
    }

    static func ppo(after places: Int) throws -> PPO {
        try stopped(PPO(environment: CartPole.self, configuration: Interrupted.ppoSettings), after: places)
    }

    static func dqn(after places: Int) throws -> DQN {
        try stopped(
            DQN(
                environment: CartPole.self, configuration: Interrupted.dqnSettings,
                lineup: Lineup(policies: cast, agents: ["x", "y"], mapping: ["x": "main", "y": "old"])), after: places)
    }

    static func together(after places: Int) throws -> PPO {
        try stopped(
            MultiAgentTrainingTests.algorithm(PPOLearner.self, MultiAgentTrainingTests.ppo), after: places)
    }

    @Test("Only a checkpoint from inside an iteration is of a version that older readers refuse")
    func versions() throws {
        func version(_ algorithm: PPO) throws -> Int { try StateReader(algorithm.state).int("version") }
        let algorithm = try Self.ppo(after: 3)
        #expect(try version(algorithm) == 2 && StateReader(algorithm.state).optionalChild("iteration") != nil)
        _ = try algorithm.train()
        #expect(try version(algorithm) == 1 && StateReader(algorithm.state).optionalChild("iteration") == nil)
        // Whoever is told to stop before an iteration begins is not inside one.
        #expect(try algorithm.train(while: { false }) == nil)
        #expect(!algorithm.isInsideIteration)
    }

    @Test("Inside an iteration policies can be looked at and evaluated, but not changed")
    func changes() throws {
        for places in [3, 9] {
            let algorithm = try Self.together(after: places)
            let before = MultiAgentTrainingTests.states(of: algorithm)
            let changes: [() throws -> Void] = [
                { try algorithm.addPolicy("new") }, { try algorithm.copyPolicy("main", as: "copy") },
                { try algorithm.removePolicy("old", mapping: .all("main")) },
                { try algorithm.replacePolicy("old", with: try #require(algorithm.policy("main"))) },
                { try algorithm.swapPolicies("main", "old") }, { try algorithm.setMapping(.all("main")) },
                { try algorithm.setPoliciesToTrain(["main"]) },
            ]
            for change in changes {
                let error = try #require(throws: StateError.self) { try change() }
                #expect(error.message.contains("train()") && error.message.contains("abandonIteration()"))
            }
            try algorithm.setEvaluationMapping(.all("main"))
            #expect(try algorithm.evaluate(episodes: 2).episodes.count == 2)
            try algorithm.setEvaluationMapping(nil)
            let isSame = MultiAgentTrainingTests.states(of: algorithm) == before
            #expect(isSame)

            algorithm.abandonIteration()
            #expect(!algorithm.isInsideIteration)
            for change in changes[..<3] { try change() }
            #expect(try algorithm.train().counters.iterations == 2)
        }
    }

    @Test("An abandoned iteration leaves gradient steps, and nothing of what was collected", arguments: [3, 8, 12])
    func abandoned(places: Int) throws {
        let algorithm = try Self.dqn(after: places)
        let parameters = try #require(algorithm.policy("main")).network.parameters
        let (steps, episodes) = (algorithm.counters, algorithm.episodes)
        algorithm.abandonIteration()
        #expect(algorithm.policy("main")?.network.parameters == parameters)
        #expect(algorithm.counters == steps && algorithm.episodes == episodes)
        let result = try algorithm.train()
        #expect(result.counters.iterations == 2)
        // What the abandoned iteration measured is not counted.
        let counts = result.policies.compactMap { $0.metric("gradientSteps") }
        #expect(counts.allSatisfy { (8...10).contains($0) }, "\(counts)")
    }

    @Test("Restored with another line-up or environment, an algorithm begins the next iteration")
    func restoredOtherwise() throws {
        for places in [3, 8] {
            try withTemporaryDirectory { directory in
                try Self.dqn(after: places).save(to: directory + "/a", synchronizing: false)
                #expect(try DQN(restoring: directory + "/a").isInsideIteration)
                let other = EnvironmentSpecification(CartPole.self, id: "other")
                let changed = [
                    try DQN(
                        restoring: directory + "/a", lineup: LineupChanges(policies: ["main"], mapping: .all("main"))),
                    try DQN(restoring: directory + "/a", lineup: LineupChanges(mapping: ["x": "old", "y": "main"])),
                    try DQN(restoring: directory + "/a", lineup: LineupChanges(policiesToTrain: ["old"])),
                    try DQN(
                        restoring: directory + "/a",
                        lineup: LineupChanges(agents: ["x", "y", "z"], mapping: ["x": "main", "*": "old"])),
                    try DQN(restoring: directory + "/a", environment: other),
                ]
                for algorithm in changed {
                    #expect(!algorithm.isInsideIteration)
                    #expect(try algorithm.train().counters.iterations == 2)
                }
            }
        }
    }

    @Test("Without its replay an algorithm finishes the iteration, with what it collects")
    func withoutReplay() throws {
        try withTemporaryDirectory { directory in
            let settings = Interrupted.dqnSettings.with { $0.savesReplay = false }
            for places in 2..<12 {
                let algorithm = try Self.stopped(
                    DQN(environment: CartPole.self, configuration: settings), after: places)
                try algorithm.save(to: directory + "/\(places)", synchronizing: false)
                let restored = try DQN(restoring: directory + "/\(places)")
                #expect(restored.isInsideIteration)
                #expect(try restored.train().counters.iterations == 2)
            }
        }
    }

    @Test("restore(from:) goes on inside the iteration, or leaves one")
    func restore() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.ppo(after: 8)
            try algorithm.save(to: directory + "/inside", synchronizing: false)
            let inside = algorithm.state
            _ = try algorithm.train()
            try algorithm.save(to: directory + "/between", synchronizing: false)
            try algorithm.restore(from: directory + "/inside")
            #expect(algorithm.isInsideIteration)
            let isSame = algorithm.state == inside
            #expect(isSame)
            try algorithm.restore(from: directory + "/between")
            #expect(!algorithm.isInsideIteration)
        }
    }

    @Test("A policy of such a checkpoint acts as it did, and converting there and back gives the same bytes")
    func extraction() throws {
        for places in [2, 8] {
            try withTemporaryDirectory { directory in
                let algorithm = try Self.ppo(after: places)
                for format in CheckpointFormat.allCases {
                    let path = directory + "/\(format)"
                    try algorithm.save(to: path, format: format, synchronizing: false)
                    #expect(try Policy(restoring: path, id: .default) == algorithm.policy())
                }
                try CheckpointDirectory.convert(from: directory + "/native", to: directory + "/b", format: .msgpack)
                try CheckpointDirectory.convert(from: directory + "/b", to: directory + "/c", format: .native)
                let isSame = try files(below: directory + "/c") == files(below: directory + "/native")
                #expect(isSame)
            }
        }
    }

    @Test("A method that cannot stop while it learns stops between, and is done once")
    func patient() throws {
        let whole = try Algorithm<PatientLearner>(environment: CartPole.self)
        let algorithm = try Algorithm<PatientLearner>(environment: CartPole.self)
        _ = try whole.train()
        for place in 0..<100 {
            let asked = Atomic<Int>(0)
            guard try algorithm.train(while: { asked.add(1, ordering: .relaxed).newValue <= 1 }) == nil else {
                #expect(place > 3)
                break
            }
        }
        let isSame = algorithm.state == whole.state && algorithm.policy()?.state == whole.policy()?.state
        #expect(isSame && !algorithm.isInsideIteration)
    }
}

/// Counts how often it has learnt, in the first parameter.
private struct PatientLearner: Learner {
    struct Configuration: AlgorithmConfiguration {
        var seed = 0
        var environmentCount = 2
        func validate() throws(ConfigurationError) {}
    }

    struct Metrics: LearnerMetrics {
        var values: [(name: String, value: Double)] { [] }
    }

    static let algorithmName = "Patient"
    static func stepsPerIteration(of configuration: Configuration) -> Int { 9 }
    static func discount(of configuration: Configuration) -> Double { 1 }

    static func form(
        observationSpace: Box, actionSpace: ActionSpace, configuration: Configuration
    ) throws -> PolicyForm {
        try PolicyForm(
            observationSpace: observationSpace, actionSpace: actionSpace,
            architecture: ActorCriticArchitecture(inputs: 4, outputs: 2, hidden: [2], value: .none))
    }

    static func makePolicy(
        of form: PolicyForm, configuration: Configuration, random: RandomStream
    ) throws -> Policy {
        try Policy(form, network: ActorCritic(form.architecture))
    }

    init(for policy: Policy, lanes: RolloutLanes, configuration: Configuration, random: RandomStream) {}

    static func makeBatch(for policy: Policy, lanes: RolloutLanes, configuration: Configuration) -> RolloutBatch {
        RolloutBatch(steps: 9, lanes: lanes, policy: policy)
    }

    mutating func learn(_ policy: inout Policy, from rollout: Rollout, in context: LearningContext) {
        policy.network.parameters[0] += rollout.batch.rewards.elements.reduce(0, +)
    }

    mutating func report() -> Metrics { Metrics() }
    var state: StateTree { [:] }
    mutating func restore(from state: StateTree) throws(StateError) {}
}
