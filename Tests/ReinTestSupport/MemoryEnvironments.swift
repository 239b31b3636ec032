package import ReinEnvironments

// Environments that only a policy with memory can solve.

/// Four steps. The first observation shows a sign, −1 or 1; later ones are 0. From the second step on, the reward is
/// 1 when the action fits the sign and −1 when it does not: at most 3 in all, and 0 on average for who forgets.
package struct RememberedCue: Environment {
    var sign: Float = 1
    var time = 0
    package init() {}
    package var observationSpace: Box { Box(low: [-1], high: [1]) }
    package var actionSpace: ActionSpace { .discrete(2) }
    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { sign = seed.isMultiple(of: 2) ? 1 : -1 } else { sign = -sign }
        time = 0
        observation[0] = sign
    }
    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        let reward: Double = time == 0 ? 0 : (action == 1) == (sign > 0) ? 1 : -1
        time += 1
        observation[0] = 0
        return Step(reward: reward, status: time == 4 ? .terminated : .running)
    }
}
