package import ReinEnvironments
import ReinNumerics

// Environments that say which actions are valid and stop the program when another one is taken: that a test ends at
// all shows that none was. And one of actions with several components.

/// The observation names the right choice of two components, one-hot for each; 100 steps an episode, half a point for
/// each right choice.
package struct MultiIdentity: Environment {
    var first = 0
    var second = 0
    var time = 0
    var random = NumPyRandom(seed: 0)

    package init() {}
    package var observationSpace: Box { Box(0...1, shape: [5]) }
    package var actionSpace: ActionSpace { .multiDiscrete([3, 2]) }

    private mutating func show(_ observation: inout ObservationRow) {
        first = Int(random.uniform(0, 3))
        second = Int(random.uniform(0, 2))
        for index in 0..<3 { observation[index] = index == first ? 1 : 0 }
        for index in 0..<2 { observation[3 + index] = index == second ? 1 : 0 }
    }

    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        time = 0
        show(&observation)
    }

    package mutating func step(_ action: [2 of Int], into observation: inout ObservationRow) -> Step {
        precondition((0..<3).contains(action[0]) && (0..<2).contains(action[1]), "no action of the space")
        let reward = (action[0] == first ? 0.5 : 0) + (action[1] == second ? 0.5 : 0)
        time += 1
        show(&observation)
        return Step(reward: reward, status: time == 100 ? .truncated : .running)
    }
}

/// The observation names one of three pairs of actions, one-hot; the mask says which action of every pair is valid.
/// 100 steps an episode, 1 for the valid action of the pair that is named. Without the mask nobody can do better than
/// 50.
package struct MaskedIdentity: Environment {
    var pair = 0
    var side = 0
    var time = 0
    var random = NumPyRandom(seed: 0)

    package init() {}
    package static let masksActions = true
    package var observationSpace: Box { Box(0...1, shape: [3]) }
    package var actionSpace: ActionSpace { .discrete(6) }

    private mutating func show(_ observation: inout ObservationRow) {
        pair = Int(random.uniform(0, 3))
        side = Int(random.uniform(0, 2))
        for index in 0..<3 { observation[index] = index == pair ? 1 : 0 }
    }

    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        time = 0
        show(&observation)
    }

    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        precondition(action % 2 == side, "an invalid action was taken")
        let reward = action / 2 == pair ? 1.0 : 0
        time += 1
        show(&observation)
        return Step(reward: reward, status: time == 100 ? .truncated : .running)
    }

    package func writeActionMask(into mask: inout ActionMaskRow) {
        for action in 0..<6 { mask[action] = action % 2 == side }
    }
}

/// Two components under masks of their own: as `MaskedIdentity` with two pairs; and three choices of which one is
/// invalid, where the first valid one is right. 100 steps an episode, half a point for each right choice.
package struct MaskedMultiIdentity: Environment {
    var pair = 0
    var side = 0
    var invalid = 0
    var time = 0
    var random = NumPyRandom(seed: 0)

    package init() {}
    package static let masksActions = true
    package var observationSpace: Box { Box(0...1, shape: [2]) }
    package var actionSpace: ActionSpace { .multiDiscrete([4, 3]) }

    private mutating func show(_ observation: inout ObservationRow) {
        pair = Int(random.uniform(0, 2))
        side = Int(random.uniform(0, 2))
        invalid = Int(random.uniform(0, 3))
        for index in 0..<2 { observation[index] = index == pair ? 1 : 0 }
    }

    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        time = 0
        show(&observation)
    }

    package mutating func step(_ action: [2 of Int], into observation: inout ObservationRow) -> Step {
        precondition(action[0] % 2 == side && action[1] != invalid, "an invalid action was taken")
        let reward = (action[0] / 2 == pair ? 0.5 : 0) + (action[1] == (invalid == 0 ? 1 : 0) ? 0.5 : 0)
        time += 1
        show(&observation)
        return Step(reward: reward, status: time == 100 ? .truncated : .running)
    }

    package func writeActionMask(into mask: inout ActionMaskRow) {
        for choice in 0..<4 { mask[choice] = choice % 2 == side }
        mask[4 + invalid] = false
    }
}

/// Noughts and crosses against an opponent who moves at random: 1 for a win, −1 for a loss, 0 for a draw. Only empty
/// cells are valid, and a full board has none.
package struct NoughtsAndCrosses: Environment {
    /// The marks: 1 of the agent, −1 of the opponent, 0 for an empty cell.
    private var cells: [Int8] = Array(repeating: 0, count: 9)
    private var random = NumPyRandom(seed: 0)

    private static let lines = [
        [0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6],
    ]

    package init() {}
    package static let masksActions = true
    package var observationSpace: Box { Box(-1...1, shape: [9]) }
    package var actionSpace: ActionSpace { .discrete(9) }

    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        for cell in 0..<9 { cells[cell] = 0 }
        if random.uniform(0, 1) < 0.5 { reply() }
        write(into: &observation)
    }

    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        precondition(cells[action] == 0, "cell \(action) is taken")
        cells[action] = 1
        if !hasLine(1), cells.contains(0) { reply() }
        write(into: &observation)
        if hasLine(1) { return Step(reward: 1, status: .terminated) }
        if hasLine(-1) { return Step(reward: -1, status: .terminated) }
        return Step(reward: 0, status: cells.contains(0) ? .running : .terminated)
    }

    package func writeActionMask(into mask: inout ActionMaskRow) {
        for cell in 0..<9 { mask[cell] = cells[cell] == 0 }
    }

    /// The opponent's mark in a random empty cell.
    private mutating func reply() {
        let empty = cells.indices.filter { cells[$0] == 0 }
        cells[empty[Int(random.uniform(0, Double(empty.count)))]] = -1
    }

    private func hasLine(_ mark: Int8) -> Bool {
        Self.lines.contains { line in line.allSatisfy { cells[$0] == mark } }
    }

    private func write(into observation: inout ObservationRow) {
        for cell in 0..<9 { observation[cell] = Float(cells[cell]) }
    }
}
