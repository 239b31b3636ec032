import ReinNetworks
public import ReinNumerics
import ReinSpaces

/// Acting, one observation at a time. None of this allocates for networks of up to about 100 units a layer; for
/// larger ones and for batches use `PolicyInference`, which never does.
extension Policy {
    /// The number of floats that `outputs` holds for one observation: logits or action values of a discrete space; for
    /// a continuous one the means, then the log standard deviations.
    public var outputCount: Int { distribution.outputCount }

    /// The number of floats of scratch memory that `computeHead` needs.
    public func scratchCount(rows: Int) -> Int {
        rows * observationSpace.count + (network.policyCore?.inferenceScratchCount(rows: rows) ?? 0)
            + (network.trunk?.inferenceScratchCount(rows: rows) ?? 0)
            + network.policy.inferenceScratchCount(rows: rows)
            + (distribution.isDueling ? network.value?.inferenceScratchCount(rows: rows) ?? 0 : 0)
            + network.logDeviationRange.count
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
        UnsafeMutablePointer(
            mutating: computeHeads(
                rows: rows, observations: observations, masks: nil, scratch: scratch, states: states
            ).heads.base)
    }

    /// As `computeHead`, with what else acting on the heads takes, in the scratch memory.
    func computeHeads(
        rows: Int, observations: UnsafePointer<Float>, masks: Rows<Bool>?, scratch: UnsafeMutablePointer<Float>,
        states: UnsafeMutablePointer<Float>?
    ) -> ActingHeads {
        var input = observations
        var free = scratch
        if let observationNormalizer {
            observationNormalizer.apply(rows: rows, from: observations, into: free)
            input = UnsafePointer(free)
            free += rows * observationSpace.count
        }
        return network.parameters.withUnsafeBufferPointer { parameters in
            guard let parameters = parameters.baseAddress else { preconditionFailure("a network without parameters") }
            let deviations = network.logDeviationRange
            let logDeviations = free
            if !deviations.isEmpty {
                logDeviations.update(from: parameters + deviations.lowerBound, count: deviations.count)
                free += deviations.count
            }
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
            let features =
                distribution.hasLogDeviationPerFeature
                ? network.policy.inferredFeatures(rows: rows, input: input, scratch: free) : input
            if let values = distribution.duelingValues, let value = network.value {
                free += network.policy.inferenceScratchCount(rows: rows)
                let stateValues = value.infer(rows: rows, input: input, parameters: parameters, scratch: free)
                values.combine(rows: rows, advantages: head, values: stateValues)
            }
            return ActingHeads(
                Rows(head, count: rows, width: distribution.headWidth), logDeviations: logDeviations,
                features: features, masks: masks, explorationRate: explorationRate)
        }
    }

    /// The network's raw numbers for one observation: logits; action values; or means, then log standard deviations.
    /// With state-dependent exploration these are the deviations in this state, over all exploration matrices.
    ///
    /// - Precondition: `observation` has `observationSpace.count` elements.
    public func outputs(for observation: [Float]) -> [Float] { outputs(for: observation, states: nil) }

    func outputs(for observation: [Float], states: UnsafeMutablePointer<Float>?) -> [Float] {
        withHead(of: observation, nil, states, resultCount: outputCount) { policy, heads, scratch, outputs in
            policy.distribution.writeOutputs(of: heads, scratch: scratch, into: outputs)
            return Array(UnsafeBufferPointer(start: outputs, count: policy.outputCount))
        }
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
        withHead(of: observation, mask, states, resultCount: actionSpace.width) { policy, heads, scratch, action in
            policy.distribution.writeModes(of: heads, scratch: scratch, into: action)
            return policy.transformed(action)
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
        withHead(of: observation, mask, states, resultCount: actionSpace.width) { policy, heads, scratch, action in
            policy.distribution.sample(heads, streams: &random, scratch: scratch, into: action, logDensities: nil)
            return policy.transformed(action)
        }
    }

    /// Calls `body` with the head of an observation, scratch memory to act with, and room for what it results in.
    ///
    /// The policy is handed on, because closures that capture one copy it: that takes a third as long as a small network.
    private func withHead<Result>(
        of observation: [Float], _ mask: [Bool]?, _ states: UnsafeMutablePointer<Float>?, resultCount: Int,
        _ body: (borrowing Policy, ActingHeads, _ scratch: UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) ->
            Result
    ) -> Result {
        guard let mask else { return withHead(of: observation, masks: nil, states, resultCount: resultCount, body) }
        let problem = actionSpace.problem(ofMask: mask)
        precondition(problem == nil, problem ?? "")
        return mask.withUnsafeBufferPointer { mask in
            let masks = mask.baseAddress.map { Rows($0, count: 1, width: mask.count) }
            return withHead(of: observation, masks: masks, states, resultCount: resultCount, body)
        }
    }

    private func withHead<Result>(
        of observation: [Float], masks: Rows<Bool>?, _ states: UnsafeMutablePointer<Float>?, resultCount: Int,
        _ body: (borrowing Policy, ActingHeads, _ scratch: UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) ->
            Result
    ) -> Result {
        precondition(
            observation.count == observationSpace.count,
            "an observation has \(observationSpace.count) numbers, not \(observation.count)")
        let headCount = scratchCount(rows: 1)
        let resultStart = headCount + distribution.scratchCount(rows: 1)
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: resultStart + resultCount) { memory in
            guard let memory = memory.baseAddress else { preconditionFailure("no scratch memory") }
            return observation.withUnsafeBufferPointer { observation in
                guard let observation = observation.baseAddress else { preconditionFailure("an empty observation") }
                let heads = computeHeads(
                    rows: 1, observations: observation, masks: masks, scratch: memory, states: states)
                return body(self, heads, memory + headCount, memory + resultStart)
            }
        }
    }

    /// An action as environments take it, from the numbers of the distribution's.
    private func transformed(_ action: UnsafeMutablePointer<Float>) -> Action {
        switch actionSpace {
        case .discrete: return .discrete(Int(action[0]))
        case .multiDiscrete(let space): return .multiDiscrete(space.counts.indices.map { Int(action[$0]) })
        case .box(let box):
            actionTransform.apply(rows: 1, space: box, from: action, into: action)
            return .continuous(Array(UnsafeBufferPointer(start: action, count: box.count)))
        }
    }
}
