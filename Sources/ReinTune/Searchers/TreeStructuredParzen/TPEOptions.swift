/// How a search with tree-structured Parzen estimators goes about it. The defaults are those of Optuna 5.
public struct TPEOptions: Sendable, Equatable {
    /// The number of trials that have to end before anything is concluded from them; until then settings are random.
    public var startupTrials = 10
    /// The number of candidates that the best is chosen from.
    public var candidates = 24
    /// Whether trials that run count as bad ones, so that others do not try the same at the same time.
    public var constantLiar = true

    /// Makes options.
    public init(startupTrials: Int = 10, candidates: Int = 24, constantLiar: Bool = true) {
        self.startupTrials = startupTrials
        self.candidates = candidates
        self.constantLiar = constantLiar
    }
}
