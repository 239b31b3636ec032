import Rein
import Testing

@Suite("Acting on what comes from outside")
struct CheckedActingTests {
    private func policy(
        _ actionSpace: ActionSpace, recurrent: NetworkConfiguration.Recurrence = .none
    ) throws -> Policy {
        try PPOLearner.makePolicy(
            observationSpace: Box(-1...1, shape: [3]), actionSpace: actionSpace,
            configuration: PPO.Configuration().with {
                $0.network.hidden = [8]
                $0.network.policyGain = 1
                $0.network.recurrent = recurrent
                $0.network.recurrentWidth = 4
            }, random: RandomStream(seed: 5, name: "checked"))
    }

    private static let spaces: [ActionSpace] = [
        .discrete(4), .multiDiscrete([3, 2]), .box(Box(-2...2, shape: [2])),
    ]

    @Test("What fits is answered as without checks, one by one and many at a time", arguments: spaces)
    func answers(_ space: ActionSpace) throws {
        let policy = try policy(space)
        let observations: [[Float]] = [[0, 0, 0], [1, -1, 0.5], [-0.25, 3, 0.1]]
        let actions = try observations.map { try policy.checkedAction(for: $0) }
        #expect(actions == observations.map { policy.action(for: $0) })
        #expect(try policy.checkedActions(for: observations) == actions)
        #expect(try policy.checkedActions(for: []).isEmpty)
    }

    @Test("Masks are obeyed, one by one and many at a time")
    func masks() throws {
        let discrete = try policy(.discrete(4))
        let masks = (0..<4).map { valid in (0..<4).map { $0 == valid } }
        let observations = [[Float]](repeating: [0.1, 0.2, 0.3], count: 4)
        let expected = (0..<4).map { Action.discrete($0) }
        #expect(try zip(observations, masks).map { try discrete.checkedAction(for: $0, mask: $1) } == expected)
        #expect(try discrete.checkedActions(for: observations, masks: masks) == expected)
        let several = try policy(.multiDiscrete([3, 2]))
        #expect(
            try several.checkedActions(for: [[0, 0, 0]], masks: [[false, false, true, false, true]])
                == [.multiDiscrete([2, 1])])
    }

    @Test("A recurrent policy's state goes on, and stays as it is where there is an error")
    func states() throws {
        let policy = try policy(.discrete(4), recurrent: .gru)
        var (state, expected) = (policy.initialState, policy.initialState)
        for observation in [[0.5, 0, 0], [0, 1, 0]] as [[Float]] {
            let action = policy.action(for: observation, state: &expected)
            #expect(try policy.checkedAction(for: observation, state: &state) == action)
            #expect(state == expected)
        }
        #expect(throws: StateError.self) { try policy.checkedAction(for: [0, .nan, 0], state: &state) }
        #expect(state == expected)
        var short: [Float] = [1]
        let count = #expect(throws: StateError.self) { try policy.checkedAction(for: [0, 0, 0], state: &short) }
        #expect(count?.description == "state: expected 4 numbers, found 1")
        let inference = PolicyInference(policy, rows: 2)
        let first = try inference.checkedActions(for: [[0.5, 0, 0], [0, 0, 0.5]])
        #expect(throws: StateError.self) { try inference.checkedActions(for: [[0, 1, 0], [.infinity, 0, 0]]) }
        var alone = policy.initialState
        #expect(first[0] == policy.action(for: [0.5, 0, 0], state: &alone))
        #expect(Array(UnsafeBufferPointer(start: inference.states.pointer, count: 4)) == alone)
    }

    @Test(
        "What does not fit is an error that says what and where",
        arguments: [
            ([0, 0], nil, "observation: expected 3 numbers, found 2"),
            ([], nil, "observation: expected 3 numbers, found 0"),
            ([0, 0, 0, 0], nil, "observation: expected 3 numbers, found 4"),
            ([0, .nan, 0], nil, "observation/1: nan is not a finite number"),
            ([0, 0, -.infinity], nil, "observation/2: -inf is not a finite number"),
            ([0, 0, 0], [true], "mask: expected 4 entries, found 1"),
            ([0, 0, 0], [false, false, false, false], "mask: a mask must leave at least one valid action"),
        ] as [([Float], [Bool]?, String)])
    func refusals(_ observation: [Float], _ mask: [Bool]?, _ words: String) throws {
        let policy = try policy(.discrete(4))
        let one = #expect(throws: StateError.self) { try policy.checkedAction(for: observation, mask: mask) }
        #expect(one?.description == words)
        let many = #expect(throws: StateError.self) {
            try policy.checkedActions(
                for: [[0, 0, 0], observation], masks: mask.map { [[true, true, true, true], $0] })
        }
        #expect(many?.description == "1/\(words)")
    }

    @Test("Masks of continuous actions, too few masks and too many rows are errors")
    func sizes() throws {
        let continuous = try policy(.box(Box(-2...2, shape: [2])))
        let masked = #expect(throws: StateError.self) { try continuous.checkedAction(for: [0, 0, 0], mask: [true]) }
        #expect(masked?.description == "mask: only discrete actions can be masked")
        let discrete = try policy(.discrete(4))
        let few = #expect(throws: StateError.self) { try discrete.checkedActions(for: [[0, 0, 0]], masks: []) }
        #expect(few?.description == "masks: expected 1, found 0")
        let inference = PolicyInference(discrete, rows: 1)
        let rows = #expect(throws: StateError.self) { try inference.checkedActions(for: [[0, 0, 0], [0, 0, 0]]) }
        #expect(rows?.description == "observations: expected at most 1, found 2")
    }
}
