public import ReinCheckpoints

/// Settings whose score is known from elsewhere.
public struct EvaluatedPoint: Sendable, Equatable {
    /// The settings: values by the paths of the parameters.
    public var configuration: StateMap
    /// The score; nil for a trial that failed.
    public var score: Double?

    /// Makes a point.
    public init(_ configuration: StateMap, score: Double?) {
        self.configuration = configuration
        self.score = score
    }
}
