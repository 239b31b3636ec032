import Rein

/// The policy that plays best in the course of a run: the best of its evaluations stay, and are evaluated more closely at
/// the end.
struct BestPolicy {
    /// A policy with the environment steps before it, and what it came to while it trained.
    private struct Candidate {
        let policy: Policy
        let steps: Int
        let mean: Double
    }

    private var candidates: [Candidate] = []

    /// The number of evaluations in a run, and of episodes in each.
    static let (evaluations, episodes) = (400, 50)
    /// The number of policies that stay, and of the episodes in which they are compared at the end. The means of few
    /// episodes favour who was lucky.
    static let (kept, comparedEpisodes) = (20, 1_000)
    /// The length of an iteration of a method that says it itself: methods that replay train after every so many steps,
    /// and those of the zoo's presets divide it.
    static let stepsPerIteration = 256
    /// The first seed of the episodes in which policies are compared, apart from those of training and of the last
    /// evaluation.
    private static let seed = 1_000_000

    /// Evaluations at even distances, the last one at the end of the run if iterations allow it.
    static func schedule<Method: Learner>(of preset: Preset, in algorithm: Algorithm<Method>) -> EvaluationSchedule {
        let steps = algorithm.stepsPerIteration * algorithm.configuration.environmentCount
        return EvaluationSchedule(every: max(1, preset.steps / steps / evaluations), episodes: episodes)
    }

    /// Keeps the policy of an algorithm if it is among the best ones; of equal ones the newest.
    mutating func note<Method: Learner>(_ evaluation: TrainingEvaluation, of algorithm: Algorithm<Method>) {
        let mean = evaluation.summary.returnMean
        guard let place = place(of: mean), let policy = algorithm.policy() else { return }
        let candidate = Candidate(policy: policy, steps: algorithm.counters.environmentSteps, mean: mean)
        candidates.insert(candidate, at: place)
        if candidates.count > Self.kept { candidates.removeLast() }
    }

    /// Where a mean comes among those that stay, the best first; nil when it is not among them.
    private func place(of mean: Double) -> Int? {
        let place = candidates.firstIndex { $0.mean <= mean } ?? candidates.count
        return place < Self.kept ? place : nil
    }

    /// The best of the policies that stayed; nil when there was no evaluation.
    func chosen(in environment: EnvironmentSpecification) throws -> (policy: Policy, steps: Int)? {
        var best: (candidate: Candidate, mean: Double)?
        for candidate in candidates {
            let evaluator = Evaluator(environment: environment, seed: Self.seed)
            let episodes = try evaluator.episodes(Self.comparedEpisodes, of: candidate.policy)
            guard let mean = EpisodeSummary(episodes)?.returnMean, mean > best?.mean ?? -.infinity else { continue }
            best = (candidate, mean)
        }
        return best.map { ($0.candidate.policy, $0.candidate.steps) }
    }
}
