public import ReinCheckpoints
import ReinSpaces

/// Acting on observations from outside, which may be anything: what `action(for:mask:)` takes for granted is looked at
/// here, and an error instead of the end of the program.
///
///     do {
///         let action = try policy.checkedAction(for: numbers, mask: mask)
///     } catch {
///         print("\(error)")  // observation: expected 4 numbers, found 3
///     }
extension Policy {
    /// The most likely action; see `action(for:mask:)`.
    ///
    /// - Parameters:
    ///   - observation: `observationSpace.count` finite numbers.
    ///   - mask: for discrete spaces, which actions are valid, `actionSpace.maskWidth` entries; all when nil.
    /// - Throws: `StateError`, as `check`.
    public func checkedAction(for observation: [Float], mask: [Bool]? = nil) throws(StateError) -> Action {
        try check(observation, mask: mask)
        return action(for: observation, mask: mask)
    }

    /// The most likely action for the next observation of an episode; see `action(for:mask:state:)`.
    ///
    /// - Parameters:
    ///   - observation: `observationSpace.count` finite numbers.
    ///   - mask: for discrete spaces, which actions are valid, `actionSpace.maskWidth` entries; all when nil.
    ///   - state: `stateWidth` finite numbers, replaced by the state after this observation unless there is an error.
    /// - Throws: `StateError`, as `check`.
    public func checkedAction(
        for observation: [Float], mask: [Bool]? = nil, state: inout [Float]
    ) throws(StateError) -> Action {
        try check(observation, mask: mask, state: state)
        return action(for: observation, mask: mask, state: &state)
    }

    /// The most likely actions for observations that do not follow each other: each is the first of an episode.
    ///
    /// - Parameters:
    ///   - observations: any number of observations of `observationSpace.count` finite numbers.
    ///   - masks: for discrete spaces, a mask for each; all actions are valid when nil.
    /// - Throws: `StateError`, as `check`, below the place of the observation: `3/observation: expected ...`.
    public func checkedActions(
        for observations: [[Float]], masks: [[Bool]]? = nil
    ) throws(StateError) -> [Action] {
        guard !observations.isEmpty else { return [] }
        return try PolicyInference(self, rows: observations.count).checkedActions(for: observations, masks: masks)
    }

    /// Checks what the policy is to act on.
    ///
    /// - Parameters:
    ///   - observation: `observationSpace.count` finite numbers.
    ///   - mask: for discrete spaces, which actions are valid, `actionSpace.maskWidth` entries; all when nil.
    ///   - state: what a recurrent policy remembers, `stateWidth` finite numbers; the start of an episode when nil.
    /// - Throws: `StateError` at `observation`, `mask` or `state`: with `.wrongShape` for another number of elements,
    ///   `.outOfRange` for what is not finite, a mask that leaves no valid action, and one for continuous actions.
    public func check(_ observation: [Float], mask: [Bool]? = nil, state: [Float]? = nil) throws(StateError) {
        try Self.require(observation, count: observationSpace.count, path: "observation")
        if let mask { try require(mask) }
        if let state { try Self.require(state, count: stateWidth, path: "state") }
    }

    private func require(_ mask: [Bool]) throws(StateError) {
        if actionSpace.isDiscrete, mask.count != actionSpace.maskWidth {
            throw StateError(
                .wrongShape, "expected \(actionSpace.maskWidth) entries, found \(mask.count)", path: "mask")
        }
        if let problem = actionSpace.problem(ofMask: mask) { throw StateError(.outOfRange, problem, path: "mask") }
    }

    private static func require(_ numbers: [Float], count: Int, path: String) throws(StateError) {
        guard numbers.count == count else {
            let expected = count == 1 ? "1 number" : "\(count) numbers"
            throw StateError(.wrongShape, "expected \(expected), found \(numbers.count)", path: path)
        }
        if let index = numbers.firstIndex(where: { !$0.isFinite }) {
            throw StateError(.outOfRange, "\(numbers[index]) is not a finite number", path: "\(path)/\(index)")
        }
    }
}

extension PolicyInference {
    /// The most likely actions for the next observations, one for each row from the first on; see `act`. Nothing is
    /// remembered of them when there is an error.
    ///
    /// - Parameters:
    ///   - observations: at most `rows` observations of `observationSpace.count` finite numbers.
    ///   - masks: for discrete spaces, a mask for each; all actions are valid when nil.
    /// - Throws: `StateError`, as `Policy.check`, below the place of the observation: `3/observation: expected ...`; with
    ///   `.wrongShape` for more observations than there are rows, or another number of masks.
    public func checkedActions(
        for observations: [[Float]], masks: [[Bool]]? = nil
    ) throws(StateError) -> [Action] {
        guard observations.count <= rows else {
            throw StateError(
                .wrongShape, "expected at most \(rows), found \(observations.count)", path: "observations")
        }
        if let masks, masks.count != observations.count {
            throw StateError(.wrongShape, "expected \(observations.count), found \(masks.count)", path: "masks")
        }
        for (row, observation) in observations.enumerated() {
            do {
                try policy.check(observation, mask: masks?[row])
            } catch {
                throw error.nested(under: "\(row)")
            }
        }
        let flatMasks = masks?.flatMap(\.self)
        let width = policy.actionSpace.width
        var actions = [Float](repeating: 0, count: observations.count * width)
        actions.withUnsafeMutableBufferPointer { actions in
            observations.flatMap(\.self).withUnsafeBufferPointer { observationRows in
                guard let actions = actions.baseAddress, let numbers = observationRows.baseAddress else { return }
                guard let flatMasks else {
                    return act(rows: observations.count, observations: numbers, into: actions)
                }
                flatMasks.withUnsafeBufferPointer {
                    act(rows: observations.count, observations: numbers, masks: $0.baseAddress, into: actions)
                }
            }
        }
        return observations.indices.map { row in
            let elements = actions[row * width..<(row + 1) * width]
            return switch policy.actionSpace {
            case .discrete: .discrete(Int(elements[row * width]))
            case .multiDiscrete: .multiDiscrete(elements.map { Int($0) })
            case .box: .continuous(Array(elements))
            }
        }
    }
}
