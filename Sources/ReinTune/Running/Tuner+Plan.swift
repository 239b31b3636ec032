public import ReinCheckpoints

extension Tuner {
    /// Searches as a plan says.
    ///
    /// - Parameters:
    ///   - plan: the plan.
    ///   - base: what is trained with one seed; the plan adds its seeds and resources.
    /// - Throws: `StateError` as `ExperimentPlan.check()`, `makeScheduler()` and `definition(of:)`, and when trials are to be
    ///   in processes and the system does not tell where this program lies.
    public init(_ plan: ExperimentPlan, of base: TrainableDefinition) throws(StateError) {
        try plan.check()
        self.init(
            try plan.definition(of: base), searcher: try plan.makeSearcher(), space: plan.space,
            seed: UInt64(clamping: plan.seed))
        scheduler = try plan.makeScheduler()
        stopRule = plan.stopRule
        checkpoints = plan.checkpoints
        failures = plan.failures
        maximumConcurrency = plan.maxConcurrent
        maximumTrials = plan.maximumTrials
        isDeterministic = plan.isDeterministic
        if plan.trialsIn == .processes { placement = .processes(try .again()) }
        limits = try WorkerLimits(step: plan.stepTimeLimit.map { .seconds($0) })
    }
}
