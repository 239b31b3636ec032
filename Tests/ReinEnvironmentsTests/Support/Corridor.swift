import ReinEnvironments
import ReinNumerics

/// A walk along six cells to the goal at the right end: an environment of a user's own, in less than 30 lines.
struct Corridor: Environment {
    static let timeLimit: Int? = 50
    var cell = 0
    var random = NumPyRandom(seed: 0)

    var observationSpace: Box { Box(0...5, shape: [1]) }
    var actionSpace: ActionSpace { .discrete(2) }

    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        cell = Int(random.uniform(0, 3))
        observation[0] = Float(cell)
    }

    mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        cell = max(0, cell + (action == 1 ? 1 : -1))
        observation[0] = Float(cell)
        return cell == 5 ? Step(reward: 1, status: .terminated) : Step(reward: -0.1)
    }
}
