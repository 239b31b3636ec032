package import ReinNumerics

/// The categorical distribution over `count` actions that logits define, computed for whole batches of rows.
public struct Categorical: Sendable, Hashable {
    /// The number of actions.
    public let count: Int

    /// Creates the distribution over `count` actions.
    public init(count: Int) {
        precondition(count > 0, "a categorical distribution needs actions")
        self.count = count
    }

    /// The action of largest logit; the first one when several are equal.
    ///
    /// - Parameters:
    ///   - logits: the logits of a row.
    ///   - mask: which actions are valid, `[count]`; all when nil.
    public func mode(logits: UnsafePointer<Float>, mask: UnsafePointer<Bool>? = nil) -> Int {
        if let mask { return ActionMask.best(of: logits, mask: mask, count: count) }
        var best = 0
        for action in 1..<max(count, 1) where logits[action] > logits[best] { best = action }
        return best
    }

    /// The action that a uniform number in [0, 1) selects by inversion of the cumulative distribution.
    ///
    /// - Parameters:
    ///   - probabilities: `[count]`, made from masked logits when there is a mask.
    ///   - mask: which actions are valid, `[count]`; all when nil. Whatever the probabilities are, no other is selected.
    ///   - uniform: the number.
    public func sample(
        probabilities: UnsafePointer<Float>, mask: UnsafePointer<Bool>? = nil, uniform: Float
    ) -> Int {
        var cumulative: Float = 0
        var last = 0
        if let mask { last = ActionMask.best(of: probabilities, mask: mask, count: count) }
        for action in 0..<count {
            let probability = probabilities[action]
            guard probability > 0, mask?[action] ?? true else { continue }
            cumulative += probability
            last = action
            if uniform < cumulative { return action }
        }
        return last  // Rounding left the sum just below the uniform number.
    }
}

extension Categorical: ActingDistribution {
    /// The floats of scratch memory that acting on rows takes.
    package func scratchCount(rows: Int) -> Int { 2 * rows * count }

    /// Writes the most likely actions.
    package func writeModes(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into actions: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<heads.count { actions[row] = Float(mode(logits: heads.heads[row], mask: heads.masks?[row])) }
    }

    /// Draws actions, each row from its own stream.
    package func sample(
        _ heads: ActingHeads, streams: UnsafeMutablePointer<RandomStream>, scratch: UnsafeMutablePointer<Float>,
        into actions: UnsafeMutablePointer<Float>, logDensities: UnsafeMutablePointer<Float>?
    ) {
        let logProbabilities = MutableRows(scratch, count: heads.count, width: count)
        let probabilities = MutableRows(scratch + heads.count &* count, count: heads.count, width: count)
        Kernels.logSoftmax(
            heads.maskedLogits(into: scratch), logProbabilities: logProbabilities.base,
            probabilities: probabilities.base, rows: heads.count, columns: count)
        for row in 0..<heads.count {
            let action = sample(
                probabilities: probabilities[row], mask: heads.masks?[row], uniform: streams[row].nextFloat())
            actions[row] = Float(action)
            logDensities?[row] = logProbabilities[row][action]
        }
    }

    /// Draws an action uniformly.
    package func sampleUniformly(
        mask: UnsafePointer<Bool>?, using random: inout RandomStream, into action: UnsafeMutablePointer<Float>
    ) {
        action[0] = Float(ActionMask.uniform(mask: mask, count: count, using: &random))
    }

    /// The number of numbers that a program is shown.
    package var outputCount: Int { count }

    /// Writes the numbers that a program is shown.
    package func writeOutputs(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
    ) {
        outputs.update(from: heads.heads.base, count: count)
    }
}
