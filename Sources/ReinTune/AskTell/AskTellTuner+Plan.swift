public import ReinCheckpoints

extension AskTellTuner {
    /// Searches as a plan says.
    ///
    /// - Parameters:
    ///   - plan: the plan. `maxConcurrent` is the largest number of trials that are out at once, 1 when it is not said.
    ///   - name: what is trained, for the names of folders.
    /// - Throws: `StateError` as `ExperimentPlan.check()` and `makeScheduler()`, and that names a key which is for trials
    ///   that are trained here.
    public init(_ plan: ExperimentPlan, named name: String = "trial") throws(StateError) {
        try plan.check()
        try plan.checkForAskTell()
        self.init(
            named: name, searcher: try plan.makeSearcher(), space: plan.space, seed: UInt64(clamping: plan.seed))
        scheduler = try plan.makeScheduler()
        stopRule = plan.stopRule
        failures = plan.failures
        concurrency = plan.maxConcurrent ?? concurrency
        maximumTrials = plan.maximumTrials
    }
}

extension ExperimentPlan {
    /// Refuses what nobody would look at.
    fileprivate func checkForAskTell() throws(StateError) {
        let given: [(Key, Bool)] = [
            (.trainable, !trainable.isEmpty), (.seeds, seeds != nil), (.resources, resources != nil),
            (.checkpoints, checkpoints != .standard), (.stepTimeLimit, stepTimeLimit != nil),
            (.trialsIn, trialsIn != .threads), (.deterministic, isDeterministic),
        ]
        guard let (key, _) = given.first(where: { $0.1 }) else { return }
        throw StateError(
            .unsupportedFormat,
            "is for trials that Rein trains; who asks for trials and tells their results trains them",
            path: key.rawValue)
    }
}
