public import ReinNumerics

/// Two links hanging from a fixed point, driven at the joint between them: Gymnasium's Acrobot-v1.
///
/// Observation `[6]`: cosine and sine of each angle, the two angular velocities. Action: 0, 1, 2 are the torques −1,
/// 0, +1 on the second joint. Reward: −1 each step, but 0 on the step that terminates, which is when the free end is
/// higher than one link above the fixed point. (Sutton, "Generalization in Reinforcement Learning: Successful
/// Examples Using Sparse Coarse Coding", 1996; the equations are those of Sutton and Barto's book.)
///
/// A state differs from Gymnasium's by the last bit in one step of several hundred, where the C library's
/// `pow(x, 2)` is not `x · x`.
public struct Acrobot: Environment {
    /// "Acrobot-v1".
    public static var id: String { "Acrobot-v1" }
    /// 500 steps.
    public static var timeLimit: Int? { 500 }
    /// −100.
    public static var rewardThreshold: Double? { -100 }

    /// The angle of the first link in radians; 0 hangs down.
    public var firstAngle = 0.0
    /// The angle of the second link relative to the first, in radians.
    public var secondAngle = 0.0
    /// The angular velocity of the first joint, in radians a second, within ±4π.
    public var firstVelocity = 0.0
    /// The angular velocity of the second joint, in radians a second, within ±9π.
    public var secondVelocity = 0.0
    /// The generator that draws the starts of episodes.
    public var random = NumPyRandom(seed: 0)

    private static var firstLimit: Double { 4 * Double.pi }
    private static var secondLimit: Double { 9 * Double.pi }

    /// Creates links that hang at rest, to be reset.
    public init() {}

    /// Cosine and sine of each angle, then the angular velocities.
    public var observationSpace: Box {
        Box(symmetric: [1, 1, 1, 1, Float(Self.firstLimit), Float(Self.secondLimit)])
    }
    /// The torques −1, 0 and +1.
    public var actionSpace: ActionSpace { .discrete(3) }

    /// Starts near the hanging rest, each component uniform in ±0.1 and rounded to single precision.
    public mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        firstAngle = Double(Float(random.uniform(-0.1, 0.1)))
        secondAngle = Double(Float(random.uniform(-0.1, 0.1)))
        firstVelocity = Double(Float(random.uniform(-0.1, 0.1)))
        secondVelocity = Double(Float(random.uniform(-0.1, 0.1)))
        write(into: &observation)
    }

    /// Holds a torque for 0.2 seconds; the equations of motion are integrated by one classical Runge-Kutta step.
    public mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        precondition((0...2).contains(action), "Acrobot has the actions 0, 1 and 2")
        let timeStep = 0.2
        let torque = Double(action - 1)
        let start = SIMD4(firstAngle, secondAngle, firstVelocity, secondVelocity)
        let slope1 = Self.derivative(start, torque)
        let slope2 = Self.derivative(start + timeStep / 2 * slope1, torque)
        let slope3 = Self.derivative(start + timeStep / 2 * slope2, torque)
        let slope4 = Self.derivative(start + timeStep * slope3, torque)
        let end = start + timeStep / 6 * (slope1 + 2 * slope2 + 2 * slope3 + slope4)

        firstAngle = Self.wrapped(end[0])
        secondAngle = Self.wrapped(end[1])
        firstVelocity = min(max(end[2], -Self.firstLimit), Self.firstLimit)
        secondVelocity = min(max(end[3], -Self.secondLimit), Self.secondLimit)
        let firstCosine = write(into: &observation)
        let isHighEnough = -firstCosine - Trigonometry.cosine(secondAngle + firstAngle) > 1
        return Step(reward: isHighEnough ? 0 : -1, status: isHighEnough ? .terminated : .running)
    }

    /// Returns the time derivative of (first angle, second angle, first velocity, second velocity).
    ///
    /// Both links have length 1, mass 1, their centre of mass at 0.5 and the moment of inertia 1.
    private static func derivative(_ state: SIMD4<Double>, _ torque: Double) -> SIMD4<Double> {
        let gravity = 9.8
        let center = 0.5
        let rightAngle = Double.pi / 2
        let (first, second, velocity1, velocity2) = (state[0], state[1], state[2], state[3])
        let (sine, cosine) = Trigonometry.sineAndCosine(second)

        let inertia1 = center * center + (1 + center * center + 2 * center * cosine) + 1 + 1
        let inertia2 = center * center + center * cosine + 1
        let weight2 = center * gravity * Trigonometry.cosine(first + second - rightAngle)
        let weight1 =
            -center * (velocity2 * velocity2) * sine - 2 * center * velocity2 * velocity1 * sine
            + (center + 1) * gravity * Trigonometry.cosine(first - rightAngle) + weight2
        let acceleration2 =
            (torque + inertia2 / inertia1 * weight1 - center * (velocity1 * velocity1) * sine - weight2)
            / (center * center + 1 - inertia2 * inertia2 / inertia1)
        let acceleration1 = -(inertia2 * acceleration2 + weight1) / inertia1
        return SIMD4(velocity1, velocity2, acceleration1, acceleration2)
    }

    /// Returns the angle brought into `[-π, π]` by whole turns.
    private static func wrapped(_ angle: Double) -> Double {
        var angle = angle
        while angle > Double.pi { angle -= 2 * Double.pi }
        while angle < -Double.pi { angle += 2 * Double.pi }
        return angle
    }

    /// Writes the observation and returns the cosine of the first angle.
    @discardableResult @inline(__always) private func write(into observation: inout ObservationRow) -> Double {
        let (sine1, cosine1) = Trigonometry.sineAndCosine(firstAngle)
        let (sine2, cosine2) = Trigonometry.sineAndCosine(secondAngle)
        observation[0] = Float(cosine1)
        observation[1] = Float(sine1)
        observation[2] = Float(cosine2)
        observation[3] = Float(sine2)
        observation[4] = Float(firstVelocity)
        observation[5] = Float(secondVelocity)
        return cosine1
    }
}
