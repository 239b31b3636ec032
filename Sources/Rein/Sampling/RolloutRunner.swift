public import ReinEnvironments
import ReinNetworks
public import ReinNumerics
public import ReinPolicies

/// Steps a number of environments ("lanes") with a policy and fills batches with what happened.
///
/// The runner owns the environments, a stream of random numbers for each of them, and the episodes in flight; all of
/// it goes into `state`, so a restored runner continues in the middle of an episode with the same bits.
public final class RolloutRunner {
    /// The number of environments.
    public let lanes: Int
    /// The discount with which returns are accumulated for reward scaling.
    public let discount: Double

    /// The name of the environment, for errors.
    let environmentID: String
    let environments: VectorEnvironment
    let streams: AlignedBuffer<RandomStream>
    /// The observations that the next actions are chosen from, `[lanes, observationWidth]`, as the environments gave
    /// them.
    let observations: AlignedBuffer<Float>
    /// Which of the next actions are valid, `[lanes, maskWidth]`; empty when the environments do not mask actions.
    let masks: AlignedBuffer<Bool>
    /// The returns, lengths and discounted returns of the episodes in flight, `[lanes]`.
    let returns: AlignedBuffer<Double>
    let lengths: AlignedBuffer<Int64>
    let discountedReturns: AlignedBuffer<Double>

    let finalObservations: AlignedBuffer<Float>
    let rewards: AlignedBuffer<Double>
    let environmentActions: AlignedBuffer<Float>
    private let normalizedFinal: AlignedBuffer<Float>
    let pieces: [RolloutPiece]
    /// Whether the policy's parameters are noisy, so that streams of noise are part of the state.
    let hasNoise: Bool
    /// What a recurrent policy remembers of the episodes in flight; nil without memory.
    let recurrentLanes: RecurrentLanes?

    /// Creates the environments and starts an episode in each.
    ///
    /// - Parameters:
    ///   - specification: the environment.
    ///   - lanes: how many copies of it.
    ///   - policy: the policy that will act, for its spaces and network shape.
    ///   - discount: γ, for the accumulated returns.
    ///   - random: the stream that all of the runner's streams are derived from.
    public init(
        specification: EnvironmentSpecification, lanes: Int, policy: Policy, discount: Double, random: RandomStream
    ) {
        self.lanes = lanes
        self.discount = discount
        environmentID = specification.id
        let seeds = (0..<lanes).map { lane in
            var stream = random.stream("environment", index: lane)
            return stream.next()
        }
        environments = specification.makeVector(seeds: seeds)
        streams = AlignedBuffer((0..<lanes).map { random.stream("exploration", index: $0) })
        hasNoise = policy.noise != nil
        recurrentLanes = RecurrentLanes(lanes: lanes, policy: policy)
        let width = policy.observationSpace.count
        observations = AlignedBuffer(count: lanes * width)
        masks = AlignedBuffer(count: lanes * environments.maskWidth)
        finalObservations = AlignedBuffer(count: lanes * width)
        normalizedFinal = AlignedBuffer(count: lanes * width)
        environmentActions = AlignedBuffer(count: lanes * policy.actionSpace.width)
        rewards = AlignedBuffer(count: lanes)
        returns = AlignedBuffer(count: lanes)
        lengths = AlignedBuffer(count: lanes)
        discountedReturns = AlignedBuffer(count: lanes)
        pieces = LaneDivision.pieces(of: lanes).enumerated().map { index, lanes in
            RolloutPiece(lanes: lanes, policy: policy, noiseStream: random.stream("noise", index: index))
        }
        environments.reset(0..<lanes, observations: observations.pointer, masks: masks.pointer)
    }

    /// The episodes that ended in this iteration, in a fixed order.
    public var finishedEpisodes: [Episode] { pieces.flatMap(\.episodes) }

    /// The statistics of the raw observations of the last rollout, where the policy normalises them: those of each part
    /// of the fixed division of the environments.
    public var observationMoments: [RunningMoments] { pieces.map(\.observationMoments) }

    /// The statistics of the discounted returns of the last rollout, where rewards are scaled, likewise.
    public var returnMoments: [RunningMoments] { pieces.map(\.returnMoments) }

    /// Forgets the episodes of the last iteration.
    public func beginIteration() {
        for piece in pieces { piece.beginIteration() }
    }

