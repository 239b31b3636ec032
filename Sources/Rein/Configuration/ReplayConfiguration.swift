import ReinNumerics

/// What methods that learn from a replay have among their settings, each with the same meaning.
protocol ReplayConfiguration: AlgorithmConfiguration {
    /// γ.
    var discount: Double { get }
    /// The largest number of steps that a transition spans, n.
    var stepCount: Int { get }
    /// The largest number of transitions that are kept.
    var replayCapacity: Int { get set }
    /// Whether transitions with large errors are replayed more often.
    var prioritizedReplay: Bool { get set }
    /// α.
    var priorityExponent: Double { get set }
    /// β.
    var importanceExponent: Schedule { get set }
    /// ε.
    var prioritizedReplayEpsilon: Double { get set }
    /// How priorities are drawn by.
    var prioritizedReplaySampling: PrioritizedReplaySampling { get set }
}

extension ReplayConfiguration {
    /// Checks the numbers of a prioritised replay.
    ///
    /// - Throws: `ConfigurationError` that names the key, the value and what is allowed.
    func requirePriorities() throws(ConfigurationError) {
        typealias Check = ConfigurationCheck
        try Check.require("priorityExponent", priorityExponent, in: 0...1000)
        try Check.require("importanceExponent", notNegative: importanceExponent)
        try Check.require("prioritizedReplayEpsilon", prioritizedReplayEpsilon, in: 0...1e100)
    }
}
