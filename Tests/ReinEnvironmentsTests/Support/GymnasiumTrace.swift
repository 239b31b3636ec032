import Foundation
import ReinEnvironments
import Testing

/// Episodes recorded from Gymnasium; single-precision numbers are written as the shortest decimals that give them.
struct GymnasiumTrace: Decodable {
    struct Start: Decodable {
        let seed: UInt64
        let state: [Double]
    }

    struct Episode: Decodable {
        let kind: String
        let seed: UInt64?
        let ended: String
        let actions: [Float]
        /// One row more than there are actions.
        let observations: [[Float]]
        /// One row more than there are actions.
        var states: [[Double]]
        let rewards: [Double]

        /// The status after step `index` under the recording's time limit.
        func status(_ index: Int) -> Status {
            guard index == actions.count - 1 else { return .running }
            return ended == "terminated" ? .terminated : ended == "truncated" ? .truncated : .running
        }
    }

    let environment: String
    let timeLimit: Int
    let rewardThreshold: Double?
    let starts: [Start]
    var episodes: [Episode]

    init(of environment: String) throws {
        let url = try #require(
            Bundle.module.url(forResource: environment, withExtension: "json", subdirectory: "Fixtures"))
        self = try JSONDecoder().decode(GymnasiumTrace.self, from: Data(contentsOf: url))
        if environment == MountainCarContinuous.id { roundStatesToSinglePrecision() }
    }

    /// The states of MountainCarContinuous are of single precision, the first of an episode excepted.
    private mutating func roundStatesToSinglePrecision() {
        for episode in episodes.indices {
            for row in episodes[episode].states.indices.dropFirst() {
                episodes[episode].states[row] = episodes[episode].states[row].map { Double(Float($0)) }
            }
        }
    }
}

/// An environment whose state can be read and set as Gymnasium writes it.
protocol TracedEnvironment: Environment {
    var tracedState: [Double] { get }
    /// The largest differences that the recordings allow.
    static var tolerance: TraceTolerance { get }
    mutating func set(tracedState: [Double], isFirst: Bool)
}

/// The largest absolute differences from a recording; zero asks for the same bits.
struct TraceTolerance {
    /// Of the state after one step from a recorded state.
    var state = 0.0
    /// Of the observation after one step from a recorded state.
    var observation: Float = 0
    /// Of the observation after any number of steps from a recorded start.
    var openObservation: Float = 0
    /// Of a reward after one step from a recorded state.
    var reward = 0.0
    /// Of a reward after any number of steps from a recorded start.
    var openReward = 0.0
}

extension CartPole: TracedEnvironment {
    static var tolerance: TraceTolerance { TraceTolerance() }
    var tracedState: [Double] { [position, velocity, angle, angularVelocity] }
    mutating func set(tracedState state: [Double], isFirst: Bool) {
        (position, velocity, angle, angularVelocity) = (state[0], state[1], state[2], state[3])
    }
}

extension MountainCar: TracedEnvironment {
    static var tolerance: TraceTolerance { TraceTolerance() }
    var tracedState: [Double] { [position, velocity] }
    mutating func set(tracedState state: [Double], isFirst: Bool) {
        (position, velocity) = (state[0], state[1])
    }
}

extension MountainCarContinuous: TracedEnvironment {
    static var tolerance: TraceTolerance { TraceTolerance() }
    var tracedState: [Double] { [position, velocity] }
    mutating func set(tracedState state: [Double], isFirst: Bool) {
        (position, velocity, isDoublePrecision) = (state[0], state[1], isFirst)
    }
}

extension Pendulum: TracedEnvironment {
    static var tolerance: TraceTolerance { TraceTolerance(reward: 1e-11, openReward: 1e-11) }
    var tracedState: [Double] { [angle, angularVelocity] }
    mutating func set(tracedState state: [Double], isFirst: Bool) {
        (angle, angularVelocity) = (state[0], state[1])
    }
}

extension Acrobot: TracedEnvironment {
    static var tolerance: TraceTolerance { TraceTolerance(state: 1e-12, observation: 1e-6, openObservation: 1e-6) }
    var tracedState: [Double] { [firstAngle, secondAngle, firstVelocity, secondVelocity] }
    mutating func set(tracedState state: [Double], isFirst: Bool) {
        (firstAngle, secondAngle, firstVelocity, secondVelocity) = (state[0], state[1], state[2], state[3])
    }
}
