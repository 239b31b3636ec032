public import ReinNetworks
public import ReinNumerics

/// Draws actions from policy heads for several environments at a time, each with the random stream of its own.
public struct ActionSampler: Sendable {
    /// The distribution that heads stand for.
    public let distribution: ActionDistribution
    private let logProbabilities: AlignedBuffer<Float>
    private let probabilities: AlignedBuffer<Float>
    private let scratch: AlignedBuffer<Float>

    /// Makes room for `rows` environments.
    public init(_ distribution: ActionDistribution, rows: Int) {
        self.distribution = distribution
        logProbabilities = AlignedBuffer(count: rows * distribution.headWidth)
        probabilities = AlignedBuffer(count: rows * distribution.headWidth)
        scratch = AlignedBuffer(count: 2 * max(rows, 1) * distribution.headWidth)
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
        switch distribution {
        case .categorical(let categorical):
            Kernels.logSoftmax(
                masked(heads, masks, rows: rows), logProbabilities: logProbabilities.pointer,
                probabilities: probabilities.pointer, rows: rows, columns: categorical.count)
            for row in 0..<rows {
                let base = row * categorical.count
                let action = categorical.sample(
                    probabilities: probabilities.pointer + base, mask: masks.map { $0 + base },
                    uniform: streams[row].nextFloat())
                actions[row] = Float(action)
                logDensities?[row] = logProbabilities.pointer[base + action]
            }
        case .multiCategorical(let multiCategorical):
            multiCategorical.logSoftmax(
                rows: rows, logits: masked(heads, masks, rows: rows), logProbabilities: logProbabilities.pointer,
                probabilities: probabilities.pointer)
            let width = multiCategorical.counts.count
            for row in 0..<rows {
                let base = row * multiCategorical.headWidth
                let action = actions + row * width
                multiCategorical.sample(
                    probabilities: probabilities.pointer + base, mask: masks.map { $0 + base },
                    using: &streams[row], into: action)
                logDensities?[row] = multiCategorical.logProbability(
                    of: action, logProbabilities: logProbabilities.pointer + base)
            }
        case .diagonalGaussian(let gaussian):
            let width = gaussian.count
            let deviations = scratch.pointer
            let inverses = scratch.pointer + width
            Kernels.exp(logDeviations, deviations, count: width)
            for dimension in 0..<width { inverses[dimension] = 1 / deviations[dimension] }
            for row in 0..<rows {
                let base = row * width
                for dimension in 0..<width {
                    actions[base + dimension] =
                        heads[base + dimension] + deviations[dimension] * streams[row].nextNormal()
                }
                logDensities?[row] = gaussian.logDensity(
                    action: actions + base, mean: heads + base, logDeviation: logDeviations,
                    inverseDeviation: inverses)
            }
        case .conditionalGaussian(let gaussian):
            let width = gaussian.count
            let deviations = scratch.pointer
            let inverses = scratch.pointer + width
            for row in 0..<rows {
                let head = heads + row * gaussian.headWidth
                let action = actions + row * width
                Kernels.exp(head + width, deviations, count: width)
                for dimension in 0..<width {
                    inverses[dimension] = 1 / deviations[dimension]
                    action[dimension] = head[dimension] + deviations[dimension] * streams[row].nextNormal()
                }
                logDensities?[row] = gaussian.logDensity(action: action, head: head, inverseDeviation: inverses)
            }
        case .squashedGaussian(let gaussian):
            let width = gaussian.count
            for row in 0..<rows {
                let head = heads + row * 2 * width
                let action = actions + row * width
                let deviations = scratch.pointer
                for dimension in 0..<width { deviations[dimension] = gaussian.clamped(head[width + dimension]) }
                Kernels.exp(deviations, deviations, count: width)
                for dimension in 0..<width {
                    action[dimension] = head[dimension] + deviations[dimension] * streams[row].nextNormal()
                }
                Kernels.tanh(action, action, count: width)
                logDensities?[row] = 0
            }
        case .deterministic(let deterministic):
            Kernels.tanh(heads, actions, count: rows * deterministic.count)
            logDensities?.update(repeating: 0, count: rows)
        case .stateDependentGaussian: preconditionFailure("heads alone do not tell the noise")
        case .actionValues(let values):
            values.expectedValues(
                rows: rows, heads: heads, scratch: scratch.pointer, into: logProbabilities.pointer)
            for row in 0..<rows {
                let isRandom = explorationRate > 0 && streams[row].nextDouble() < explorationRate
                let mask = masks.map { $0 + row * values.count }
                let action =
                    isRandom
                    ? Self.uniform(values.count, mask: mask, using: &streams[row])
                    : values.best(logProbabilities.pointer + row * values.count, mask: mask)
                actions[row] = Float(action)
                logDensities?[row] = 0
            }
        }
    }

    /// The heads, or a copy of them in which invalid actions have the logit of such; for distributions of logits.
    private func masked(
        _ heads: UnsafePointer<Float>, _ masks: UnsafePointer<Bool>?, rows: Int
    ) -> UnsafePointer<Float> {
        guard let masks else { return heads }
        ActionMask.apply(
            masks, to: heads, count: rows * distribution.headWidth, into: logProbabilities.pointer)
        return UnsafePointer(logProbabilities.pointer)
    }

    private static func uniform(
        _ count: Int, mask: UnsafePointer<Bool>?, using random: inout RandomStream
    ) -> Int {
        guard let mask else { return random.below(count) }
        return ActionMask.uniform(mask: mask, count: count, using: &random)
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
        let maskWidth = distribution.maskWidth
        let width = distribution.actionWidth
        for row in 0..<rows {
            let mask = masks.map { $0 + row * maskWidth }
            switch distribution {
            case .categorical, .actionValues:
                actions[row] = Float(Self.uniform(maskWidth, mask: mask, using: &streams[row]))
            case .multiCategorical(let multiCategorical):
                multiCategorical.sampleUniformly(mask: mask, using: &streams[row], into: actions + row * width)
            case .squashedGaussian, .deterministic:
                for index in row * width..<(row + 1) * width { actions[index] = 2 * streams[row].nextFloat() - 1 }
            case .stateDependentGaussian(let gaussian) where gaussian.isSquashed:
                for index in row * width..<(row + 1) * width { actions[index] = 2 * streams[row].nextFloat() - 1 }
            case .diagonalGaussian, .conditionalGaussian, .stateDependentGaussian:
                preconditionFailure("a Gaussian has no uniform actions")
            }
        }
    }
}
