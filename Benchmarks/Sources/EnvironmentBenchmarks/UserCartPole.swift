import Glibc
import ReinEnvironments
import ReinNumerics

/// CartPole once more, as a user would write it in a module of their own: it must be as fast as the one in Rein.
struct UserCartPole: Environment {
    /// "CartPole of a user".
    static var id: String { "CartPole of a user" }
    /// 500 steps.
    static var timeLimit: Int? { 500 }
    /// 475.
    static var rewardThreshold: Double? { 475 }

    /// The position of the cart, in metres from the centre.
    var position = 0.0
    /// The velocity of the cart, in metres a second.
    var velocity = 0.0
    /// The angle of the pole, in radians from upright.
    var angle = 0.0
    /// The angular velocity of the pole, in radians a second.
    var angularVelocity = 0.0
    /// The generator that draws the starts of episodes.
    var random = NumPyRandom(seed: 0)

    private static var angleLimit: Double { 12 * 2 * Double.pi / 360 }
    private static var positionLimit: Double { 2.4 }

    /// Creates a cart at rest, to be reset.
    init() {}

    /// Four numbers, bounded by twice the limits of an episode; velocities are not bounded.
    var observationSpace: Box {
        Box(symmetric: [Float(Self.positionLimit * 2), .infinity, Float(Self.angleLimit * 2), .infinity])
    }
    /// Left and right.
    var actionSpace: ActionSpace { .discrete(2) }

    /// Starts near the upright rest, each component uniform in ±0.05.
    mutating func reset(seed: UInt64?, into observation: inout ObservationRow) {
        if let seed { random = NumPyRandom(seed: seed) }
        position = random.uniform(-0.05, 0.05)
        velocity = random.uniform(-0.05, 0.05)
        angle = random.uniform(-0.05, 0.05)
        angularVelocity = random.uniform(-0.05, 0.05)
        write(into: &observation)
    }

    /// Pushes the cart for 0.02 seconds; the equations of motion are integrated by one explicit Euler step.
    mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
        precondition(action == 0 || action == 1, "CartPole has the actions 0 and 1")
        let gravity = 9.8
        let poleMass = 0.1
        let totalMass = 0.1 + 1.0
        let halfLength = 0.5
        let poleMassLength = 0.1 * 0.5
        let timeStep = 0.02
        let force = Double(2 * action - 1) * 10  // Without a branch: random actions are not predicted.

        let (sine, cosine) = (sin(angle), cos(angle))
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

    private func write(into observation: inout ObservationRow) {
        observation[0] = Float(position)
        observation[1] = Float(velocity)
        observation[2] = Float(angle)
        observation[3] = Float(angularVelocity)
    }
}
