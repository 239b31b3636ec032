public import ReinNumerics

/// A car in a valley, too weak to drive straight up: Gymnasium's MountainCar-v0, bit for bit.
///
/// Observation `[2]`: position, velocity. Action: 0 pushes left, 1 not at all, 2 right. Reward: −1 each step, the
/// last included. It terminates at position 0.5. (Moore, "Efficient Memory-based Learning for Robot Control", 1990.)
public struct MountainCar: Environment {
    /// "MountainCar-v0".
    public static var id: String { "MountainCar-v0" }
    /// 200 steps.
    public static var timeLimit: Int? { 200 }
    /// −110.
    public static var rewardThreshold: Double? { -110 }

    /// The position along the valley, from −1.2 to 0.6; the bottom is at −π/6.
    public var position = -0.5
    /// The change of position a step, within ±0.07.
    public var velocity = 0.0
    /// The generator that draws the starts of episodes.
    public var random = NumPyRandom(seed: 0)

    /// Creates a car at rest, to be reset.
    public init() {}

    /// Position and velocity.
    public var observationSpace: Box { Box(low: [-1.2, -0.07], high: [0.6, 0.07]) }
    /// Left, not at all, right.
    public var actionSpace: ActionSpace { .discrete(3) }

    /// Starts at rest, at a position uniform in −0.6 to −0.4.
    public mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        position = random.uniform(-0.6, -0.4)
        velocity = 0
        write(into: &observation)
    }

    /// Pushes the car for one step.
    public mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        precondition((0...2).contains(action), "MountainCar has the actions 0, 1 and 2")
        velocity += Double(action - 1) * 0.001 + Trigonometry.cosine(3 * position) * -0.0025
        velocity = min(max(velocity, -0.07), 0.07)
        position = min(max(position + velocity, -1.2), 0.6)
        if position == -1.2 && velocity < 0 { velocity = 0 }
        write(into: &observation)
        return Step(reward: -1, status: position >= 0.5 && velocity >= 0 ? .terminated : .running)
    }

    @inline(__always) private func write(into observation: inout ObservationRow) {
        observation[0] = Float(position)
        observation[1] = Float(velocity)
    }
}
