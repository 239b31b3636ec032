import ReinEnvironments
import ReinNumerics

/// Steps vectors of environments with random actions on one thread, and prints how many steps a second that makes.
///
///     swift run -c release EnvironmentBenchmarks
///
/// A step includes the environment's own work, its time limit, the copy of final observations and the resets at the
/// ends of episodes. The random actions are drawn before the clock starts.
@main struct EnvironmentBenchmarks {
    static let environmentCount = 64
    static let actionRounds = 256
    static let secondsPerRun = 0.5
    static let runs = 5

    static func main() throws {
        let clockRate = measuredClockRate()
        print("\(environmentCount) environments, one thread, best and median of \(runs) runs")
        print("this thread runs at about \(rounded(clockRate)) GHz")
        print("environment                  million steps a second (best, median), cycles a step")
        for specification in EnvironmentRegistry.all { try measure(specification, clockRate) }
        try measure(EnvironmentSpecification(UserCartPole.self), clockRate)
    }

    static func measure(_ specification: EnvironmentSpecification, _ clockRate: Double) throws {
        var random = RandomStream(seed: 1, name: "actions")
        let space = specification.actionSpace
        let rowLength = environmentCount * space.width
        var actions = [Float](repeating: 0, count: actionRounds * rowLength)
        actions.withUnsafeMutableBufferPointer { actions in
            for row in stride(from: 0, to: actions.count, by: space.width) {
                space.sample(into: actions.baseAddress! + row, using: &random)
            }
        }
        let vector = specification.makeVector(count: environmentCount, seed: 1)
        var observations = [Float](repeating: 0, count: environmentCount * specification.observationSpace.count)
        var finalObservations = observations
        var rewards = [Double](repeating: 0, count: environmentCount)
        var statuses = [Status](repeating: .running, count: environmentCount)
        try vector.reset(0..<environmentCount, observations: &observations)

        let clock = ContinuousClock()
        var rates: [Double] = []
        for _ in 0..<runs {
            var steps = 0
            let start = clock.now
            var elapsed = Duration.zero
            repeat {
                try actions.withUnsafeBufferPointer { actions in
                    for round in 0..<actionRounds {
                        try vector.step(
                            0..<environmentCount, actions: actions.baseAddress! + round * rowLength,
                            observations: &observations, finalObservations: &finalObservations, rewards: &rewards,
                            statuses: &statuses)
                    }
                }
                steps += actionRounds * environmentCount
                elapsed = start.duration(to: clock.now)
            } while elapsed < .seconds(secondsPerRun)
            rates.append(Double(steps) / (elapsed / .seconds(1)) / 1e6)
        }
        rates.sort()
        let name = specification.id + String(repeating: " ", count: max(0, 28 - specification.id.count))
        print(name, rounded(rates[runs - 1]), rounded(rates[runs / 2]), Int(clockRate * 1000 / rates[runs - 1]))
    }

    /// The clock rate this thread gets, in GHz, from a chain of multiplications of three cycles and exclusive ors of one.
    ///
    /// A busy or throttled machine shows here: the figures of two runs compare only at equal clock rates.
    private static func measuredClockRate() -> Double {
        let count = 20_000_000
        var best = 0.0
        for _ in 0..<runs {
            var value = UInt64.random(in: 1...9)
            let elapsed = ContinuousClock().measure {
                for index in 0..<count { value = value &* 6_364_136_223_846_793_005 ^ UInt64(index) }
            }
            precondition(value != 0)
            best = max(best, 4 * Double(count) / (elapsed / .nanoseconds(1)))
        }
        return best
    }

    private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
