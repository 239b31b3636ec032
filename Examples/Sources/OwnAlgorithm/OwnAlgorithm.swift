import Rein

/// Trains CartPole-v1 with a method of one's own, saves it in the middle, and goes on from there.
@main
struct OwnAlgorithm {
    static func main() throws {
        let first = try Reinforce(environment: CartPole.self, configuration: Reinforce.Configuration(seed: 1))
        for _ in 0..<20 { print(try first.train().episodes?.returnMean ?? 0) }
        try first.save(to: "reinforce", replacingExisting: true)
        let second = try Reinforce(restoring: "reinforce")
        for _ in 0..<20 { print(try second.train().episodes?.returnMean ?? 0) }
        print("policies:", second.policyIDs, "steps:", second.counters.environmentSteps)
    }
}
