import Rein

/// Measures how long one action takes: of CartPole with networks of two widths, and of every kind of distribution.
///
///     InferenceBenchmarks                       times
///     InferenceBenchmarks KIND WAY CALLS        one row's calls alone, to count instructions of
@main
struct InferenceBenchmarks {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.count == 3, let calls = Int(arguments[2]) {
            for subject in try ActingSubject.all() where subject.name == arguments[0] {
                for way in subject.ways where way.name == arguments[1] { print(way.run(calls)) }
            }
            return
        }
        try cartPole()
        for subject in try ActingSubject.all() {
            for way in subject.ways {
                measure("\(way.name), \(subject.name)", calls: 2000) { Int(way.run(2000)) }
            }
        }
    }

    private static func cartPole() throws {
        let specification = EnvironmentSpecification(CartPole.self)
        for hidden in [[64, 64], [256, 256]] {
            let policy = try PPOLearner.makePolicy(
                observationSpace: specification.observationSpace, actionSpace: specification.actionSpace,
                configuration: PPO.Configuration().with { $0.network.hidden = hidden },
                random: RandomStream(seed: 1, name: "inference"))
            let inference = PolicyInference(policy)
            let observation: [Float] = [0.1, 0.2, 0.3, 0.4]
            measure("PolicyInference.actionIndex, \(hidden)", calls: 20_000) {
                (0..<20_000).reduce(0) { sum, _ in sum + inference.actionIndex(for: observation.span) }
            }
            measure("Policy.action, \(hidden)", calls: 20_000) {
                (0..<20_000).reduce(0) { sum, _ in sum + (policy.action(for: observation) == .discrete(1) ? 1 : 0) }
            }
        }
    }

    /// Prints the median of 15 times of a call, with the smallest and the largest.
    private static func measure(_ name: String, calls: Int, _ body: () -> Int) {
        let clock = ContinuousClock()
        var sum = 0
        var times: [Double] = []
        for _ in 0..<15 {
            let elapsed = clock.measure { sum += body() }
            let (seconds, attoseconds) = elapsed.components
            times.append((Double(seconds) * 1e9 + Double(attoseconds) * 1e-9) / Double(calls))
        }
        times.sort()
        print("\(name): \(Int(times[7])) ns [\(Int(times[0]))..\(Int(times[14]))] (checksum \(sum))")
    }
}
