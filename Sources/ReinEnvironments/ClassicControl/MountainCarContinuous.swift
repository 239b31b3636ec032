public import ReinNumerics

/// The car of ``MountainCar`` with a motor of continuous power: Gymnasium's MountainCarContinuous-v0, bit for bit.
///
/// Observation `[2]`: position, velocity. Action: a force in ±1. Reward: 100 on reaching position 0.45, which
/// terminates, and −0.1 · force² each step.
///
/// As in Gymnasium the state is rounded to single precision after every step, while the first step after a reset
/// starts from double precision. Both are implemented, so nothing drifts.
public struct MountainCarContinuous: Environment {
    /// "MountainCarContinuous-v0".
    public static var id: String { "MountainCarContinuous-v0" }
    /// 999 steps.
    public static var timeLimit: Int? { 999 }
    /// 90.
    public static var rewardThreshold: Double? { 90 }

    /// The position along the valley, from −1.2 to 0.6; the bottom is at −π/6.
    public var position = -0.5
    /// The change of position a step, within ±0.07.
    public var velocity = 0.0
    /// Whether the state still has the double precision of a reset.
    public var isDoublePrecision = true
    /// The generator that draws the starts of episodes.
    public var random = NumPyRandom(seed: 0)

    /// Creates a car at rest, to be reset.
    public init() {}

    /// Position and velocity.
    public var observationSpace: Box { Box(low: [-1.2, -0.07], high: [0.6, 0.07]) }
    /// A force in ±1; larger ones are clipped, but paid for in full.
    public var actionSpace: ActionSpace { .box(Box(-1...1, shape: [1])) }

    /// Starts at rest, at a position uniform in −0.6 to −0.4.
    public mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        position = random.uniform(-0.6, -0.4)
        velocity = 0
        isDoublePrecision = true
        write(into: &observation)
    }

    /// Pushes the car for one step.
    public mutating func step(_ action: Float, into observation: inout ObservationRow) -> Step {
        let hasArrived: Bool
        if isDoublePrecision {
            hasArrived = advance(position, velocity, increment: increment(action, tripled: 3 * position))
            isDoublePrecision = false
        } else {
            let tripled: Float = 3 * Float(position)
            let increment = Float(increment(action, tripled: Double(tripled)))
            hasArrived = advance(Float(position), Float(velocity), increment: increment)
        }
        write(into: &observation)
        let cost = Double(action) * Double(action) * 0.1
        return Step(reward: (hasArrived ? 100 : 0) - cost, status: hasArrived ? .terminated : .running)
    }

    /// Returns the change of the velocity by the motor and the slope, from three times the position.
    ///
    /// A force within bounds stays a `float32` in Gymnasium and takes the slope's part along; a clipped one does not.
    private func increment(_ action: Float, tripled: Double) -> Double {
        let slope = 0.0025 * Trigonometry.cosine(tripled)
        guard abs(action) <= 1 else { return (action < 0 ? -1 : 1) * 0.0015 - slope }
        let single: Float = action * 0.0015 - Float(slope)
        return Double(single)
    }

    /// Moves the car with the arithmetic of `Number` and returns whether it has reached the goal.
    private mutating func advance<Number: BinaryFloatingPoint>(
        _ oldPosition: Number, _ oldVelocity: Number, increment: Number
    ) -> Bool {
        let speedLimit = Number(0.07)
        let leftEnd = Number(-1.2)
        var newVelocity = min(max(oldVelocity + increment, -speedLimit), speedLimit)
        let newPosition = min(max(oldPosition + newVelocity, leftEnd), Number(0.6))
        if newPosition == leftEnd && newVelocity < 0 { newVelocity = 0 }
        position = Double(Float(newPosition))
        velocity = Double(Float(newVelocity))
        return newPosition >= Number(0.45) && newVelocity >= 0
    }

    @inline(__always) private func write(into observation: inout ObservationRow) {
        observation[0] = Float(position)
        observation[1] = Float(velocity)
    }
}
