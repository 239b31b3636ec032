import ReinCheckpoints
import ReinTestSupport
import Synchronization
import Testing

@testable import Rein

@Suite("Environments that leave nobody anything to do")
struct EmptyMaskTests {
    /// Episodes of eight steps, with a mask that leaves no valid action in one state.
    struct Blocking: Environment {
        enum Place: String, Codable, CaseIterable, Sendable {
            /// The first state of all.
            case start
            /// The state after step 5 of the second episode.
            case step
            /// Its last state, in which it is truncated.
            case last
            /// The first state of the third episode.
            case next

            /// The number of the step before the state.
            var step: Int { [.step: 5, .last: 8][self] ?? 0 }
        }

        static let masksActions = true
        var place: Place?
        var episode = 0
        var time = 0

        var observationSpace: Box { Box(0...8, shape: [1]) }
        var actionSpace: ActionSpace { .discrete(3) }

        mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
            episode += 1
            time = 0
            observation[0] = 0
        }

        mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
            time += 1
            observation[0] = Float(time)
            return Step(reward: 1, status: time < 8 ? .running : .truncated)
        }

        func writeActionMask(into mask: inout ActionMaskRow) {
            let states: [Place: (Int, Int)] = [.start: (1, 0), .step: (2, 5), .last: (2, 8), .next: (3, 0)]
            let isBlocked = place.flatMap { states[$0] }.map { $0 == (episode, time) } ?? false
            for action in 0..<3 { mask[action] = !isBlocked && action != time % 3 }
        }

        /// The environment, one copy of which is blocked.
        static func specification(_ place: Place, copy: Int) -> EnvironmentSpecification {
            // The specification and the vector make one each to look at its spaces.
            let made = Counter()
            return EnvironmentSpecification(Blocking.self) {
                Blocking(place: made.next() == 2 + copy ? place : nil)
            }
        }

        /// Two independent agents in each environment, one of which is blocked in one copy.
        static func specification(_ place: Place, copy: Int, agent: Int) -> MultiAgentSpecification {
            let made = Counter()
            return MultiAgentSpecification(IndependentAgents<Blocking>.self) {
                IndependentAgents(count: 2) {
                    Blocking(place: made.next() == 2 * (2 + copy) + agent ? place : nil)
                }
            }
        }
    }

    /// Two agents, who both leave after step 3 of the second episode, which goes on all the same.
    struct Deserting: MultiAgentEnvironment {
        var episode = 0
        var time = 0
        var agents: [AgentID] { ["left", "right"] }
        func observationSpace(of agent: Int) -> Box { Box(0...8, shape: [1]) }
        func actionSpace(of agent: Int) -> ActionSpace { .discrete(2) }

        mutating func reset(seed: UInt64?, _ turn: inout AgentTurn) {
            episode += 1
            time = 0
        }

        mutating func step(_ turn: inout AgentTurn) -> Status {
            time += 1
            if episode == 2, time == 3 { for agent in 0..<2 { turn.end(agent, .terminated) } }
            return time < 8 ? .running : .terminated
        }

        func observe(_ agent: Int, into observation: inout ObservationRow) { observation[0] = Float(time) }
    }

    /// Counts environments that are made.
    private final class Counter: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock { count in
                defer { count += 1 }
                return count
            }
        }
    }

    private static func fault(
        _ environment: String, _ episode: EnvironmentFault.Episode, agent: AgentID? = nil, after step: Int
    ) -> EnvironmentFault {
        EnvironmentFault(
            environment: environment, episode: episode, agent: agent, step: step, quantity: .mask(component: nil))
    }

    @Test(
        "A mask without a valid action ends the rollout, named with copy and step, and training goes on",
        arguments: Blocking.Place.allCases, [1, 3])
    func training(place: Blocking.Place, threads: Int) throws {
        let expected = Self.fault("Blocking", .copy(5), after: place.step)
        func environment() -> EnvironmentSpecification { Blocking.specification(place, copy: 5) }
        try EnvironmentFaultTests.check(
            DQN(environment: environment(), configuration: EnvironmentFaultTests.dqn, threads: threads), expected)
        try EnvironmentFaultTests.check(
            SAC(environment: environment(), configuration: EnvironmentFaultTests.sac, threads: threads), expected)
        // PPO has no use for the mask of a last state.
        guard place != .last else { return }
        try EnvironmentFaultTests.check(
            PPO(environment: environment(), configuration: EnvironmentFaultTests.ppo, threads: threads), expected)
    }

    @Test("With several agents, the agent is named, too", arguments: Blocking.Place.allCases)
    func severalAgents(place: Blocking.Place) throws {
        let expected = Self.fault("MultiAgentBlocking", .copy(2), agent: "agent_1", after: place.step)
        func environment() -> MultiAgentSpecification { Blocking.specification(place, copy: 2, agent: 1) }
        try EnvironmentFaultTests.check(
            DQN(environment: environment(), configuration: EnvironmentFaultTests.dqn), expected)
        guard place != .last else { return }
        try EnvironmentFaultTests.check(
            PPO(environment: environment(), configuration: EnvironmentFaultTests.ppo), expected)
    }

    @Test("An evaluation that meets one says so, with the seed of the episode")
    func evaluation() throws {
        let policy = try #require(
            try PPO(environment: EnvironmentSpecification(Blocking.self), configuration: EnvironmentFaultTests.ppo)
                .policy())
        let alone = #expect(throws: StateError.self) {
            try Evaluator(environment: Blocking.specification(.start, copy: 3), seed: 10).episodes(5, of: policy)
        }
        #expect(alone?.message == Self.fault("Blocking", .seed(13), after: 0).description)
        for player: EvaluationPlayer in [.policy(policy), .random, .scripted { _ in .discrete(1) }] {
            let shared = #expect(throws: StateError.self) {
                try MultiAgentEvaluator(environment: Blocking.specification(.start, copy: 3, agent: 1), seed: 10)
                    .evaluate(["p": player], mapping: .all("p"), episodes: 5)
            }
            #expect(
                shared?.message
                    == Self.fault("MultiAgentBlocking", .seed(13), agent: "agent_1", after: 0).description)
        }
    }

    @Test("So does an episode that goes on without anybody")
    func desertion() throws {
        let expected = EnvironmentFault(environment: "Deserting", episode: .copy(0), step: 3, quantity: .actors)
        let specification = MultiAgentSpecification(Deserting.self)
        try EnvironmentFaultTests.check(
            PPO(environment: specification, configuration: EnvironmentFaultTests.ppo), expected)
        let alone = MultiAgentSpecification(Deserting.self) { Deserting(episode: 1) }
        let error = #expect(throws: StateError.self) {
            try MultiAgentEvaluator(environment: alone, seed: 4)
                .evaluate(["p": .random], mapping: .all("p"), episodes: 2)
        }
        #expect(error?.message.contains("the episode of seed 4: nobody acts after step 3") == true)
    }

    @Test("A component of several actions without a choice is named")
    func components() {
        let parts = VectorEnvironment(seeds: [0]) { Choosing() }.maskParts
        #expect(parts.width == 5)
        #expect(parts.fault(of: [false, true, false, false, true]) == nil)
        #expect(parts.fault(of: [true, true, false, false, false]) == .mask(component: 1))
        let all = parts.firstFault(of: [true, true, true, true, true, false, false, true, true, true], rows: 2)
        #expect(all?.row == 1 && all?.quantity == .mask(component: 0))
        let fault = EnvironmentFault(
            environment: "Choosing", episode: .copy(0), step: 2, quantity: .mask(component: 1))
        #expect(fault.description.contains("after step 2 leaves no valid choice for component 1"))
    }

    /// Has two components.
    struct Choosing: Environment {
        static let masksActions = true
        var observationSpace: Box { Box(0...1, shape: [1]) }
        var actionSpace: ActionSpace { .multiDiscrete([2, 3]) }
        mutating func reset(seed: UInt64?, into observation: inout ObservationRow) { observation[0] = 0 }
        mutating func step(_ action: SIMD2<Float>, into observation: inout ObservationRow) -> Step {
            Step(reward: 0)
        }
    }
}
