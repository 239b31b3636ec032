extension ErasedAlgorithm {
    /// Evaluates the policies as they are, as a schedule says.
    ///
    /// - Parameter goesOn: whether there is time; asked in every step.
    /// - Returns: nil when there was no time for all episodes.
    /// - Throws: `StateError` as `Algorithm.evaluate`.
    func scheduledEvaluation(
        by schedule: EvaluationSchedule, while goesOn: () -> Bool
    ) throws -> TrainingEvaluation? {
        let clock = ContinuousClock()
        let start = clock.now
        let seed = EvaluationSchedule.seed(ofRun: seed, after: counters.iterations)
        let result = try evaluate(
            episodes: schedule.episodes, seed: seed, explores: false, opponents: [:], mapping: nil, while: goesOn)
        return result.flatMap {
            TrainingEvaluation(
                $0, seed: seed, seconds: (clock.now - start).seconds, tellsAgents: environment.hasSeveralAgents)
        }
    }
}
