import Rein
import ReinTestSupport
import Testing

@Suite("PPO with recurrent networks")
struct RecurrentPPOTests {
    typealias Recurrence = NetworkConfiguration.Recurrence
    static let kinds: [Recurrence] = [.lstm, .gru]
    static let values: [ActorCriticArchitecture.ValueNetwork] = [.separate, .shared]

    static let configuration = PPO.Configuration(seed: 3).with {
        $0.environmentCount = 9
        $0.rolloutLength = 24
        $0.sequenceLength = 6
        $0.minibatchSize = 60  // Ten sequences: two shards, and a smaller last minibatch.
        $0.epochs = 2
        $0.normalizesObservations = true
        $0.scalesRewards = true
        $0.network.hidden = [8]
        $0.network.recurrentWidth = 8
    }

    static func algorithm(
        _ environment: String = "CartPole-v1", threads: Int = 1, _ change: (inout PPO.Configuration) -> Void
    ) throws -> PPO {
        try PPO(
            environment: EnvironmentRegistry.specification(environment), configuration: configuration.with(change),
            threads: threads)
    }

    @Test(
        "Before the first gradient step every probability ratio is 1, iteration after iteration", arguments: kinds,
        values)
    func ratioOne(kind: Recurrence, value: ActorCriticArchitecture.ValueNetwork) throws {
        for environment in ["CartPole-v1", "Pendulum-v1"] {
            let algorithm = try Self.algorithm(environment) {
                $0.network.recurrent = kind
                $0.network.value = value
            }
            for _ in 0..<4 {
                let report = try #require(try algorithm.train().policy())
                #expect(try #require(report.metric("firstRatioError")) < 1e-5)
            }
        }
    }

