public import ReinCheckpoints
public import ReinEnvironments

/// What one iteration of an algorithm has to report.
public struct TrainingResult: Sendable {
    /// The counters after the iteration.
    public var counters = TrainingCounters()
    /// Statistics of the last 100 episodes, or nil before the first one has ended.
    public var episodes: EpisodeSummary?
    /// What each policy reports, in the order of the algorithm's policies.
    public var policies: [PolicyReport] = []
    /// The evaluation after the iteration, where one was due; see `EvaluationSchedule`.
    public var evaluation: TrainingEvaluation?
    /// What has happened to environments outside of this program since training began; nil where there are none.
    public var environments: EnvironmentIncidents?
    /// How long the iteration took, in seconds, without an evaluation.
    public var seconds = 0.0
    /// How long collecting experience took, in seconds.
    public var samplingSeconds = 0.0
    /// How long improving policies took, in seconds.
    public var learningSeconds = 0.0
    /// Environment steps per second of this iteration.
    public var stepsPerSecond = 0.0

    /// Creates an empty result.
    public init() {}

    /// The report of one policy, or nil when it has none.
    public func policy(_ id: PolicyID = .default) -> PolicyReport? { policies.first { $0.id == id } }

    /// The result as data, for logs: counters, episodes, policies and timers, and the evaluation where there was one.
    public var tree: StateTree {
        var policyTrees = StateMap()
        for report in policies { policyTrees[report.id.description] = report.tree }
        var map: StateMap = [
            "iteration": .int(Int64(counters.iterations)),
            "environmentSteps": .int(Int64(counters.environmentSteps)),
            "agentSteps": .int(Int64(counters.agentSteps)),
            "episodes": .int(Int64(counters.episodes)),
            "episodeReturnMean": number(episodes?.returnMean),
            "episodeReturnMinimum": number(episodes?.returnMinimum),
            "episodeReturnMaximum": number(episodes?.returnMaximum),
            "episodeLengthMean": number(episodes?.lengthMean),
            "policies": .map(policyTrees),
            "timers": [
                "iterationSeconds": .double(seconds), "samplingSeconds": .double(samplingSeconds),
                "learningSeconds": .double(learningSeconds),
            ],
            "stepsPerSecond": .double(stepsPerSecond),
        ]
        if let environments { map["environments"] = environments.tree }
        if let evaluation { map["evaluation"] = evaluation.tree }
        return .map(map)
    }

    private func number(_ value: Double?) -> StateTree { value.map { .double($0) } ?? .null }
}

/// What one policy has to report about an iteration.
public struct PolicyReport: Sendable {
    /// The policy.
    public var id: PolicyID
    /// The learner's metrics by name, in the order in which they should be shown; empty for a policy that only acts.
    public var metrics: [(name: String, value: Double)] = []
    /// Statistics of the episodes that ended in this iteration, or nil when none did.
    public var episodes: EpisodeSummary?

    /// Creates a report without metrics.
    public init(id: PolicyID) { self.id = id }

    /// A metric by name, or nil when the learner does not report it.
    public func metric(_ name: String) -> Double? { metrics.first { $0.name == name }?.value }

    /// The report as data.
    public var tree: StateTree {
        var map = StateMap()
        map["episodeReturnMean"] = episodes.map { .double($0.returnMean) } ?? .null
        for metric in metrics { map[metric.name] = .double(metric.value) }
        return .map(map)
    }
}
