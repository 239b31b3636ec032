public import ReinCheckpoints
public import ReinEnvironments
import ReinNumerics
public import ReinPolicies

/// Runs whole episodes with a policy that does not change.
public struct Evaluator: Sendable {
    /// The environment.
    public let environment: EnvironmentSpecification
    /// The seed: episode i starts as `reset(seed: seed + i)` does, in Gymnasium's sense.
    public let seed: Int
    /// Whether actions are drawn from the policy's distribution instead of being the most likely ones.
    public let explores: Bool

    /// The number of episodes that run side by side, without effect on results.
    public let episodesAtOnce: Int

    /// An episode that does not end by itself is given up after as many steps.
    static let longestEpisode = 1_000_000

    /// Creates an evaluator.
    ///
    /// - Parameters:
    ///   - environment: the environment.
    ///   - seed: the seed of the first episode.
    ///   - explores: whether actions are drawn instead of being the most likely ones.
    ///   - episodesAtOnce: the number of episodes that run side by side, at least 1.
    public init(environment: EnvironmentSpecification, seed: Int = 0, explores: Bool = false, episodesAtOnce: Int = 16)
    {
        precondition(episodesAtOnce > 0, "no episodes at once")
        self.episodesAtOnce = episodesAtOnce
        self.environment = environment
        self.seed = seed
        self.explores = explores
    }

    /// Runs `episodes` episodes and returns them in the order of their seeds.
    ///
    /// - Throws: `StateError` when the policy cannot act in the environment's spaces, when a reward or an observation is
    ///   not finite or a mask leaves no valid action, or an episode does not end within a million steps.
    public func episodes(_ episodes: Int, of policy: Policy) throws(StateError) -> [Episode] {
        try self.episodes(episodes, of: policy, while: { true }) ?? []
    }

    /// Runs episodes for as long as `goesOn` says so, which is asked in every step; nil when it has said no.
    func episodes(
        _ episodes: Int, of policy: Policy, while goesOn: () -> Bool
    ) throws(StateError) -> [Episode]? {
        let environment = TrainingEnvironment.singleAgent(environment)
        try environment.requireSound()
        try environment.require(policy, actsFor: [0], path: "policy")
        var results: [Episode] = []
        for first in stride(from: 0, to: episodes, by: episodesAtOnce) {
            let wave = EvaluationWave(first..<min(first + episodesAtOnce, episodes), of: self, acting: policy)
            guard try wave.run(while: goesOn) else { return nil }
            results += wave.results
        }
        return results
    }
}
