public import ReinNumerics

/// Independent categorical distributions, one for each component of an action.
///
/// A head holds the logits of all components side by side. The log-probability of an action is the sum over its
/// components, and so is the entropy; the most likely action has the most likely choice in each.
public struct MultiCategorical: Sendable, Hashable {
    /// The number of choices of each component.
    public let counts: [Int]
    /// The number of logits in a head row: the sum of the counts.
    public let headWidth: Int

    /// Creates the distribution over one of `counts[i]` choices for each component i.
    ///
    /// - Precondition: there are components, each has choices, and there are at most 2²⁴ of them in all.
    public init(counts: [Int]) {
        let problem = Self.problem(counts)
        precondition(problem == nil, problem ?? "")
        self.counts = counts
        headWidth = counts.reduce(0, +)
    }

    /// Why there is no such distribution, or nil when there is.
    static func problem(_ counts: [Int]) -> String? {
        if counts.isEmpty { return "a distribution over no components" }
        var rest = 1 << 24
        for (component, count) in counts.enumerated() {
            guard count >= 1, count <= rest else { return "\(count) choices of component \(component)" }
            rest -= count
        }
        return nil
    }

    /// Writes log-probabilities and probabilities of heads, all `[rows, headWidth]`; each component sums to 1.
    ///
    /// `logProbabilities` may be `logits`; `probabilities` must be neither.
    public func logSoftmax(
        rows: Int, logits: UnsafePointer<Float>, logProbabilities: UnsafeMutablePointer<Float>,
        probabilities: UnsafeMutablePointer<Float>
    ) {
        var base = 0
        for _ in 0..<rows {
            for component in 0..<counts.count {
                let count = counts[component]
                Kernels.logSoftmax(
                    logits + base, logProbabilities: logProbabilities + base, probabilities: probabilities + base,
                    rows: 1, columns: count)
                base &+= count
            }
        }
    }

    /// The log-probability of one action from one row of log-probabilities.
    ///
    /// - Parameters:
    ///   - action: the choice of each component, `[counts.count]`.
    ///   - logProbabilities: those of all choices, `[headWidth]`.
    public func logProbability(
        of action: UnsafePointer<Float>, logProbabilities: UnsafePointer<Float>
    ) -> Float {
        var sum: Float = 0
        var base = 0
        for component in 0..<counts.count {
            sum += logProbabilities[base &+ Int(action[component])]
            base &+= counts[component]
        }
        return sum
    }

    /// Writes the most likely action of one row of logits, `[counts.count]`.
    ///
    /// - Parameters:
    ///   - logits: `[headWidth]`.
    ///   - mask: which choices are valid, `[headWidth]`; all when nil.
    ///   - action: receives the choices, `[counts.count]`.
    public func mode(
        logits: UnsafePointer<Float>, mask: UnsafePointer<Bool>? = nil, into action: UnsafeMutablePointer<Float>
    ) {
        var base = 0
        for component in 0..<counts.count {
            let choices = Categorical(count: counts[component])
            action[component] = Float(choices.mode(logits: logits + base, mask: ActionMask.rest(of: mask, from: base)))
            base &+= choices.count
        }
    }

    /// Draws an action from one row of probabilities, one uniform number for each component in order.
    ///
    /// - Parameters:
    ///   - probabilities: `[headWidth]`, made from masked logits when there is a mask.
    ///   - mask: which choices are valid, `[headWidth]`; all when nil.
    ///   - random: the stream to draw from.
    ///   - action: receives the choices, `[counts.count]`.
    public func sample(
        probabilities: UnsafePointer<Float>, mask: UnsafePointer<Bool>? = nil, using random: inout RandomStream,
        into action: UnsafeMutablePointer<Float>
    ) {
        var base = 0
        for component in 0..<counts.count {
            let choices = Categorical(count: counts[component])
            action[component] = Float(
                choices.sample(
                    probabilities: probabilities + base, mask: ActionMask.rest(of: mask, from: base),
                    uniform: random.nextFloat()))
            base &+= choices.count
        }
    }

    /// Draws an action of which every valid one is equally likely.
    ///
    /// - Parameters:
    ///   - mask: which choices are valid, `[headWidth]`; all when nil.
    ///   - random: the stream to draw from.
    ///   - action: receives the choices, `[counts.count]`.
    public func sampleUniformly(
        mask: UnsafePointer<Bool>? = nil, using random: inout RandomStream, into action: UnsafeMutablePointer<Float>
    ) {
        var base = 0
        for component in 0..<counts.count {
            let count = counts[component]
            action[component] = Float(
                ActionMask.uniform(mask: ActionMask.rest(of: mask, from: base), count: count, using: &random))
            base &+= count
        }
    }
}

extension MultiCategorical: ActingDistribution {
    /// The floats of scratch memory that acting on rows takes.
    package func scratchCount(rows: Int) -> Int { 2 * rows * headWidth }

    /// Writes the most likely actions.
    package func writeModes(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into actions: UnsafeMutablePointer<Float>
    ) {
        let actions = MutableRows(actions, count: heads.count, width: counts.count)
        for row in 0..<heads.count { mode(logits: heads.heads[row], mask: heads.masks?[row], into: actions[row]) }
    }

    /// Draws actions, each row from its own stream.
    package func sample(
        _ heads: ActingHeads, streams: UnsafeMutablePointer<RandomStream>, scratch: UnsafeMutablePointer<Float>,
        into actions: UnsafeMutablePointer<Float>, logDensities: UnsafeMutablePointer<Float>?
    ) {
        let actions = MutableRows(actions, count: heads.count, width: counts.count)
        let logProbabilities = MutableRows(scratch, count: heads.count, width: headWidth)
        let probabilities = MutableRows(scratch + heads.count &* headWidth, count: heads.count, width: headWidth)
        logSoftmax(
            rows: heads.count, logits: heads.maskedLogits(into: scratch), logProbabilities: logProbabilities.base,
            probabilities: probabilities.base)
        for row in 0..<heads.count {
            sample(
                probabilities: probabilities[row], mask: heads.masks?[row], using: &streams[row], into: actions[row])
            logDensities?[row] = logProbability(of: actions[row], logProbabilities: logProbabilities[row])
        }
    }

    /// The number of numbers that a program is shown.
    package var outputCount: Int { headWidth }

    /// Writes the numbers that a program is shown.
    package func writeOutputs(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
    ) {
        outputs.update(from: heads.heads.base, count: headWidth)
    }
}
