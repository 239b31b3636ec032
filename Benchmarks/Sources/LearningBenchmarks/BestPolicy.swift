import Rein

/// The policy with the best evaluation in the course of a run, the newest of those that are equal.
struct BestPolicy {
    /// The policy; nil before the first evaluation.
    private(set) var policy: Policy?
    /// The environment steps before it.
    private(set) var steps = 0
    private var mean = -Double.infinity

    /// The number of evaluations in a run, and of episodes in each.
    static let (evaluations, episodes) = (400, 50)
    /// The length of an iteration of a method that says it itself: methods that replay train after every so many steps,
    /// and those of the zoo's presets divide it.
    static let stepsPerIteration = 256

    /// Evaluations at even distances, the last one at the end of the run if iterations allow it.
    static func schedule<Method: Learner>(of preset: Preset, in algorithm: Algorithm<Method>) -> EvaluationSchedule {
        let steps = algorithm.stepsPerIteration * algorithm.configuration.environmentCount
        return EvaluationSchedule(every: max(1, preset.steps / steps / evaluations), episodes: episodes)
    }

    /// Keeps the policy of an algorithm if none was better before.
    mutating func note<Method: Learner>(_ evaluation: TrainingEvaluation, of algorithm: Algorithm<Method>) {
        guard evaluation.summary.returnMean >= mean else { return }
        mean = evaluation.summary.returnMean
        policy = algorithm.policy()
        steps = algorithm.counters.environmentSteps
    }
}
