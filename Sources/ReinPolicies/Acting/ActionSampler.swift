public import ReinNetworks
public import ReinNumerics

/// Draws actions from policy heads for several environments at a time, each with the random stream of its own, in memory
/// that is made once.
public struct ActionSampler: Sendable {
    /// The distribution that heads stand for.
    public let distribution: ActionDistribution
    private let scratch: AlignedBuffer<Float>

    /// Makes room for `rows` environments.
    public init(_ distribution: ActionDistribution, rows: Int) {
        self.distribution = distribution
        scratch = AlignedBuffer(count: distribution.scratchCount(rows: rows))
    }

    /// Draws an action for each row and computes its log-density.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - heads: `[rows, headWidth]`.
    ///   - logDeviations: `[headWidth]` for a Gaussian whose deviations are the same in every state, otherwise not
    ///     read.
    ///   - masks: which actions are valid, `[rows, maskWidth]`, at least one in each row; all when nil.
    ///   - explorationRate: ε, the probability of a uniformly random action; read for action values only.
    ///   - streams: one for each row.
    ///   - actions: receives `[rows, actionWidth]`.
    ///   - logDensities: receives `[rows]`; 0 for distributions whose learners do not ask for it. Nil when nobody does.
    /// - Precondition: the noise does not depend on the state; for that there is `StateDependentSampler`.
    public func sample(
        rows: Int, heads: UnsafePointer<Float>, logDeviations: UnsafePointer<Float>,
        masks: UnsafePointer<Bool>? = nil, explorationRate: Double = 0,
        streams: UnsafeMutablePointer<RandomStream>, actions: UnsafeMutablePointer<Float>,
        logDensities: UnsafeMutablePointer<Float>?
    ) {
        precondition(!distribution.hasLogDeviationPerFeature, "heads alone do not tell the noise")
        let heads = ActingHeads(
            Rows(heads, count: rows, width: distribution.headWidth), logDeviations: logDeviations, features: heads,
            masks: masks.map { Rows($0, count: rows, width: distribution.maskWidth) },
            explorationRate: explorationRate)
        distribution.sample(
            heads, streams: streams, scratch: scratch.pointer, into: actions, logDensities: logDensities)
    }

    /// Draws actions uniformly from the whole space, as a policy would before any transform: indices of a discrete
    /// space, −1 to 1 for actions of tanh.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - masks: which actions are valid, `[rows, maskWidth]`, at least one in each row; all when nil.
    ///   - streams: one for each row.
    ///   - actions: receives `[rows, actionWidth]`.
    /// - Precondition: the distribution is not a Gaussian without bounds.
    public func sampleUniformly(
        rows: Int, masks: UnsafePointer<Bool>? = nil, streams: UnsafeMutablePointer<RandomStream>,
        actions: UnsafeMutablePointer<Float>
    ) {
        let masks = masks.map { Rows($0, count: rows, width: distribution.maskWidth) }
        let actions = MutableRows(actions, count: rows, width: distribution.actionWidth)
        for row in 0..<rows {
            distribution.sampleUniformly(mask: masks?[row], using: &streams[row], into: actions[row])
        }
    }
}
