import ReinNetworks
public import ReinNumerics
import ReinSpaces

/// Acting, one observation at a time. None of this allocates for networks of up to about 100 units a layer; for
/// larger ones and for batches use `PolicyInference`, which never does.
extension Policy {
    /// The number of floats that `outputs` holds for one observation: logits or action values of a discrete space; for
    /// a continuous one the means, then the log standard deviations.
    public var outputCount: Int {
        if case .actionValues(let values) = distribution { return values.count }
        if case .stateDependentGaussian(let gaussian) = distribution { return 2 * gaussian.count }
        return distribution.headWidth + network.logDeviationRange.count
    }

    /// The number of floats of scratch memory that `computeHead` needs.
    public func scratchCount(rows: Int) -> Int {
        rows * observationSpace.count + (network.policyCore?.inferenceScratchCount(rows: rows) ?? 0)
            + (network.trunk?.inferenceScratchCount(rows: rows) ?? 0)
            + network.policy.inferenceScratchCount(rows: rows)
            + (distribution.isDueling ? network.value?.inferenceScratchCount(rows: rows) ?? 0 : 0)
            + 2 * rows * distribution.headWidth
    }

    /// Computes the policy head for `rows` raw observations.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - observations: `[rows, observationSpace.count]`.
    ///   - scratch: `scratchCount(rows:)` floats.
    ///   - states: what a recurrent policy remembers, `[rows, stateWidth]`, replaced by what it remembers next; nil at
    ///     the start of an episode, when nobody keeps it. Not read without memory.
    /// - Returns: `[rows, distribution.headWidth]` inside `scratch`.
    public func computeHead(
        rows: Int, observations: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
        states: UnsafeMutablePointer<Float>? = nil
    ) -> UnsafeMutablePointer<Float> {
        computeHeadAndFeatures(rows: rows, observations: observations, scratch: scratch, states: states).head
    }

    /// As `computeHead`, and the features that the head reads.
    func computeHeadAndFeatures(
        rows: Int, observations: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
        states: UnsafeMutablePointer<Float>?
    ) -> (head: UnsafeMutablePointer<Float>, features: UnsafePointer<Float>) {
        var input = observations
        var free = scratch
        if let observationNormalizer {
            observationNormalizer.apply(rows: rows, from: observations, into: free)
            input = UnsafePointer(free)
            free += rows * observationSpace.count
        }
        return network.parameters.withUnsafeBufferPointer { parameters in
            guard let parameters = parameters.baseAddress else { return (free, input) }
            if let core = network.policyCore {
                input = UnsafePointer(
                    core.infer(rows: rows, input: input, parameters: parameters, states: states, scratch: free))
                free += core.inferenceScratchCount(rows: rows)
            }
            if let trunk = network.trunk {
                input = UnsafePointer(trunk.infer(rows: rows, input: input, parameters: parameters, scratch: free))
                free += trunk.inferenceScratchCount(rows: rows)
            }
            let head = network.policy.infer(rows: rows, input: input, parameters: parameters, scratch: free)
            let features = network.policy.inferredFeatures(rows: rows, input: input, scratch: free)
            if case .actionValues(let values) = distribution, values.isDueling, let value = network.value {
                free += network.policy.inferenceScratchCount(rows: rows)
                let stateValues = value.infer(rows: rows, input: input, parameters: parameters, scratch: free)
                values.combine(rows: rows, advantages: head, values: stateValues)
            }
            return (head, features)
        }
    }

    /// The network's raw numbers for one observation: logits; action values; or means, then log standard deviations.
    /// With state-dependent exploration these are the deviations in this state, over all exploration matrices.
    ///
    /// - Precondition: `observation` has `observationSpace.count` elements.
    public func outputs(for observation: [Float]) -> [Float] { outputs(for: observation, states: nil) }

    func outputs(for observation: [Float], states: UnsafeMutablePointer<Float>?) -> [Float] {
        if case .stateDependentGaussian(let gaussian) = distribution {
            return withHead(observation, states) { head, features in outputs(gaussian, head: head, features: features) }
        }
        return withHead(observation, states) { head in
            if case .actionValues(let values) = distribution { return expectedValues(values, head) }
            return Array(UnsafeBufferPointer(start: head, count: distribution.headWidth))
        } + network.parameters[network.logDeviationRange]
    }

