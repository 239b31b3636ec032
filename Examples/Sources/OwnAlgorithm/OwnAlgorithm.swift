import Rein
import ReinCommand

/// The `rein` command with a method of one's own beside PPO, DQN and SAC.
///
///     swift run OwnAlgorithm train --algorithm reinforce --stop-steps 200000
///     swift run OwnAlgorithm evaluate runs/CartPole-v1-reinforce-seed0
@main
struct OwnAlgorithm {
    static func main() throws {
        try AlgorithmKind.register(Reinforce.self)
        ReinCommand.main()
    }
}