    /// Fills the first steps of `batch` by stepping every environment with actions drawn from `policy`.
    ///
    /// The pieces of a fixed division of the environments run on the pool's threads; the result does not depend on
    /// how many there are.
    ///
    /// A rollout may be filled in several parts, one after the other and with the same policy: the bits are the same.
    ///
    /// - Parameters:
    ///   - batch: the columns to fill.
    ///   - steps: how many of its steps to fill; all when nil.
    ///   - part: which of these steps to fill now; all when nil.
    ///   - policy: the policy that acts.
    ///   - exploration: how actions are drawn.
    ///   - pool: the threads to work on.
    /// - Throws: `EnvironmentFault` for a number that is none, or a mask without a valid action. What the batch holds is then
    ///   of no use, nor are the episodes in flight: nothing may be learnt before `restartEpisodes()`.
    public func fill(
        _ batch: RolloutBatch, steps: Int? = nil, part: Range<Int>? = nil, acting policy: Policy,
        exploration: Exploration = .policy, on pool: WorkerPool
    ) throws(EnvironmentFault) {
        let steps = steps ?? batch.steps
        let part = part ?? 0..<steps
        precondition(batch.isRegular, "the batch is for agents that act at their own times")
        precondition(batch.lanes == lanes, "the batch is for \(batch.lanes) lanes, the runner has \(lanes)")
        precondition(steps <= batch.steps, "the batch has room for \(batch.steps) steps, not \(steps)")
        precondition(part.lowerBound >= 0 && part.upperBound <= steps, "\(part) are not among \(steps) steps")
        precondition(
            batch.maskWidth == environments.maskWidth,
            "the batch is for masks of \(batch.maskWidth) entries, the environments' have \(environments.maskWidth)")
        batch.count = steps * lanes
        policy.network.parameters.withUnsafeBufferPointer { parameters in
            guard let parameters = parameters.baseAddress else { return }
            pool.run(shards: pieces.count) { index in
                let piece = self.pieces[index]
                self.fill(
                    batch, part: part, piece: piece, acting: policy, exploration: exploration, parameters: parameters)
                if part.upperBound == steps, piece.fault == nil {
                    self.close(batch, steps: steps, piece: piece, acting: policy, parameters: parameters)
                }
            }
        }
        for piece in pieces {
            if let fault = piece.fault { throw fault }
        }
    }

    private func fill(
        _ batch: RolloutBatch, part: Range<Int>, piece: RolloutPiece, acting policy: Policy, exploration: Exploration,
        parameters: UnsafePointer<Float>
    ) {
        let range = piece.lanes
        let rows = range.count
        let width = batch.observationWidth
        let current = observations.pointer + range.lowerBound * width
        let maskWidth = batch.maskWidth
        let currentMasks = masks.pointer + range.lowerBound * maskWidth
        if part.lowerBound == 0 { piece.beginRollout(of: policy) }
        piece.fault = faultInObservations(of: piece)
        if piece.fault != nil { return }
        for step in part {
            let first = step * lanes + range.lowerBound
            let seen = batch.observations.pointer + first * width
            piece.present(current, rows: rows, to: policy, into: seen)
            (batch.masks.pointer + first * maskWidth).update(from: currentMasks, count: rows * maskWidth)
            let actions = batch.actions.pointer + first * batch.actionWidth
            if let sampler = piece.stateDependentSampler, exploration.rate(at: step) != nil {
                sampler.renew(
                    atStep: step, rows: rows, logDeviations: parameters + policy.network.logDeviationRange.lowerBound,
                    streams: streams.pointer + range.lowerBound)
            }
            choose(
                actions, exploration.rate(at: step), seen: seen, first: first, batch: batch,
                piece: piece, acting: policy, parameters: parameters)
            let sent = environmentActions.pointer + range.lowerBound * batch.actionWidth
            if case .box(let box) = policy.actionSpace {
                policy.actionTransform.apply(rows: rows, space: box, from: actions, into: sent)
                if let fault = faultInActions(of: piece, width: batch.actionWidth) {
                    piece.fault = fault
                    return
                }
            } else {
                sent.update(from: actions, count: rows * batch.actionWidth)
            }
            environments.step(
                range, actions: environmentActions.pointer, observations: observations.pointer,
                finalObservations: finalObservations.pointer, rewards: rewards.pointer,
                statuses: batch.statuses.pointer + step * lanes, masks: masks.pointer,
                finalMasks: batch.keepsFinalObservations
                    ? batch.finalMasks.pointer + step * lanes * maskWidth : nil)
            if let fault = fault(
                in: piece, statuses: batch.statuses.pointer + step * lanes,
                finalMasks: batch.keepsFinalObservations
                    ? UnsafePointer(batch.finalMasks.pointer) + step * lanes * maskWidth : nil)
            {
                piece.fault = fault
                return
            }
            record(step: step, into: batch, piece: piece, acting: policy, parameters: parameters)
        }
    }