    /// The most likely action, as `Environment.step` receives it: the index of the largest logit, or the mean after the
    /// action transform.
    ///
    /// - Parameters:
    ///   - observation: `observationSpace.count` elements.
    ///   - mask: for discrete spaces, which actions are valid, `actionSpace.maskWidth` entries; all when nil.
    /// - Precondition: sizes fit, and the mask leaves a valid action, or a choice for each component.
    public func action(for observation: [Float], mask: [Bool]? = nil) -> Action {
        action(for: observation, mask: mask, states: nil)
    }

    func action(for observation: [Float], mask: [Bool]?, states: UnsafeMutablePointer<Float>?) -> Action {
        withHead(observation, mask, states) { head, mask, _ in
            switch distribution {
            case .categorical(let categorical): return .discrete(categorical.mode(logits: head, mask: mask))
            case .multiCategorical(let multiCategorical):
                return members(multiCategorical) { multiCategorical.mode(logits: head, mask: mask, into: $0) }
            case .actionValues(let values): return .discrete(best(values, head, mask: mask))
            case .diagonalGaussian, .conditionalGaussian: return transformed(head)
            case .squashedGaussian(let gaussian):
                Kernels.tanh(head, head, count: gaussian.count)
                return transformed(head)
            case .deterministic(let deterministic):
                Kernels.tanh(head, head, count: deterministic.count)
                return transformed(head)
            case .stateDependentGaussian(let gaussian):
                gaussian.actions(rows: 1, heads: head, noise: nil, into: head)
                return transformed(head)
            }
        }
    }

    /// A random action from the policy's distribution, as `action(for:mask:)` gives it; from a deterministic policy always
    /// its one action. State-dependent exploration draws an exploration matrix for every call, since nothing says which
    /// observations follow each other.
    ///
    /// - Parameters:
    ///   - observation: `observationSpace.count` elements.
    ///   - mask: for discrete spaces, which actions are valid, `actionSpace.maskWidth` entries; all when nil.
    ///   - random: the stream to draw from.
    /// - Precondition: sizes fit, and the mask leaves a valid action, or a choice for each component.
    public func sampleAction(
        for observation: [Float], mask: [Bool]? = nil, using random: inout RandomStream
    ) -> Action {
        sampleAction(for: observation, mask: mask, states: nil, using: &random)
    }

    func sampleAction(
        for observation: [Float], mask: [Bool]?, states: UnsafeMutablePointer<Float>?, using random: inout RandomStream
    ) -> Action {
        withHead(observation, mask, states) { head, mask, features in
            switch distribution {
            case .categorical(let categorical):
                apply(mask, to: head)
                var probabilities = [Float](repeating: 0, count: categorical.count)
                Kernels.logSoftmax(
                    head, logProbabilities: head, probabilities: &probabilities, rows: 1, columns: categorical.count)
                return .discrete(
                    categorical.sample(probabilities: probabilities, mask: mask, uniform: random.nextFloat()))
            case .multiCategorical(let multiCategorical):
                apply(mask, to: head)
                var probabilities = [Float](repeating: 0, count: multiCategorical.headWidth)
                multiCategorical.logSoftmax(
                    rows: 1, logits: head, logProbabilities: head, probabilities: &probabilities)
                return members(multiCategorical) {
                    multiCategorical.sample(probabilities: probabilities, mask: mask, using: &random, into: $0)
                }
            case .diagonalGaussian(let gaussian):
                for dimension in 0..<gaussian.count {
                    var deviation = network.parameters[network.logDeviationRange.lowerBound + dimension]
                    withUnsafeMutablePointer(to: &deviation) { Kernels.exp($0, $0, count: 1) }
                    head[dimension] += deviation * random.nextNormal()
                }
                return transformed(head)
            case .conditionalGaussian(let gaussian):
                let deviations = head + gaussian.count
                Kernels.exp(deviations, deviations, count: gaussian.count)
                for dimension in 0..<gaussian.count { head[dimension] += deviations[dimension] * random.nextNormal() }
                return transformed(head)
            case .squashedGaussian(let gaussian):
                let deviations = head + gaussian.count
                for dimension in 0..<gaussian.count { deviations[dimension] = gaussian.clamped(deviations[dimension]) }
                Kernels.exp(deviations, deviations, count: gaussian.count)
                for dimension in 0..<gaussian.count { head[dimension] += deviations[dimension] * random.nextNormal() }
                Kernels.tanh(head, head, count: gaussian.count)
                return transformed(head)
            case .deterministic(let deterministic):
                Kernels.tanh(head, head, count: deterministic.count)
                return transformed(head)
            case .stateDependentGaussian(let gaussian):
                drawAction(gaussian, head: head, features: features, using: &random)
                return transformed(head)
            case .actionValues(let values):
                guard explorationRate > 0, random.nextDouble() < explorationRate else {
                    return .discrete(best(values, head, mask: mask))
                }
                guard let mask else { return .discrete(random.below(values.count)) }
                return .discrete(ActionMask.uniform(mask: mask, count: values.count, using: &random))
            }
        }
    }

