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
    private let scratch: AlignedBuffer<Float>
    private let sampler: ActionSampler
    private let logDensities: AlignedBuffer<Float>
    /// What random actions are drawn with when the noise depends on the state.
    private let stateDependentSampler: StateDependentSampler?

    /// Makes room for `rows` observations at a time.
    public init(_ policy: Policy, rows: Int = 1) {
        precondition(rows > 0, "inference needs at least one row")
        self.policy = policy
        self.rows = rows
        states = AlignedBuffer(count: rows * policy.stateWidth)
        scratch = AlignedBuffer(count: policy.scratchCount(rows: rows))
        sampler = ActionSampler(policy.distribution, rows: rows)
        logDensities = AlignedBuffer(count: rows * max(1, policy.distribution.headWidth))
        stateDependentSampler =
            if case .stateDependentGaussian(let gaussian) = policy.distribution {
                StateDependentSampler(gaussian, rows: rows)
            } else {
                nil
            }
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
    public func act(
        rows: Int = 1, observations: UnsafePointer<Float>, masks: UnsafePointer<Bool>? = nil,
        into actions: UnsafeMutablePointer<Float>
    ) {
        let head = head(rows: rows, observations: observations)
        switch policy.distribution {
        case .categorical(let categorical):
            for row in 0..<rows {
                let base = row * categorical.count
                actions[row] = Float(categorical.mode(logits: head + base, mask: masks.map { $0 + base }))
            }
        case .multiCategorical(let multiCategorical):
            for row in 0..<rows {
                let base = row * multiCategorical.headWidth
                multiCategorical.mode(
                    logits: head + base, mask: masks.map { $0 + base },
                    into: actions + row * multiCategorical.counts.count)
            }
        case .actionValues(let values):
            values.expectedValues(rows: rows, heads: head, scratch: headScratch(rows: rows), into: logDensities.pointer)
            for row in 0..<rows {
                let base = row * values.count
                actions[row] = Float(values.best(logDensities.pointer + base, mask: masks.map { $0 + base }))
            }
        case .diagonalGaussian(let gaussian):
            actions.update(from: head, count: rows * gaussian.count)
        case .conditionalGaussian(let gaussian):
            for row in 0..<rows {
                (actions + row * gaussian.count).update(from: head + row * gaussian.headWidth, count: gaussian.count)
            }
        case .squashedGaussian(let gaussian):
            for row in 0..<rows {
                Kernels.tanh(head + row * 2 * gaussian.count, actions + row * gaussian.count, count: gaussian.count)
            }
        case .deterministic(let deterministic):
            Kernels.tanh(head, actions, count: rows * deterministic.count)
        case .stateDependentGaussian(let gaussian):
            gaussian.actions(rows: rows, heads: head, noise: nil, into: actions)
        }
        if case .box(let box) = policy.actionSpace {
            policy.actionTransform.apply(rows: rows, space: box, from: actions, into: actions)
        }
    }

    /// The last part of the scratch memory, which heads are read with.
    private func headScratch(rows: Int) -> UnsafeMutablePointer<Float> {
        scratch.pointer + scratch.count - 2 * self.rows * policy.distribution.headWidth
    }

    /// Draws random actions for `rows` observations, each row from a stream of its own. State-dependent exploration
    /// draws an exploration matrix for every action, since nothing says which observations follow each other.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - observations: `[rows, observationSpace.count]`.
    ///   - masks: which actions are valid, as for `act`.
    ///   - actions: receives `[rows, actionSpace.width]`, as `act` writes them.
    ///   - streams: at least `rows` streams.
    public func sample(
        rows: Int = 1, observations: UnsafePointer<Float>, masks: UnsafePointer<Bool>? = nil,
        into actions: UnsafeMutablePointer<Float>, using streams: inout [RandomStream]
    ) {
        precondition(streams.count >= rows, "every row needs a random stream")
        precondition(rows <= self.rows, "there is room for \(self.rows) rows, not \(rows)")
        let (head, features) = policy.computeHeadAndFeatures(
            rows: rows, observations: observations, scratch: scratch.pointer, states: states.pointer)
        policy.network.parameters.withUnsafeBufferPointer { parameters in
            guard let base = parameters.baseAddress else { return }
            streams.withUnsafeMutableBufferPointer { streams in
                guard let streams = streams.baseAddress else { return }
                if let stateDependentSampler {
                    return stateDependentSampler.sampleOnce(
                        rows: rows, heads: head, features: features,
                        logDeviations: base + policy.network.logDeviationRange.lowerBound, streams: streams,
                        actions: actions)
                }
                sampler.sample(
                    rows: rows, heads: head, logDeviations: base + policy.network.logDeviationRange.lowerBound,
                    masks: masks, explorationRate: policy.explorationRate, streams: streams, actions: actions,
                    logDensities: logDensities.pointer)
            }
        }
        if case .box(let box) = policy.actionSpace {
            policy.actionTransform.apply(rows: rows, space: box, from: actions, into: actions)
        }
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
            switch policy.distribution {
            case .categorical(let categorical):
                return categorical.mode(logits: head(observations: base), mask: mask)
            case .actionValues(let values):
                values.expectedValues(
                    rows: 1, heads: head(observations: base), scratch: headScratch(rows: 1),
                    into: logDensities.pointer)
                return values.best(logDensities.pointer, mask: mask)
            case .multiCategorical, .diagonalGaussian, .conditionalGaussian, .squashedGaussian, .deterministic,
                .stateDependentGaussian:
                preconditionFailure("the action space is not discrete")
            }
        }
    }
}
