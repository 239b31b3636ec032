import ReinNetworks
public import ReinNumerics
import ReinSpaces

/// A policy together with the memory that acting needs, for callers that act often: nothing is allocated after `init`.
///
/// A recurrent policy's states are kept here, one for each row, and every call takes the rows it is given one
/// observation further; call `reset` where an episode starts. Not to be used by two threads at a time; make one for
/// each.
public final class PolicyInference {
    /// The policy that acts.
    public let policy: Policy
    /// The largest number of observations in one call.
    public let rows: Int
    /// What a recurrent policy remembers of each row's episode, `[rows, stateWidth]`; empty without memory. May be read
    /// and written between calls.
    public let states: AlignedBuffer<Float>
    /// What heads are computed in, and what actions are chosen in.
    private let scratch: AlignedBuffer<Float>
    private let actingScratch: AlignedBuffer<Float>

    /// Makes room for `rows` observations at a time.
    public init(_ policy: Policy, rows: Int = 1) {
        precondition(rows > 0, "inference needs at least one row")
        self.policy = policy
        self.rows = rows
        states = AlignedBuffer(count: rows * policy.stateWidth)
        scratch = AlignedBuffer(count: policy.scratchCount(rows: rows))
        actingScratch = AlignedBuffer(count: policy.distribution.scratchCount(rows: rows))
    }

    /// Forgets everything, as at the start of an episode in every row.
    public func reset() { states.clear() }

    /// Forgets what is remembered of one row, whose next observation is the first of an episode.
    public func reset(row: Int) {
        precondition(row >= 0 && row < rows, "there are \(rows) rows, not row \(row)")
        (states.pointer + row * policy.stateWidth).update(repeating: 0, count: policy.stateWidth)
    }

    /// Computes the policy head for `rows` observations.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - observations: `[rows, observationSpace.count]`.
    /// - Returns: `[rows, distribution.headWidth]`, logits or means, valid until the next call.
    public func head(rows: Int = 1, observations: UnsafePointer<Float>) -> UnsafeMutablePointer<Float> {
        precondition(rows <= self.rows, "there is room for \(self.rows) rows, not \(rows)")
        return policy.computeHead(
            rows: rows, observations: observations, scratch: scratch.pointer, states: states.pointer)
    }

    /// Writes the most likely actions for `rows` observations.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - observations: `[rows, observationSpace.count]`.
    ///   - masks: which actions are valid, `[rows, actionSpace.maskWidth]`, at least one for each component in each
    ///     row; all when nil. Not read for continuous actions.
    ///   - actions: receives `[rows, actionSpace.width]`: indices from 0 for discrete spaces, otherwise elements after
    ///     the action transform.
    ///   - outputs: receives what a program is shown, `[rows, outputCount]`, see `Policy.outputs(for:)`; if given.
    public func act(
        rows: Int = 1, observations: UnsafePointer<Float>, masks: UnsafePointer<Bool>? = nil,
        into actions: UnsafeMutablePointer<Float>, outputs: UnsafeMutablePointer<Float>? = nil
    ) {
        let heads = heads(rows: rows, observations: observations, masks: masks)
        policy.distribution.writeModes(of: heads, scratch: actingScratch.pointer, into: actions)
        if let outputs { writeOutputs(of: heads, into: outputs) }
        transform(rows: rows, actions)
    }

    /// Draws random actions for `rows` observations, each row from a stream of its own. State-dependent exploration
    /// draws an exploration matrix for every action, since nothing says which observations follow each other.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - observations: `[rows, observationSpace.count]`.
    ///   - masks: which actions are valid, as for `act`.
    ///   - actions: receives `[rows, actionSpace.width]`, as `act` writes them.
    ///   - outputs: receives what a program is shown, `[rows, outputCount]`, as for `act`.
    ///   - streams: at least `rows` streams.
    public func sample(
        rows: Int = 1, observations: UnsafePointer<Float>, masks: UnsafePointer<Bool>? = nil,
        into actions: UnsafeMutablePointer<Float>, outputs: UnsafeMutablePointer<Float>? = nil,
        using streams: inout [RandomStream]
    ) {
        precondition(streams.count >= rows, "every row needs a random stream")
        let heads = heads(rows: rows, observations: observations, masks: masks)
        policy.distribution.sample(
            heads, streams: &streams, scratch: actingScratch.pointer, into: actions, logDensities: nil)
        if let outputs { writeOutputs(of: heads, into: outputs) }
        transform(rows: rows, actions)
    }

    /// Writes what a program is shown of each row.
    private func writeOutputs(of heads: ActingHeads, into outputs: UnsafeMutablePointer<Float>) {
        let features = policy.distribution.featureCount
        for row in 0..<heads.heads.count {
            var one = heads
            one.heads = heads.heads[row..<row + 1]
            one.features = heads.features + row * features
            policy.distribution.writeOutputs(
                of: one, scratch: actingScratch.pointer, into: outputs + row * policy.outputCount)
        }
    }

    @inline(__always) private func heads(
        rows: Int, observations: UnsafePointer<Float>, masks: UnsafePointer<Bool>?
    ) -> ActingHeads {
        precondition(rows <= self.rows, "there is room for \(self.rows) rows, not \(rows)")
        return policy.computeHeads(
            rows: rows, observations: observations,
            masks: masks.map { Rows($0, count: rows, width: policy.distribution.maskWidth) },
            scratch: scratch.pointer, states: states.pointer)
    }

    private func transform(rows: Int, _ actions: UnsafeMutablePointer<Float>) {
        guard case .box(let box) = policy.actionSpace else { return }
        policy.actionTransform.apply(rows: rows, space: box, from: actions, into: actions)
    }

    /// The most likely action of a discrete space for one observation, counted from 0.
    ///
    /// - Precondition: the action space is discrete, and the observation has `observationSpace.count` elements.
    public func actionIndex(for observation: Span<Float>) -> Int { actionIndex(for: observation, mask: nil) }

    /// The most likely valid action of a discrete space for one observation, counted from 0.
    ///
    /// - Parameters:
    ///   - observation: the observation, of the width of the space.
    ///   - mask: which actions are valid, at least one.
    /// - Precondition: the action space is discrete, the observation has `observationSpace.count` elements and the mask
    ///   `actionSpace.maskWidth`.
    public func actionIndex(for observation: Span<Float>, mask: Span<Bool>) -> Int {
        precondition(mask.count == policy.actionSpace.maskWidth, "a mask of another size")
        return mask.withUnsafeBufferPointer { actionIndex(for: observation, mask: $0.baseAddress) }
    }

    private func actionIndex(for observation: Span<Float>, mask: UnsafePointer<Bool>?) -> Int {
        precondition(observation.count == policy.observationSpace.count, "an observation of another size")
        return observation.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("an empty observation") }
            guard case .discrete = policy.actionSpace else { preconditionFailure("the action space is not discrete") }
            var action: Float = 0
            policy.distribution.writeModes(
                of: heads(rows: 1, observations: base, masks: mask), scratch: actingScratch.pointer, into: &action)
            return Int(action)
        }
    }
}
