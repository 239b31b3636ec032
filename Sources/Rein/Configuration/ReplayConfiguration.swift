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
