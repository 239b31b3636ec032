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
    let shards: [RolloutShard]
    /// Those that are stepped together, each group by one thread.
    private var turns: [[RolloutShard]]
    /// Whether the policy's parameters are noisy, so that streams of noise are part of the state.
    let hasNoise: Bool
    /// What a recurrent policy remembers of the episodes in flight; nil without memory.
    let recurrentLanes: RecurrentLanes?
    /// Whether new episodes begin with the next rollout, since that may fail.
    var beginsEpisodes = false
    /// What became of the environments when a state was restored.
    var restoredLanes = RestoredLanes()

    /// Creates the environments and starts an episode in each; where they are outside of this program, with the first
    /// rollout.
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
        shards = LaneDivision.pieces(of: lanes).enumerated().map { index, lanes in
            RolloutShard(lanes: lanes, policy: policy, noiseStream: random.stream("noise", index: index))
        }
        turns = shards.map { [$0] }
        beginEpisodes()
    }

    /// The episodes that ended in this iteration, in a fixed order.
    public var finishedEpisodes: [Episode] { shards.flatMap(\.episodes) }

    /// The statistics of the raw observations of the last rollout, where the policy normalises them: those of each part
    /// of the fixed division of the environments.
    public var observationMoments: [RunningMoments] { shards.map(\.observationMoments) }

    /// The statistics of the discounted returns of the last rollout, where rewards are scaled, likewise.
    public var returnMoments: [RunningMoments] { shards.map(\.returnMoments) }

    /// Forgets the episodes of the last iteration.
    public func beginIteration() {
        for shard in shards { shard.beginIteration() }
    }

    /// Fills the first steps of `batch` by stepping every environment with actions drawn from `policy`.
    ///
    /// The shards of a fixed division of the environments run on the pool's threads; the result does not depend on
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
    /// - Throws: `EnvironmentFault` for a number that is none, a mask without a valid action, or an environment that fails.
    ///   What the batch holds is then of no use, nor are the episodes in flight: nothing may be learnt before `restartEpisodes()`.
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
        if beginsEpisodes { try beginAwaitedEpisodes() }
        policy.network.parameters.withUnsafeBufferPointer { parameters in
            guard let parameters = parameters.baseAddress else { return }
            let pass = RolloutPass(
                batch: batch, part: part, steps: steps, exploration: exploration, parameters: parameters)
            let turns = turns(on: pool)
            pool.run(shards: turns.count) { self.takeSteps(pass, acting: policy, with: turns[$0]) }
        }
        for shard in shards {
            if let fault = shard.fault { throw fault }
        }
    }

    /// The shards that are stepped together by one thread: each by itself inside of this program.
    private func turns(on pool: WorkerPool) -> [[RolloutShard]] {
        if environments.stepsElsewhere, turns.count != min(pool.threadCount, shards.count) {
            turns = LaneDivision.turns(of: shards.count, threads: pool.threadCount).map { $0.map { shards[$0] } }
        }
        return turns
    }

    /// Draws the actions of one step of a shard; a rate of nil makes them uniform.
    func choose(
        _ actions: UnsafeMutablePointer<Float>, _ explorationRate: Double?, seen: UnsafePointer<Float>, first: Int,
        batch: RolloutBatch, shard: RolloutShard, acting policy: Policy, parameters: UnsafePointer<Float>
    ) {
        let rows = shard.lanes.count
        let streams = streams.pointer + shard.lanes.lowerBound
        let recalled = recurrentLanes?.advance(
            shard, seen: seen, step: first / lanes, batch: batch, policy: policy, parameters: parameters)
        let valid = batch.maskWidth > 0 ? masks.rows(of: batch.maskWidth)[shard.lanes.lowerBound] : nil
        guard let explorationRate else {
            return shard.sampler.sampleUniformly(rows: rows, masks: valid, streams: streams, actions: actions)
        }
        let head =
            recalled
            ?? policy.head(
                rows: rows, input: seen, parameters: shard.perturb(parameters, of: policy), workspace: shard.workspace)
        batch.keepHeads(head, first: first, count: rows)
        if let sampler = shard.stateDependentSampler {
            return sampler.sample(
                rows: rows, heads: head,
                features: policy.network.policyFeatures(input: seen, workspace: shard.workspace), actions: actions,
                logDensities: batch.logDensities(from: first))
        }
        shard.sampler.sample(
            rows: rows, heads: head, logDeviations: parameters + policy.network.logDeviationRange.lowerBound,
            masks: valid, explorationRate: explorationRate, streams: streams, actions: actions,
            logDensities: batch.logDensities(from: first))
    }

    /// Writes rewards and bootstraps of one step, and closes the episodes that ended.
    func record(
        step: Int, into batch: RolloutBatch, shard: RolloutShard, acting policy: Policy,
        parameters: UnsafePointer<Float>
    ) {
        let width = batch.observationWidth
        for lane in shard.lanes {
            let index = step * lanes + lane
            let reward = rewards.pointer[lane]
            batch.rewards.pointer[index] = Float(reward)
            batch.bootstraps.pointer[index] = 0
            returns.pointer[lane] += reward
            lengths.pointer[lane] += 1
            discountedReturns.pointer[lane] = discountedReturns.pointer[lane] * discount + reward
            shard.note(discountedReturn: discountedReturns.pointer[lane], for: policy)
            let status = batch.statuses.pointer[index]
            guard status != .running else { continue }
            shard.episodes.append(Episode(totalReward: returns.pointer[lane], length: Int(lengths.pointer[lane])))
            returns.pointer[lane] = 0
            lengths.pointer[lane] = 0
            discountedReturns.pointer[lane] = 0
            if batch.keepsFinalObservations {
                shard.normalize(
                    finalObservations.mutableRows(of: width)[lane], rows: 1, for: policy,
                    into: batch.finalObservations.mutableRows(of: width)[index])
            } else if status == .truncated, policy.network.value != nil {
                let final = normalizedFinal.mutableRows(of: width)[lane]
                shard.normalize(finalObservations.mutableRows(of: width)[lane], rows: 1, for: policy, into: final)
                batch.bootstraps.pointer[index] =
                    policy.network.values(
                        rows: 1, input: final, parameters: parameters, workspace: shard.workspace,
                        sequences: recurrentLanes?.peek(lane))[0]
            }
            recurrentLanes?.forget(lane)
        }
    }
}
