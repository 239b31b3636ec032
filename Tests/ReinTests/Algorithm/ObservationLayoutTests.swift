import Rein
import ReinTestSupport
import Testing

/// What an environment's observations are made of goes into the policies that are trained in it.
@Suite("Observations that have parts, in training")
struct ObservationLayoutTests {
    static let settings = PPO.Configuration(seed: 1).with {
        $0.environmentCount = 2
        $0.rolloutLength = 8
        $0.minibatchSize = 16
        $0.epochs = 1
        $0.network.hidden = [4]
    }

    static func layout(_ names: [String], starts: [Int] = [0]) throws -> ObservationEncoding {
        try ObservationEncoding(parts: [
            ObservationPart([names[0]], .numbers(shape: [2])),
            ObservationPart(["pole", names[1]], .oneHot(counts: [2], starts: starts)),
        ])
    }

    static func cartPole(_ encoding: ObservationEncoding) -> TrainingEnvironment {
        .singleAgent(EnvironmentSpecification(CartPole.self, observationEncoding: encoding))
    }

    @Test("New policies have the layout, of every method; without one nothing is said")
    func policies() throws {
        let encoding = try Self.layout(["cart", "angle"])
        let environment = Self.cartPole(encoding)
        #expect(try PPO(environment: environment).policy()?.observationEncoding == encoding)
        #expect(try DQN(environment: environment).policy()?.observationEncoding == encoding)
        let pendulum = try ObservationEncoding(parts: [
            ObservationPart(["direction"], .numbers(shape: [2])), ObservationPart(["speed"], .numbers(shape: [])),
        ])
        let continuous = EnvironmentSpecification(Pendulum.self, observationEncoding: pendulum)
        #expect(try SAC(environment: continuous).policy()?.observationEncoding == pendulum)
        let plain = try #require(try PPO(environment: CartPole.self).policy())
        #expect(plain.observationEncoding == .numbers)
        guard case .map(let map) = plain.state else { return }
        #expect(map["observationEncoding"] == nil)
    }

    @Test("A layout changes no bit of what is learnt, and a restored policy keeps its own")
    func restoring() throws {
        let encoding = try Self.layout(["cart", "angle"], starts: [1])
        let plain = try PPO(environment: Self.cartPole(.numbers), configuration: Self.settings)
        let named = try PPO(environment: Self.cartPole(encoding), configuration: Self.settings)
        _ = try plain.train()
        _ = try named.train()
        #expect(plain.policy()?.network == named.policy()?.network)
        for format in CheckpointFormat.allCases {
            try withTemporaryDirectory { directory in
                let (here, there) = (directory + "/named", directory + "/plain")
                try named.save(to: here, format: format, synchronizing: false)
                try plain.save(to: there, format: format, synchronizing: false)
                #expect(try PPO(restoring: here, environment: Self.cartPole(encoding)).policy() == named.policy())
                let unaware = try PPO(restoring: here, environment: Self.cartPole(.numbers))
                #expect(unaware.policy()?.observationEncoding == encoding)
                let older = try PPO(restoring: there, environment: Self.cartPole(encoding))
                #expect(older.policy()?.observationEncoding == .numbers)
                _ = try older.train()
            }
        }
    }

    @Test("A policy is not given rows of another layout, unless only starts differ")
    func differences() throws {
        let encoding = try Self.layout(["cart", "angle"])
        let algorithm = try PPO(environment: Self.cartPole(encoding), configuration: Self.settings)
        let policy = try #require(algorithm.policy())
        let others = [
            try Self.layout(["cart", "tilt"]), .oneHot(counts: [2, 2]),
            try ObservationEncoding(parts: encoding.parts.reversed()),
            try ObservationEncoding(parts: [ObservationPart(["cart"], .numbers(shape: [4]))]),
        ]
        for other in others {
            let environment = Self.cartPole(other)
            let stranger = try PPO(environment: environment, configuration: Self.settings)
            let errors = [
                #expect(throws: StateError.self) { try stranger.replacePolicy(.default, with: policy) },
                #expect(throws: StateError.self) { try stranger.addPolicy("added", policy, mapping: .all("added")) },
                #expect(throws: StateError.self) {
                    try withTemporaryDirectory { directory in
                        try algorithm.save(to: directory + "/saved", synchronizing: false)
                        _ = try PPO(restoring: directory + "/saved", environment: environment)
                    }
                },
            ]
            for error in errors {
                #expect(error?.message.contains("of observations") == true, "\(String(describing: error))")
            }
        }
        for other in try [.numbers, Self.layout(["cart", "angle"], starts: [7])] {
            let near = try PPO(environment: Self.cartPole(other), configuration: Self.settings)
            try near.replacePolicy(.default, with: policy)
            _ = try near.train()
        }
    }

    @Test("Agents with other layouts need policies of their own")
    func agents() throws {
        let width = 2 * 3 * 3
        func encodings(_ second: String) throws -> [ObservationEncoding] {
            try ["board", second].map {
                try ObservationEncoding(parts: [ObservationPart([$0], .binary(shape: [width]))])
            }
        }
        func environment(_ encodings: [ObservationEncoding]) -> TrainingEnvironment {
            .multiAgent(MultiAgentSpecification(TicTacToe.self, observationEncodings: encodings))
        }
        let shared = try Lineup(mapping: .all(.default))
        let same = try PPO(environment: environment(encodings("board")), lineup: shared)
        #expect(same.policy()?.observationEncoding == (try encodings("board")[0]))
        let error = #expect(throws: StateError.self) {
            try PPO(environment: environment(encodings("field")), lineup: shared)
        }
        #expect(error?.message.contains("field: 18 bits") == true, "\(String(describing: error))")
    }

    @Test("A layout that does not fit the space is the environment's fault")
    func unsound() throws {
        let narrow = try ObservationEncoding(parts: [ObservationPart(["cart"], .numbers(shape: [3]))])
        let error = #expect(throws: StateError.self) { try PPO(environment: Self.cartPole(narrow)) }
        #expect(error?.message.contains("parts of 3 numbers, observations of 4 numbers") == true)
        let games: [[ObservationEncoding]] = [[.numbers], [.numbers, narrow]]
        for encodings in games {
            let game = MultiAgentSpecification(TicTacToe.self, observationEncodings: encodings)
            #expect(game.problem?.contains("encodings") == true || game.problem?.contains("parts of 3") == true)
            #expect(throws: StateError.self) {
                try PPO(environment: .multiAgent(game), lineup: Lineup(mapping: .all(.default)))
            }
        }
    }

    @Test("A saved layout that does not fit the policy is refused")
    func damaged() throws {
        var policy = try #require(try PPO(environment: CartPole.self).policy())
        policy.observationEncoding = try ObservationEncoding(parts: [ObservationPart(["a"], .numbers(shape: [5]))])
        let error = #expect(throws: StateError.self) { try Policy(restoring: policy.state) }
        #expect(error?.path == "observationEncoding")
        #expect(error?.message == "parts of 5 numbers, observations of 4 numbers")
    }
}
