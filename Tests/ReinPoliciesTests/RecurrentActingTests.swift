import CAllocationCounter
import Rein
import Testing

@Suite("Acting with memory")
struct RecurrentActingTests {
    static let kinds: [NetworkConfiguration.Recurrence] = [.lstm, .gru]

    static func policy(
        _ environment: EnvironmentSpecification, _ kind: NetworkConfiguration.Recurrence,
        _ value: ActorCriticArchitecture.ValueNetwork = .separate
    ) throws -> Policy {
        try PPOLearner.makePolicy(
            observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
            configuration: PPO.Configuration().with {
                $0.network.hidden = [16]
                $0.network.policyGain = 1
                $0.network.recurrent = kind
                $0.network.recurrentWidth = 12
                $0.network.value = value
                $0.normalizesObservations = true
            },
            random: RandomStream(seed: 1, name: "acting"))
    }

    static func observations(_ count: Int, width: Int) -> [[Float]] {
        var random = RandomStream(seed: 5, name: "observations")
        return (0..<count).map { _ in (0..<width).map { _ in random.nextNormal() } }
    }

    @Test("The state is the policy's own layer only, and starts at zero", arguments: kinds)
    func widths(kind: NetworkConfiguration.Recurrence) throws {
        let policy = try Self.policy(ActingTests.cartPole, kind)
        let width = kind == .lstm ? 24 : 12
        #expect(policy.isRecurrent && policy.stateWidth == width)
        #expect(policy.network.stateWidth == 2 * width)
        #expect(policy.initialState == [Float](repeating: 0, count: width))
        #expect(try Self.policy(ActingTests.cartPole, kind, .shared).network.stateWidth == width)
        let plain = try ActingTests.policy(ActingTests.cartPole)
        #expect(!plain.isRecurrent && plain.stateWidth == 0 && plain.initialState.isEmpty)
        var state = plain.initialState
        let observation: [Float] = [0.5, -1, 0.1, 2]
        #expect(plain.action(for: observation, state: &state) == plain.action(for: observation))
    }

    @Test("Without a state an observation is the first of an episode; with one it depends on those before")
    func carried() throws {
        let policy = try Self.policy(ActingTests.cartPole, .gru)
        let observations = Self.observations(3, width: 4)
        var state = policy.initialState
        #expect(policy.outputs(for: observations[0], state: &state) == policy.outputs(for: observations[0]))
        #expect(state != policy.initialState)
        let before = state
        #expect(policy.outputs(for: observations[1], state: &state) != policy.outputs(for: observations[1]))
        #expect(state != before)
    }

    @Test(
        "Acting by states, with a kept workspace and in batches does the same", arguments: kinds,
        [ActingTests.cartPole, ActingTests.pendulum])
    func agreement(kind: NetworkConfiguration.Recurrence, environment: EnvironmentSpecification) throws {
        let policy = try Self.policy(environment, kind)
        let width = environment.observationSpace.count
        let (rows, steps) = (5, 4)
        let observations = Self.observations(rows * steps, width: width)
        let inference = PolicyInference(policy, rows: rows)
        var states = [[Float]](repeating: policy.initialState, count: rows)
        for step in 0..<steps {
            if step == 2 {
                // An episode ends in the second row.
                inference.reset(row: 1)
                states[1] = policy.initialState
            }
            let block = observations[step * rows..<(step + 1) * rows].flatMap { $0 }
            var actions = [Float](repeating: .nan, count: rows)
            inference.act(rows: rows, observations: block, into: &actions)
            for row in 0..<rows {
                var forOutputs = states[row]
                _ = policy.outputs(for: observations[step * rows + row], state: &forOutputs)
                let action = policy.action(for: observations[step * rows + row], state: &states[row])
                #expect(forOutputs == states[row])
                switch action {
                case .discrete(let action): #expect(Float(action) == actions[row])
                case .multiDiscrete(let action): #expect(action.map(Float.init) == [actions[row]])
                case .continuous(let action): #expect(action == [actions[row]])
                }
                let kept = (0..<policy.stateWidth).map { inference.states[row * policy.stateWidth + $0] }
                #expect(kept == states[row])
            }
        }
        inference.reset()
        #expect(inference.states.elements.allSatisfy { $0 == 0 })
    }

    @Test("Drawn actions and masks use the state as well")
    func draws() throws {
        let policy = try Self.policy(ActingTests.cartPole, .lstm)
        var random = RandomStream(seed: 3, name: "draws")
        var (state, likely) = (policy.initialState, policy.initialState)
        for observation in Self.observations(6, width: 4) {
            let action = policy.sampleAction(for: observation, mask: [false, true], state: &state, using: &random)
            #expect(action == .discrete(1))
            #expect(policy.action(for: observation, mask: [true, false], state: &likely) == .discrete(0))
            #expect(state == likely, "what is remembered does not depend on the action")
        }
    }

    @Test("Evaluating forgets between episodes")
    func evaluation() throws {
        let policy = try Self.policy(ActingTests.cartPole, .lstm)
        let evaluator = Evaluator(environment: ActingTests.cartPole, seed: 3)
        // More episodes than run side by side; each alone gives the same.
        let all = try evaluator.episodes(18, of: policy)
        for index in [0, 5, 16, 17] {
            let alone = try Evaluator(environment: ActingTests.cartPole, seed: 3 + index).episodes(1, of: policy)
            #expect(alone == [all[index]])
        }
    }

    @Test("Action values are of networks without memory")
    func actionValues() throws {
        let network = ActorCritic(
            ActorCriticArchitecture(
                inputs: 4, outputs: 2, value: .none, recurrent: RecurrentArchitecture(kind: .gru, width: 4)))
        let error = try #require(throws: StateError.self) {
            try Policy(
                observationSpace: ActingTests.cartPole.observationSpace,
                actionSpace: ActingTests.cartPole.actionSpace, distribution: .actionValues(ActionValues(count: 2)),
                network: network)
        }
        #expect(error.path == "network")
    }

    @Test(
        "Acting with memory allocates nothing", .enabled(if: allocation_counter_is_available() == 1), arguments: kinds)
    func allocations(kind: NetworkConfiguration.Recurrence) throws {
        let policy = try Self.policy(ActingTests.cartPole, kind)
        let observation: [Float] = [0.1, 0.2, 0.3, 0.4]
        let inference = PolicyInference(policy)
        var actions: [Float] = [0]
        var state = policy.initialState
        func allocations(_ body: () -> Void) -> Int64 {
            body()
            allocation_counter_start()
            for _ in 0..<100 { body() }
            return allocation_counter_stop()
        }
        let index = allocations { _ = inference.actionIndex(for: observation.span) }
        #expect(index == 0)
        let batch = allocations { inference.act(observations: observation, into: &actions) }
        #expect(batch == 0)
        let reset = allocations { inference.reset(row: 0) }
        #expect(reset == 0)
        #if !DEBUG  // Without the optimizer, closures and temporary memory come from the heap.
        let single = allocations { _ = policy.action(for: observation, state: &state) }
        #expect(single == 0)
        #else
        _ = policy.action(for: observation, state: &state)
        #endif
    }
}
