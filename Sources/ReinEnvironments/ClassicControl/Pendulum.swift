public import ReinNumerics

/// A pendulum swung up and held upright by a weak motor: Gymnasium's Pendulum-v1.
///
/// Observation `[3]`: cosine and sine of the angle (0 is upright), angular velocity. Action: a torque in ±2.
/// Reward: −(angle² + 0.1 · angular velocity² + 0.001 · torque²), so between −16.27 and 0. It never terminates.
///
/// States and observations are Gymnasium's, bit for bit; a reward differs by less than 10⁻¹¹ in one step of about
/// 1,400, where the C library's `powf(u, 2)` is not `u · u`.
public struct Pendulum: Environment {
    /// "Pendulum-v1".
    public static var id: String { "Pendulum-v1" }
    /// 200 steps.
    public static var timeLimit: Int? { 200 }

    /// The angle in radians from upright, counter-clockwise, not wrapped.
    public var angle = 0.0
    /// The angular velocity, in radians a second, within ±8.
    public var angularVelocity = 0.0
    /// The generator that draws the starts of episodes.
    public var random = NumPyRandom(seed: 0)

    /// Creates an upright pendulum, to be reset.
    public init() {}

    /// Cosine, sine, angular velocity.
    public var observationSpace: Box { Box(symmetric: [1, 1, 8]) }
    /// A torque in ±2; larger ones are clipped.
    public var actionSpace: ActionSpace { .box(Box(-2...2, shape: [1])) }

    /// Starts at any angle, with an angular velocity uniform in ±1.
    public mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        angle = random.uniform(-Double.pi, Double.pi)
        angularVelocity = random.uniform(-1, 1)
        write(into: &observation)
    }

    /// Applies a torque for 0.05 seconds; the reward is for the state before the step.
    ///
    /// The torque's own products are rounded to single precision, as NumPy does with a `float32` action.
    public mutating func step(_ action: Float, into observation: inout ObservationRow) -> Step {
        let timeStep = 0.05
        let torque = min(max(action, -2), 2)
        let deviation = Self.wrapped(angle)
        let torqueCost: Float = 0.001 * (torque * torque)
        let cost = deviation * deviation + 0.1 * (angularVelocity * angularVelocity) + Double(torqueCost)
        let torqueAcceleration: Float = 3 * torque
        let acceleration = 15 * Trigonometry.sine(angle) + Double(torqueAcceleration)
        angularVelocity = min(max(angularVelocity + acceleration * timeStep, -8), 8)
        angle += angularVelocity * timeStep
        write(into: &observation)
        return Step(reward: -cost)
    }

    /// Returns the angle brought into `[-π, π)`.
    private static func wrapped(_ angle: Double) -> Double {
        let turn = 2 * Double.pi
        let remainder = (angle + Double.pi).truncatingRemainder(dividingBy: turn)
        return (remainder < 0 ? remainder + turn : remainder) - Double.pi
    }

    @inline(__always) private func write(into observation: inout ObservationRow) {
        let (sine, cosine) = Trigonometry.sineAndCosine(angle)
        observation[0] = Float(cosine)
        observation[1] = Float(sine)
        observation[2] = Float(angularVelocity)
    }
}