    /// Writes the observations after the last step, whose values the estimates at the cut are bootstrapped from.
    private func close(
        _ batch: RolloutBatch, steps: Int, piece: RolloutPiece, acting policy: Policy, parameters: UnsafePointer<Float>
    ) {
        let (first, rows) = (piece.lanes.lowerBound, piece.lanes.count)
        let (width, maskWidth) = (batch.observationWidth, batch.maskWidth)
        let last = batch.observations.pointer + (steps * lanes + first) * width
        piece.normalize(observations.pointer + first * width, rows: rows, for: policy, into: last)
        recurrentLanes?.close(piece, seen: last, step: steps, batch: batch, policy: policy, parameters: parameters)
        (batch.masks.pointer + (steps * lanes + first) * maskWidth)
            .update(from: masks.pointer + first * maskWidth, count: rows * maskWidth)
    }

    /// Draws the actions of one step of a piece; a rate of nil makes them uniform.
    private func choose(
        _ actions: UnsafeMutablePointer<Float>, _ explorationRate: Double?, seen: UnsafePointer<Float>, first: Int,
        batch: RolloutBatch, piece: RolloutPiece, acting policy: Policy, parameters: UnsafePointer<Float>
    ) {
        let rows = piece.lanes.count
        let streams = streams.pointer + piece.lanes.lowerBound
        let recalled = recurrentLanes?.advance(
            piece, seen: seen, step: first / lanes, batch: batch, policy: policy, parameters: parameters)
        let valid = batch.maskWidth > 0 ? UnsafePointer(masks.pointer) + piece.lanes.lowerBound * batch.maskWidth : nil
        guard let explorationRate else {
            return piece.sampler.sampleUniformly(rows: rows, masks: valid, streams: streams, actions: actions)
        }
        let head =
            recalled
            ?? policy.head(
                rows: rows, input: seen, parameters: piece.perturb(parameters, of: policy), workspace: piece.workspace)
        batch.keepHeads(head, first: first, count: rows)
        if let sampler = piece.stateDependentSampler {
            return sampler.sample(
                rows: rows, heads: head,
                features: policy.network.policyFeatures(input: seen, workspace: piece.workspace), actions: actions,
                logDensities: batch.logDensities(from: first))
        }
        piece.sampler.sample(
            rows: rows, heads: head, logDeviations: parameters + policy.network.logDeviationRange.lowerBound,
            masks: valid, explorationRate: explorationRate, streams: streams, actions: actions,
            logDensities: batch.logDensities(from: first))
    }

    /// Writes rewards and bootstraps of one step, and closes the episodes that ended.
    private func record(
        step: Int, into batch: RolloutBatch, piece: RolloutPiece, acting policy: Policy,
        parameters: UnsafePointer<Float>
    ) {
        let width = batch.observationWidth
        for lane in piece.lanes {
            let index = step * lanes + lane
            let reward = rewards.pointer[lane]
            batch.rewards.pointer[index] = Float(reward)
            batch.bootstraps.pointer[index] = 0
            returns.pointer[lane] += reward
            lengths.pointer[lane] += 1
            discountedReturns.pointer[lane] = discountedReturns.pointer[lane] * discount + reward
            piece.note(discountedReturn: discountedReturns.pointer[lane], for: policy)
            let status = batch.statuses.pointer[index]
            guard status != .running else { continue }
            piece.episodes.append(Episode(totalReward: returns.pointer[lane], length: Int(lengths.pointer[lane])))
            returns.pointer[lane] = 0
            lengths.pointer[lane] = 0
            discountedReturns.pointer[lane] = 0
            if batch.keepsFinalObservations {
                piece.normalize(
                    finalObservations.pointer + lane * width, rows: 1, for: policy,
                    into: batch.finalObservations.pointer + index * width)
            } else if status == .truncated, policy.network.value != nil {
                let final = normalizedFinal.pointer + lane * width
                piece.normalize(finalObservations.pointer + lane * width, rows: 1, for: policy, into: final)
                batch.bootstraps.pointer[index] =
                    policy.network.values(
                        rows: 1, input: final, parameters: parameters, workspace: piece.workspace,
                        sequences: recurrentLanes?.glimpse(lane))[0]
            }
            recurrentLanes?.forget(lane)
        }
    }
}