    private func expectedValues(_ values: ActionValues, _ head: UnsafePointer<Float>) -> [Float] {
        var scratch = [Float](repeating: 0, count: values.atoms > 1 ? 2 * values.headWidth : 1)
        return [Float](unsafeUninitializedCapacity: values.count) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            values.expectedValues(rows: 1, heads: head, scratch: &scratch, into: base)
            count = values.count
        }
    }

    /// The valid action of largest value, counted from 0.
    private func best(_ values: ActionValues, _ head: UnsafePointer<Float>, mask: UnsafePointer<Bool>?) -> Int {
        values.atoms > 1 ? values.best(expectedValues(values, head), mask: mask) : values.best(head, mask: mask)
    }

    /// The head of an observation, with its mask checked.
    private func withHead<Result>(
        _ observation: [Float], _ mask: [Bool]?, _ states: UnsafeMutablePointer<Float>?,
        _ body: (UnsafeMutablePointer<Float>, UnsafePointer<Bool>?, _ features: UnsafePointer<Float>) -> Result
    ) -> Result {
        guard let mask else { return withHead(observation, states) { head, features in body(head, nil, features) } }
        let problem = actionSpace.problem(ofMask: mask)
        precondition(problem == nil, problem ?? "")
        return withHead(observation, states) { head, features in
            mask.withUnsafeBufferPointer { body(head, $0.baseAddress, features) }
        }
    }

    private func withHead<Result>(
        _ observation: [Float], _ states: UnsafeMutablePointer<Float>?, _ body: (UnsafeMutablePointer<Float>) -> Result
    ) -> Result {
        withHead(observation, states) { head, _ in body(head) }
    }

    private func withHead<Result>(
        _ observation: [Float], _ states: UnsafeMutablePointer<Float>?,
        _ body: (UnsafeMutablePointer<Float>, _ features: UnsafePointer<Float>) -> Result
    ) -> Result {
        precondition(
            observation.count == observationSpace.count,
            "an observation has \(observationSpace.count) numbers, not \(observation.count)")
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: scratchCount(rows: 1)) { scratch in
            guard let scratch = scratch.baseAddress else { preconditionFailure("no scratch memory") }
            return observation.withUnsafeBufferPointer { observation in
                guard let observation = observation.baseAddress else { preconditionFailure("an empty observation") }
                let (head, features) = computeHeadAndFeatures(
                    rows: 1, observations: observation, scratch: scratch, states: states)
                return body(head, features)
            }
        }
    }

    private func apply(_ mask: UnsafePointer<Bool>?, to logits: UnsafeMutablePointer<Float>) {
        if let mask { ActionMask.apply(mask, to: logits, count: distribution.headWidth, into: logits) }
    }

    /// The action whose choices `write` writes as floats.
    private func members(
        _ multiCategorical: MultiCategorical, _ write: (UnsafeMutablePointer<Float>) -> Void
    ) -> Action {
        var choices = [Float](repeating: 0, count: multiCategorical.counts.count)
        write(&choices)
        return .multiDiscrete(choices.map { Int($0) })
    }

    private func transformed(_ mean: UnsafeMutablePointer<Float>) -> Action {
        guard case .box(let box) = actionSpace else { preconditionFailure("not a box") }
        actionTransform.apply(rows: 1, space: box, from: mean, into: mean)
        return .continuous(Array(UnsafeBufferPointer(start: mean, count: box.count)))
    }
}
