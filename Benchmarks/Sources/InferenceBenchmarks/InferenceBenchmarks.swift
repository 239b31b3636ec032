import Rein

/// Measures how long one action takes with a 2x64 network.
@main
struct InferenceBenchmarks {
    static func main() throws {
        let specification = EnvironmentSpecification(CartPole.self)
        for hidden in [[64, 64], [256, 256]] {
            let policy = try PPOLearner.makePolicy(
                observationSpace: specification.observationSpace, actionSpace: specification.actionSpace,
                configuration: PPO.Configuration().with { $0.network.hidden = hidden },
                random: RandomStream(seed: 1, name: "inference"))
            let inference = PolicyInference(policy)
            let observation: [Float] = [0.1, 0.2, 0.3, 0.4]
            measure("PolicyInference.actionIndex, \(hidden)") { inference.actionIndex(for: observation.span) }
            measure("Policy.action, \(hidden)") {
                policy.action(for: observation) == .discrete(1) ? 1 : 0
            }
        }
    }

    static func measure(_ name: String, _ body: () -> Int) {
        let clock = ContinuousClock()
        var sum = 0
        var times: [Double] = []
        for _ in 0..<15 {
            let elapsed = clock.measure { for _ in 0..<20_000 { sum += body() } }
            let (seconds, attoseconds) = elapsed.components
            times.append((Double(seconds) * 1e9 + Double(attoseconds) * 1e-9) / 20_000)
        }
        times.sort()
        print("\(name): \(Int(times[7])) ns [\(Int(times[0]))..\(Int(times[14]))] (checksum \(sum))")
    }
}
