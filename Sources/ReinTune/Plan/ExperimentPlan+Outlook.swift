public import ReinCheckpoints

/// What can be said of an experiment before it begins.
extension ExperimentPlan {
    /// The number of trials that there will be; nil when there is no end.
    ///
    /// - Throws: `StateError` for a space that cannot be searched, and for points that do not belong to it.
    public func trialCount() throws(StateError) -> Int? {
        switch searcher.method {
        case .random(let draws): try variants(draws).count
        case .tpe: maximumTrials
        }
    }

    /// The largest number of steps that a trial can make before the stop rule or the scheduler ends it; nil when neither
    /// counts steps.
    public var iterationLimit: Int? {
        let limits = (stop?.iterationLimits ?? []) + [scheduler.iterationLimit].compactMap(\.self)
        return limits.min()
    }

    /// The metrics by which trials are compared, ended and have their checkpoints kept, each once.
    public var metricNames: [String] {
        var names = metric.map { [$0] } ?? []
        names += scheduler.objective.map { [$0.timeAttribute] } ?? []
        names += stop?.metricNames ?? []
        names += checkpoints.scoreAttribute.map { [$0] } ?? []
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

extension SchedulerPlan {
    /// The number of steps after which it ends every trial.
    fileprivate var iterationLimit: Int? {
        guard objective?.timeAttribute == MetricName.trainingIteration else { return nil }
        return switch self {
        case .asha(let settings): settings.stopsLastTrials ? Int(exactly: settings.maxTime.rounded(.up)) : nil
        case .hyperBand(let settings): settings.stopsLastTrials ? settings.maxTime : nil
        case .fifo, .medianStopping, .populationBased, .replay: nil
        }
    }
}

extension StopRule {
    /// The numbers of steps after which a trial ends.
    fileprivate var iterationLimits: [Int] {
        switch self {
        case .atLeast(MetricName.trainingIteration, let bound): Int(exactly: bound.rounded(.up)).map { [$0] } ?? []
        case .iterations(let count): [count]
        case .anyOf(let rules): rules.flatMap(\.iterationLimits)
        case .atLeast, .atMost, .trialPlateau, .experimentPlateau, .timeBudget, .when: []
        }
    }

    /// The metrics that it looks at.
    fileprivate var metricNames: [String] {
        switch self {
        case .atLeast(let metric, _), .atMost(let metric, _): [metric]
        case .trialPlateau(let plateau): [plateau.metric]
        case .experimentPlateau(let plateau): [plateau.metric]
        case .anyOf(let rules): rules.flatMap(\.metricNames)
        case .iterations, .timeBudget, .when: []
        }
    }
}