    @Test("1, 2 and 4 threads give the same bits", arguments: kinds, values)
    func threads(kind: Recurrence, value: ActorCriticArchitecture.ValueNetwork) throws {
        func states(_ threads: Int) throws -> [StateTree] {
            let algorithm = try Self.algorithm(threads: threads) {
                $0.network.recurrent = kind
                $0.network.value = value
            }
            for _ in 0..<2 { _ = try algorithm.train() }
            return [algorithm.state, try #require(algorithm.policy()).state]
        }
        let one = try states(1)
        for threads in [2, 4] { #expect(try states(threads) == one) }
    }

    @Test(
        "Saving and restoring in the middle of episodes gives the files of an uninterrupted run", arguments: kinds,
        CheckpointFormat.allCases)
    func resume(kind: Recurrence, format: CheckpointFormat) throws {
        try withTemporaryDirectory { directory in
            func make() throws -> PPO {
                try Self.algorithm {
                    $0.network.recurrent = kind
                    $0.network.value = kind == .lstm ? .separate : .shared
                    $0.environmentCount = 4
                    $0.minibatchSize = 24
                }
            }
            let whole = try make()
            for _ in 0..<4 { _ = try whole.train() }
            try whole.save(to: directory + "/whole", format: format)
            let first = try make()
            for _ in 0..<2 { _ = try first.train() }
            try first.save(to: directory + "/half", format: format)
            let memory = try StateReader(first.state).child("runners").child("default_policy").child("state").child(
                "recurrentStates")
            let width = kind == .lstm ? 2 * 2 * 8 : 8
            #expect(try memory.floats(shape: [4, width]).contains { $0 != 0 }, "an episode must be in flight")
            let second = try PPO(restoring: directory + "/half", threads: 2)
            for _ in 0..<2 { _ = try second.train() }
            try second.save(to: directory + "/resumed", format: format)
            #expect(try files(below: directory + "/resumed") == files(below: directory + "/whole"))
        }
    }

    /// The mean return of the trained policy's most likely actions over as many episodes of each sign.
    static func returnMean(_ change: (inout PPO.Configuration) -> Void) throws -> Double {
        let configuration = PPO.Configuration(seed: 1).with {
            $0.environmentCount = 8
            $0.rolloutLength = 16
            $0.sequenceLength = 8
            $0.minibatchSize = 64
            $0.epochs = 4
            $0.learningRate = 1e-2
            $0.discount = 0.8
            $0.network.hidden = [8]
            $0.network.recurrentWidth = 8
            change(&$0)
        }
        let algorithm = try PPO(environment: RememberedCue.self, configuration: configuration)
        for _ in 0..<30 { _ = try algorithm.train() }
        let episodes = try Evaluator(environment: EnvironmentSpecification(RememberedCue.self)).episodes(
            20, of: #require(algorithm.policy()))
        return episodes.reduce(0) { $0 + $1.totalReward } / 20
    }

    @Test("What only the first observation shows is remembered", arguments: kinds, values)
    func remembers(kind: Recurrence, value: ActorCriticArchitecture.ValueNetwork) throws {
        let mean = try Self.returnMean {
            $0.network.recurrent = kind
            $0.network.value = value
        }
        #expect(mean > 2.5, "\(mean)")
    }

    @Test("Without memory it cannot be known")
    func forgets() throws {
        #expect(try Self.returnMean { _ in } < 0.5)
    }

    @Test("A policy that only acts, and one that is restored alone, need no learner")
    func onlyActs() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try PPO(
                environment: CartPole.self,
                configuration: Self.configuration.with { $0.network.recurrent = .gru },
                lineup: Lineup(
                    policies: ["left", "right"], agents: ["a", "b"], mapping: ["a": "left", "*": "right"],
                    policiesToTrain: ["left"]))
            for _ in 0..<2 { _ = try algorithm.train() }
            try algorithm.save(to: directory + "/two")
            let alone = try Policy(restoring: directory + "/two", id: "right")
            #expect(alone == algorithm.policy("right"))
            #expect(alone.stateWidth == 8)
            let again = try PPO(
                restoring: directory + "/two", lineup: LineupChanges(policies: ["left"], mapping: .all("left")))
            _ = try again.train()
        }
    }

    @Test("Memory of another shape, of numbers that are not finite, or none is refused with its place")
    func hostileStates() throws {
        let algorithm = try Self.algorithm { $0.network.recurrent = .lstm }
        _ = try algorithm.train()
        let policy = try #require(algorithm.policy())
        let runner = RolloutRunner(
            specification: EnvironmentSpecification(CartPole.self), lanes: 3, policy: policy, discount: 0.9,
            random: RandomStream(seed: 1, name: "runner"))
        guard case .map(let saved) = runner.state else { throw StateError(.wrongType, "no map") }
        let width = policy.network.stateWidth
        #expect(width == 2 * 2 * 8)
        let right = [Float](repeating: 0.25, count: 3 * width)
        func restored(_ memory: StateTree?) throws {
            var map = saved
            map["recurrentStates"] = memory
            try runner.restore(from: .map(map))
        }
        try restored(.tensor(StateTensor(right, shape: [3, width])))
        for memory: StateTree? in [
            nil, .null, "memory", .tensor(StateTensor(right, shape: [width, 3])),
            .tensor(StateTensor([Float](repeating: 0, count: 3), shape: [3, 1])),
            .tensor(StateTensor(right.map { Double($0) }, shape: [3, width])),
            .tensor(StateTensor([.nan] + right.dropFirst(), shape: [3, width])),
            .tensor(StateTensor([.infinity] + right.dropFirst(), shape: [3, width])),
        ] {
            let error = try #require(throws: StateError.self) { try restored(memory) }
            #expect(error.path == "recurrentStates", "\(error)")
            // The runner is as it was.
            #expect(try StateReader(runner.state).floats("recurrentStates", shape: [3, width]) == right)
        }
    }

    @Test(
        "Settings that do not fit together name their key",
        arguments: [
            (#"{"network": {"recurrent": "lstm"}, "sequenceLength": 24}"#, "sequenceLength"),
            (#"{"network": {"recurrent": "gru"}, "sequenceLength": 32, "minibatchSize": 48}"#, "minibatchSize"),
            (#"{"network": {"recurrent": "rnn"}}"#, "network.recurrent"),
            (#"{"network": {"recurrent": "lstm", "recurrentWidth": 0}}"#, "network.recurrentWidth"),
            (#"{"sequenceLength": 0}"#, "sequenceLength"),
        ])
    func configuration(json: String, key: String) throws {
        let tree = try JSON.parse(json)
        let error = try #require(throws: ConfigurationError.self) { try PPO.Configuration(overlaying: tree) }
        #expect(error.key == key, "\(error)")
    }

    @Test("Recurrent networks are asked for by name, and are not in the defaults")
    func settings() throws {
        var tree = StateTree.map([:])
        for text in ["network.recurrent=gru", "network.recurrentWidth=32", "sequenceLength=32"] {
            try ConfigurationAssignment(parsing: text).apply(to: &tree)
        }
        let configuration = try PPO.Configuration(overlaying: tree)
        #expect(configuration.network.recurrent == .gru && configuration.network.recurrentWidth == 32)
        #expect(try PPO.Configuration(overlaying: configuration.tree) == configuration)
        #expect(PPO.Configuration().network.recurrent == .none)
        // Without memory, sequences do not matter.
        _ = try PPO.Configuration(overlaying: JSON.parse(#"{"sequenceLength": 7}"#))
    }

    @Test(
        "DQN and SAC say that they have no recurrent networks",
        arguments: [#"{"network": {"recurrent": "lstm"}}"#, #"{"sequenceLength": 8}"#])
    func otherMethods(json: String) throws {
        let tree = try JSON.parse(json)
        let first = try #require(throws: ConfigurationError.self) { try DQN.Configuration(overlaying: tree) }
        #expect(first.problem.contains("DQN has no recurrent networks"))
        let second = try #require(throws: ConfigurationError.self) { try SAC.Configuration(overlaying: tree) }
        #expect(second.problem.contains("SAC has no recurrent networks"))
    }
}
