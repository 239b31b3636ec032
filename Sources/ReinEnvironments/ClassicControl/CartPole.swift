public import ReinNumerics

/// A pole balanced on a cart that is pushed left or right: Gymnasium's CartPole-v1, bit for bit.
///
/// Observation `[4]`: cart position, cart velocity, pole angle (radians from upright), angular velocity.
/// Action: 0 pushes left, 1 right. Reward: 1 each step, the last included. The episode terminates when the cart
/// leaves ±2.4 or the pole ±12 degrees. (Barto, Sutton and Anderson, "Neuronlike Adaptive Elements That Can Solve
/// Difficult Learning Control Problems", 1983.)
public struct CartPole: Environment {
    /// "CartPole-v1".
    public static var id: String { "CartPole-v1" }
    /// 500 steps.
    public static var timeLimit: Int? { 500 }
    /// 475.
    public static var rewardThreshold: Double? { 475 }

    /// The position of the cart, in metres from the centre.
    public var position = 0.0
    /// The velocity of the cart, in metres a second.
    public var velocity = 0.0
    /// The angle of the pole, in radians from upright.
    public var angle = 0.0
    /// The angular velocity of the pole, in radians a second.
    public var angularVelocity = 0.0
    /// The generator that draws the starts of episodes.
    public var random = NumPyRandom(seed: 0)

    private static var angleLimit: Double { 12 * 2 * Double.pi / 360 }
    private static var positionLimit: Double { 2.4 }

    /// Creates a cart at rest, to be reset.
    public init() {}

    /// Four numbers, bounded by twice the limits of an episode; velocities are not bounded.
    public var observationSpace: Box {
        Box(symmetric: [Float(Self.positionLimit * 2), .infinity, Float(Self.angleLimit * 2), .infinity])
    }
    /// Left and right.
    public var actionSpace: ActionSpace { .discrete(2) }

    /// Starts near the upright rest, each component uniform in ±0.05.
    public mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        position = random.uniform(-0.05, 0.05)
        velocity = random.uniform(-0.05, 0.05)
        angle = random.uniform(-0.05, 0.05)
        angularVelocity = random.uniform(-0.05, 0.05)
        write(into: &observation)
    }

    /// Pushes the cart for 0.02 seconds; the equations of motion are integrated by one explicit Euler step.
    public mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        precondition(action == 0 || action == 1, "CartPole has the actions 0 and 1")
        let gravity = 9.8
        let poleMass = 0.1
        let totalMass = 0.1 + 1.0
        let halfLength = 0.5
        let poleMassLength = 0.1 * 0.5
        let timeStep = 0.02
        let force = Double(2 * action - 1) * 10  // Without a branch: random actions are not predicted.

        let (sine, cosine) = Trigonometry.sineAndCosine(angle)
        let push = (force + poleMassLength * (angularVelocity * angularVelocity) * sine) / totalMass
        let angularAcceleration =
            (gravity * sine - cosine * push) / (halfLength * (4.0 / 3.0 - poleMass * (cosine * cosine) / totalMass))
        let acceleration = push - poleMassLength * angularAcceleration * cosine / totalMass

        position += timeStep * velocity
        velocity += timeStep * acceleration
        angle += timeStep * angularVelocity
        angularVelocity += timeStep * angularAcceleration
        write(into: &observation)
        let hasFallen = abs(position) > Self.positionLimit || abs(angle) > Self.angleLimit
        return Step(reward: 1, status: hasFallen ? .terminated : .running)
    }

    @inline(__always) private func write(into observation: inout ObservationRow) {
        observation[0] = Float(position)
        observation[1] = Float(velocity)
        observation[2] = Float(angle)
        observation[3] = Float(angularVelocity)
    }
}
