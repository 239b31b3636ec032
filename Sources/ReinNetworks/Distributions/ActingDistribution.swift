public import ReinNumerics

/// What a distribution does to act: how its kind turns policy heads into actions, each kind in its own file.
///
/// `ActionDistribution` hands on to its kind. Everything is done for rows side by side in memory of
/// the caller's; nothing is allocated. Actions are those before any transform: indices of discrete spaces, elements of
/// continuous ones.
package protocol ActingDistribution: Sendable {
    /// The number of floats of scratch memory for acting on `rows` heads.
    func scratchCount(rows: Int) -> Int

    /// Writes the most likely action of each row, `[rows, actionWidth]`.
    ///
    /// - Parameters:
    ///   - scratch: `scratchCount(rows:)` floats.
    ///   - actions: receives them; no part of the heads.
    func writeModes(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into actions: UnsafeMutablePointer<Float>)

    /// Draws an action for each row from the row's own stream, `[rows, actionWidth]`.
    ///
    /// - Parameters:
    ///   - streams: one for each row.
    ///   - scratch: `scratchCount(rows:)` floats.
    ///   - actions: receives them; no part of the heads.
    ///   - logDensities: receives the log-density of each, `[rows]`; 0 for distributions whose learners do not ask for it.
    ///     Nil when nobody does.
    func sample(
        _ heads: ActingHeads, streams: UnsafeMutablePointer<RandomStream>, scratch: UnsafeMutablePointer<Float>,
        into actions: UnsafeMutablePointer<Float>, logDensities: UnsafeMutablePointer<Float>?)

    /// Draws an action uniformly from the whole space: one of the valid ones, or from −1 to 1 for actions of tanh.
    ///
    /// - Parameter mask: which actions are valid, `[maskWidth]`, at least one for each component; all when nil.
    /// - Precondition: the distribution is no Gaussian without bounds.
    func sampleUniformly(
        mask: UnsafePointer<Bool>?, using random: inout RandomStream, into action: UnsafeMutablePointer<Float>)

    /// The number of numbers that a program is shown of a head.
    var outputCount: Int { get }

    /// Writes what a program is shown of one head, `[outputCount]`: logits, action values, or means and then log standard
    /// deviations.
    func writeOutputs(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>)
}

/// The policy heads of some rows, and what else their actions depend on.
@usableFromInline package struct ActingHeads {
    /// The heads, `[rows, headWidth]`.
    @usableFromInline package var heads: Rows<Float>
    /// The log standard deviations that are parameters of the network; read by distributions that have such.
    @usableFromInline package var logDeviations: UnsafePointer<Float>
    /// What the heads were computed from, `[rows, featureCount]`; read by distributions whose noise depends on it.
    @usableFromInline package var features: UnsafePointer<Float>
    /// Which actions are valid, `[rows, maskWidth]`, at least one for each component; all when nil.
    @usableFromInline package var masks: Rows<Bool>?
    /// ε, the probability of a uniformly random action; read for action values only.
    @usableFromInline package var explorationRate: Double

    /// Puts together what acting on heads takes.
    @inlinable package init(
        _ heads: Rows<Float>, logDeviations: UnsafePointer<Float>, features: UnsafePointer<Float>,
        masks: Rows<Bool>? = nil, explorationRate: Double = 0
    ) {
        self.heads = heads
        self.logDeviations = logDeviations
        self.features = features
        self.masks = masks
        self.explorationRate = explorationRate
    }

    /// The number of rows.
    var count: Int { heads.count }

    /// The logits of all rows, in which invalid actions have that of such: the heads themselves without masks, otherwise
    /// a copy.
    func maskedLogits(into copy: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
        guard let masks else { return heads.base }
        ActionMask.apply(masks.base, to: heads.base, count: heads.count &* heads.width, into: copy)
        return UnsafePointer(copy)
    }
}

/// Parts that kinds of distributions share.
extension ActingDistribution {
    /// Draws numbers from −1 to 1.
    func fillUniformly(
        _ action: UnsafeMutablePointer<Float>, count: Int, using random: inout RandomStream
    ) {
        for index in 0..<count { action[index] = 2 * random.nextFloat() - 1 }
    }
}
