public import ReinCheckpoints

/// Everything that an experiment is made of but for the code that is trained: what is searched and how, when trials
/// end, and what they may use.
///
///     {"trainable": {"environment": "CartPole-v1"},
///      "space": {"learningRate": {"logUniform": [1e-5, 1e-2]}},
///      "metric": "returnMean", "mode": "max", "samples": 20, "seeds": 3,
///      "scheduler": {"type": "asha", "maxTime": 100}, "stop": {"training_iteration": 100}}
///
/// All keys but `space` may be left out. The metric and the mode are those of the scheduler and the searcher, too.
public struct ExperimentPlan: Sendable {
    /// Where trials run.
    public enum TrialPlace: String, CaseIterable, Sendable {
        /// In this process.
        case threads
        /// Each in a process of its own.
        case processes
    }

    /// What is trained, for whoever makes it.
    public var trainable: StateMap = [:]
    /// What the settings of trials may be.
    public var space: SearchSpace
    /// What trials are compared by, with slashes between the keys of maps inside one another; nil when they are not
    /// compared.
    public var metric: String?
    /// Which values of the metric are the better ones.
    public var order = ScoreOrder.max
    /// What decides on trials after their results.
    public var scheduler = SchedulerPlan.fifo
    /// What thinks up their settings.
    public var searcher = SearcherPlan()
    /// How often the grid is gone through, or the number of trials of a searcher that learns; -1 for no end.
    public var samples = 1
    /// With how many seeds each settings are tried; nil for their own seed alone.
    public var seeds: SeedPlan?
    /// When trials and the experiment end, beside the time budget; nil when only trials themselves know.
    public var stop: StopRule?
    /// What each trial gets; nil for what is trained to say.
    public var resources: PlacementGroup?
    /// The largest number of trials that run at once; nil for as many as there is room for.
    public var maxConcurrent: Int?
    /// When checkpoints are made, and which are kept.
    public var checkpoints = CheckpointConfig.standard
    /// What becomes of trials that fail.
    public var failures = FailurePolicy.standard
    /// What all random numbers of the search are made from; not negative.
    public var seed = 0
    /// How long the experiment may take, in seconds; nil for as long as it takes.
    public var timeBudget: Double?
    /// How long a step of a trial may take, in seconds; nil for as long as it takes.
    public var stepTimeLimit: Double?
    /// Where trials run.
    public var trialsIn = TrialPlace.threads
    /// Whether results are taken in an order that does not depend on how long trials take.
    public var isDeterministic = false

    /// Plans a search of a space, with standard values for everything else.
    public init(space: SearchSpace) { self.space = space }

    /// Reads a plan from JSON; see `init(_:)`.
    ///
    /// - Throws: `StateError` also for a text that is no JSON.
    public init(json text: String) throws(StateError) { try self.init(StateReader(JSON.parse(text))) }
}

extension ExperimentPlan {
    /// Refuses what does not go together.
    ///
    /// - Throws: `StateError` that names the key: numbers out of range; a metric that is missing, or another one in the
    ///   scheduler; a space that cannot be searched; points that do not belong to it; and a searcher that a scheduler
    ///   cannot work with.
    public func check() throws(StateError) {
        try checkNumbers()
        if let metric { _ = try validatedMetric(metric, Key.metric.rawValue) }
        if let objective = scheduler.objective, objective.metric != metric || objective.order != order {
            throw StateError(
                .outOfRange,
                "compares by \(objective.metric) (\(objective.order)), the experiment by "
                    + (metric.map { "\($0) (\(order))" } ?? "nothing"), path: Key.scheduler.rawValue)
        }
        _ = try makeSearcher()
        try checkScheduler()
    }

    private func checkNumbers() throws(StateError) {
        try ReinTune.check(samples >= -1, Key.samples, samples, allowed: "0 and more, or -1 for no end")
        try ReinTune.check(seed >= 0, Key.seed, seed, allowed: "0 and more")
        if let seeds { try ReinTune.check(seeds.count >= 1, Key.seeds, seeds.count, allowed: "1 and more") }
        if let maxConcurrent {
            try ReinTune.check(maxConcurrent >= 1, Key.maxConcurrent, maxConcurrent, allowed: "1 and more")
        }
        for (key, seconds) in [(Key.timeBudget, timeBudget), (.stepTimeLimit, stepTimeLimit)] {
            guard let seconds else { continue }
            try ReinTune.check(seconds > 0 && seconds.isFinite, key, seconds, allowed: "seconds, finite, above 0")
        }
    }

    private func checkScheduler() throws(StateError) {
        switch scheduler {
        case .populationBased, .replay: break
        case .fifo, .asha, .hyperBand, .medianStopping: return
        }
        guard case .random(let draws) = searcher.method else {
            throw StateError(
                .unsupportedFormat,
                "the scheduler changes settings itself, so that a searcher would learn what is not so: "
                    + "it goes with \"random\" alone", path: "\(Key.searcher.rawValue)/type")
        }
        if case .replay = scheduler, try variants(draws).count != 1 {
            throw StateError(.outOfRange, "a replay has one trial", path: Key.samples.rawValue)
        }
    }
}
