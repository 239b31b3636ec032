package import ReinEnvironments

// Environments whose values and best actions are known, from the simplest on. A method that fails one of them has a
// fault that can be named (constant reward: value loss; observation: back-propagation; two steps: discount; action:
// policy gradient; both: batches).

/// One step, always the reward 1.
package struct ConstantReward: Environment {
    package init() {}
    package var observationSpace: Box { Box(low: [0], high: [1]) }
    package var actionSpace: ActionSpace { .discrete(2) }
    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) { observation[0] = 0 }
    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        observation[0] = 0
        return Step(reward: 1, status: .terminated)
    }
}

/// One step, the reward is the observation, −1 or 1 in turn.
package struct RewardFromObservation: Environment {
    var sign: Float = 1
    package init() {}
    package var observationSpace: Box { Box(low: [-1], high: [1]) }
    package var actionSpace: ActionSpace { .discrete(2) }
    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        sign = -sign
        observation[0] = sign
    }
    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        observation[0] = sign
        return Step(reward: Double(sign), status: .terminated)
    }
}

/// Two steps, observations 0 and 1, the reward 1 at the end.
package struct DelayedReward: Environment {
    var time = 0
    package init() {}
    package var observationSpace: Box { Box(low: [0], high: [1]) }
    package var actionSpace: ActionSpace { .discrete(2) }
    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        time = 0
        observation[0] = 0
    }
    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        time += 1
        observation[0] = 1
        return Step(reward: time == 2 ? 1 : 0, status: time == 2 ? .terminated : .running)
    }
}

/// One step, the reward is 1 for action 1 and −1 for action 0.
package struct RewardFromAction: Environment {
    package init() {}
    package var observationSpace: Box { Box(low: [0], high: [1]) }
    package var actionSpace: ActionSpace { .discrete(2) }
    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) { observation[0] = 0 }
    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        observation[0] = 0
        return Step(reward: action == 1 ? 1 : -1, status: .terminated)
    }
}

/// One step, the reward is 1 when the action fits the observation and −1 when it does not.
package struct RewardFromBoth: Environment {
    var sign: Float = 1
    package init() {}
    package var observationSpace: Box { Box(low: [-1], high: [1]) }
    package var actionSpace: ActionSpace { .discrete(2) }
    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        sign = -sign
        observation[0] = sign
    }
    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        observation[0] = sign
        return Step(reward: (action == 1) == (sign > 0) ? 1 : -1, status: .terminated)
    }
}

/// The observation names the right action, one-hot; 100 steps an episode, 1 for each right one.
package struct Identity: Environment {
    var target = 0
    var time = 0
    package init() {}
    package var observationSpace: Box { Box(low: [0, 0, 0], high: [1, 1, 1]) }
    package var actionSpace: ActionSpace { .discrete(3) }
    private mutating func show(_ observation: inout ObservationRow) {
        target = (target * 7 + time + 1) % 3
        for index in 0..<3 { observation[index] = index == target ? 1 : 0 }
    }
    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        time = 0
        show(&observation)
    }
    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        let reward = action == target ? 1.0 : 0
        time += 1
        show(&observation)
        return Step(reward: reward, status: time == 100 ? .truncated : .running)
    }
}

/// The observation is the right action, a number in [−1, 1]; 100 steps an episode, 1 for a distance below 0.5.
package struct ContinuousIdentity: Environment {
    var target: Float = 0
    var time = 0
    package init() {}
    package var observationSpace: Box { Box(low: [-1], high: [1]) }
    package var actionSpace: ActionSpace { .box(Box(low: [-1], high: [1])) }
    private mutating func show(_ observation: inout ObservationRow) {
        target = Float((time * 37 + 11) % 101) / 50 - 1
        observation[0] = target
    }
    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        time = 0
        show(&observation)
    }
    package mutating func step(_ action: Float, into observation: inout ObservationRow) -> Step {
        let reward = max(0, 1 - Double(abs(action - target)))
        time += 1
        show(&observation)
        return Step(reward: reward, status: time == 100 ? .truncated : .running)
    }
}

/// Four states in a ring, 1 for every step, never ending by itself: with a discount γ every state is worth
/// 1 / (1 − γ), if truncation is not mistaken for an end.
package struct EndlessRing: Environment {
    var position = 0
    package init() {}
    package static let timeLimit: Int? = 8
    package var observationSpace: Box { Box(low: [0, 0, 0, 0], high: [1, 1, 1, 1]) }
    package var actionSpace: ActionSpace { .discrete(2) }
    private func show(_ observation: inout ObservationRow) {
        for index in 0..<4 { observation[index] = index == position ? 1 : 0 }
    }
    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        position = 0
        show(&observation)
    }
    package mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        position = (position + 1) % 4
        show(&observation)
        return Step(reward: 1, status: .running)
    }
}
