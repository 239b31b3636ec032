package import ReinEnvironments

/// One step, the reward is the negative square of the distance of a point from (2, −3); the bounds of spaces can be
/// chosen.
package struct Aiming: Environment {
    var observations: Float = 1
    var low: [Float] = [-5, -5]
    var high: [Float] = [5, 5]

    package init() {}

    /// Chooses the bound of observations, on both sides, and those of actions.
    package init(observations: Float = 1, low: [Float] = [-5, -5], high: [Float] = [5, 5]) {
        self.observations = observations
        self.low = low
        self.high = high
    }

    package var observationSpace: Box { Box(symmetric: [observations]) }
    package var actionSpace: ActionSpace { .box(Box(low: low, high: high)) }
    package mutating func reset(seed: UInt64?, into observation: inout ObservationRow) { observation[0] = 0 }
    package mutating func step(_ action: SIMD2<Float>, into observation: inout ObservationRow) -> Step {
        observation[0] = 0
        let distance = SIMD2<Double>(Double(action.x) - 2, Double(action.y) + 3)
        return Step(reward: -(distance * distance).sum(), status: .terminated)
    }

    /// The environment with chosen bounds.
    package static func specification(
        observations: Float = 1, low: [Float] = [-5, -5], high: [Float] = [5, 5]
    ) -> EnvironmentSpecification {
        EnvironmentSpecification(Aiming.self) { Aiming(observations: observations, low: low, high: high) }
    }
}
