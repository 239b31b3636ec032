import Rein

/// An observation to answer, checked against the policy's spaces.
struct PredictionRequest {
    /// As many numbers as the observation space has, row-major.
    let observation: [Float]
    /// Which actions are valid, if the request says so: an entry for each action of a discrete space, or for each
    /// choice of every component of a multi-discrete one.
    let mask: [Bool]?
    /// What a recurrent policy remembers of the episode; zeros at its start, empty for a policy without memory.
    let state: [Float]

    /// The largest number of bytes of a request: 64 for each number that the policy takes, at least 1 MB.
    ///
    /// That is more than twice what a double takes with all its digits.
    static func sizeLimit(for policy: Policy) -> Int {
        max(1 << 20, 64 * (policy.observationSpace.count + policy.actionSpace.maskWidth + policy.stateWidth))
    }

    /// Reads `{"observation": [...], "mask": [...], "state": [...]}`. Where the environment's observations are indices or have
    /// parts, these may stand for the row that they make, see `ObservationEncoding.row(of:in:)`.
    ///
    /// - Throws: `StateError` for unknown keys and names, another number of elements, what is not a number or not finite,
    ///   masks that do not fit the action space or allow nothing, and a state for a policy without memory.
    init(_ tree: StateTree, for policy: Policy) throws(StateError) {
        let reader = StateReader(tree)
        try reader.expectKeys(["observation", "mask", "state"])
        observation = try policy.observationEncoding.row(
            of: reader.child("observation"), in: policy.observationSpace)
        mask = try reader.optionalChild("mask").map(Self.mask)
        if let given = reader.optionalChild("state") {
            guard policy.isRecurrent else {
                throw given.error(.outOfRange, "the policy has no memory; leave \"state\" out")
            }
            state = try NumberReading.floats(given, shape: [policy.stateWidth])
        } else {
            state = policy.initialState
        }
        try policy.check(observation, mask: mask, state: state)
    }

    private static func mask(_ reader: StateReader) throws(StateError) -> [Bool] {
        var mask: [Bool] = []
        for element in try reader.list() {
            switch element.tree {
            case .bool(let allowed): mask.append(allowed)
            case .int(0): mask.append(false)
            case .int(1): mask.append(true)
            default: throw element.error(.wrongType, "expected true or false, found \(element.tree.kind)")
            }
        }
        return mask
    }
}

/// The answer to a request.
enum PredictionAnswer {
    /// `{"action": ..., "outputs": [...]}`, and for a policy with memory `"state": [...]`, to be sent with the next
    /// observation. A discrete action is the number that its space gives it, which need not count from 0.
    static func tree(_ action: Action, of space: ActionSpace, outputs: [Float], state: [Float]) -> StateTree {
        let chosen: StateTree =
            switch action {
            case .discrete(let index): .int(Int64(number(ofIndex: index, in: space)))
            case .multiDiscrete(let indices): .list(indices.map { .int(Int64($0)) })
            case .continuous(let values): .list(values.map(number))
            }
        var map: StateMap = ["action": chosen, "outputs": .list(outputs.map(number))]
        if !state.isEmpty { map["state"] = .list(state.map(number)) }
        return .map(map)
    }

    private static func number(ofIndex index: Int, in space: ActionSpace) -> Int {
        if case .discrete(let discrete) = space { discrete.number(ofIndex: index) } else { index }
    }

    /// The number with the fewest digits that give back the same 32 bits.
    private static func number(_ value: Float) -> StateTree {
        .double(Double(value.description) ?? Double(value))
    }
}
