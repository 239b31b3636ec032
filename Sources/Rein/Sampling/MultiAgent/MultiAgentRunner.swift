import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// Steps environments of several agents with the policies that act for them, and fills the batches of those that are
/// improved.
///
/// A row of a batch is an action of an agent. It earns what the agent is paid until it acts again or leaves, so in a
/// game in turns it has an outcome only after the others have moved. Rows lie in the order in which their actions were
/// chosen: those of one step side by side, so that a policy sees all of its agents at once without anything being
/// copied. A row whose outcome is not known when a rollout ends is the first of the next one.
///
/// The environments are divided into shards that depend on their number only; threads work on shards, so results do not
/// depend on how many threads there are.
final class MultiAgentRunner: Sendable {
    /// The number of environments.
    let count: Int
    let agentCount: Int
    /// The name of the environment, for errors.
    let environmentID: String
    let vector: MultiAgentVector
    let mapping: ResolvedMapping
    /// The policies in the order of `mapping`, and behind them those of `retired`.
    let actors: [MultiAgentActor]
    /// Those that act for anybody.
    let playing: [MultiAgentActor]
    /// Policies that have been taken out, and act until the episodes are over that they are in.
    let retired: [MultiAgentRole]
    let division: [Range<Int>]
    /// Each shard by itself.
    private let singly: [[Int]]

    // For each agent of each environment, [count, agents].
    let streams: AlignedBuffer<RandomStream>
    /// The actor of each agent, for this episode.
    let assignedActors: AlignedBuffer<Int32>
    /// The row of the agent's last action, while its outcome is not known; −1 otherwise.
    let openRows: AlignedBuffer<Int32>
    /// What the agent was paid since its last action.
    let pending: AlignedBuffer<Double>
    let discountedReturns: AlignedBuffer<Double>
    let returns: AlignedBuffer<Double>
    let lengths: AlignedBuffer<Int64>
    // For each environment, [count].
    let mappingStreams: AlignedBuffer<RandomStream>
    let episodeReturns: AlignedBuffer<Double>
    let episodeLengths: AlignedBuffer<Int64>
    /// The number of episodes before the present one.
    let episodeNumbers: AlignedBuffer<Int64>
    let episodes: [EpisodeList]
    /// What the environments wait for, where they are outside of this program.
    let beginning: EpisodeBeginning

    /// Creates the environments and starts an episode in each; where they are outside of this program, with the first
    /// rollout.
    ///
    /// - Parameters:
    ///   - mapping: which policies may act for which agents.
    ///   - roles: the policies, in the order of `mapping`.
    ///   - retired: policies that are in episodes of a state that will be restored, but in no others.
    ///   - random: the stream that all of the runner's streams are derived from.
    init(
        specification: MultiAgentSpecification, count: Int, mapping: ResolvedMapping, roles: [MultiAgentRole],
        retired: [MultiAgentRole] = [], random: RandomStream
    ) {
        self.count = count
        self.mapping = mapping
        self.retired = retired
        environmentID = specification.id
        let agentCount = specification.agents.count
        self.agentCount = agentCount
        let seeds = (0..<count).map { environment in
            var stream = random.stream("environment", index: environment)
            return stream.next()
        }
        vector = specification.makeVector(seeds: seeds)
        let division = LaneDivision.pieces(of: count)
        self.division = division
        singly = division.indices.map { [$0] }
        actors = Self.actors(roles + retired, agentCount: agentCount, division: division, random: random)
        playing = actors.filter { !$0.agents.isEmpty }
        let slots = count * agentCount
        streams = AlignedBuffer((0..<slots).map { random.stream("exploration", index: $0) })
        assignedActors = AlignedBuffer(count: slots)
        openRows = AlignedBuffer(count: slots)
        openRows.pointer.update(repeating: -1, count: slots)
        pending = AlignedBuffer(count: slots)
        discountedReturns = AlignedBuffer(count: slots)
        returns = AlignedBuffer(count: slots)
        lengths = AlignedBuffer(count: slots)
        mappingStreams = AlignedBuffer((0..<count).map { random.stream("casting", index: $0) })
        episodeReturns = AlignedBuffer(count: count)
        episodeLengths = AlignedBuffer(count: count)
        episodeNumbers = AlignedBuffer(count: count)
        episodes = division.map { _ in EpisodeList() }
        beginning = EpisodeBeginning()
        beginEpisodes()
        for environment in 0..<count { assignActors(environment) }
    }

    /// Goes on with the environments of another runner, which is of no use afterwards: see `reassigned`.
    init(
        goingOnFrom old: MultiAgentRunner, mapping: ResolvedMapping, actors: [MultiAgentActor],
        retired: [MultiAgentRole]
    ) {
        count = old.count
        agentCount = old.agentCount
        environmentID = old.environmentID
        vector = old.vector
        division = old.division
        singly = old.singly
        self.mapping = mapping
        self.actors = actors
        playing = actors.filter { !$0.agents.isEmpty }
        self.retired = retired
        streams = old.streams
        assignedActors = old.assignedActors
        openRows = old.openRows
        pending = old.pending
        discountedReturns = old.discountedReturns
        returns = old.returns
        lengths = old.lengths
        mappingStreams = old.mappingStreams
        episodeReturns = old.episodeReturns
        episodeLengths = old.episodeLengths
        episodeNumbers = old.episodeNumbers
        episodes = old.episodes
        beginning = old.beginning
    }

    static func actors(
        _ roles: [MultiAgentRole], agentCount: Int, division: [Range<Int>], random: RandomStream
    ) -> [MultiAgentActor] {
        roles.map { role in
            MultiAgentActor(
                role, agentCount: agentCount, division: division, random: random.stream("policy/\(role.id)"))
        }
    }

    /// The actors of policies that have been taken out.
    var retiredActors: ArraySlice<MultiAgentActor> { actors.suffix(retired.count) }

    /// The episodes that ended in this iteration, all agents together, in a fixed order.
    var finishedEpisodes: [Episode] { episodes.flatMap(\.episodes) }

    /// Forgets the episodes of the last iteration.
    func beginIteration() {
        for list in episodes { list.episodes.removeAll(keepingCapacity: true) }
        for actor in actors { for shard in actor.shards { shard.beginIteration() } }
    }

    /// Takes a number of steps in every environment, after `begin` was called on every actor that is not retired.
    ///
    /// - Parameters:
    ///   - steps: the number of steps of the rollout.
    ///   - part: which of them to take now, one part after the other; all when nil.
    /// - Throws: `EnvironmentFault` for a number that is none, and what else nobody can go on from. What the batches hold is
    ///   then of no use, nor are the episodes in flight: nothing may be learnt before `restartEpisodes()`.
    func fill(steps: Int, part: Range<Int>? = nil, on pool: WorkerPool) throws(EnvironmentFault) {
        let part = part ?? 0..<steps
        for (actor, role) in zip(retiredActors, retired) {
            actor.begin(role.policy, exploration: .policy, batch: nil, steps: steps, part: part)
        }
        defer { for actor in retiredActors { actor.finish() } }
        if beginning.isAwaited { try beginAwaitedEpisodes() }
        let turns =
            vector.stepsElsewhere ? LaneDivision.turns(of: division.count, threads: pool.threadCount) : singly
        pool.run(shards: turns.count) { self.takeSteps(part, shards: turns[$0]) }
        if let fault { throw fault }
        guard part.upperBound == steps else { return }
        pool.run(shards: playing.count) { self.close(self.playing[$0]) }
        if let fault { throw fault }
    }

    /// Draws which policies act for the agents of an environment in its new episode.
    func assignActors(_ environment: Int) {
        for agent in 0..<agentCount {
            assignedActors.pointer[environment * agentCount + agent] = Int32(
                mapping.policy(
                    for: agent, environment: environment, episode: Int(episodeNumbers.pointer[environment]),
                    using: &mappingStreams.pointer[environment]))
        }
    }

    /// Begins a rollout with the rows that the last one left open.
    func release(_ actor: MultiAgentActor, _ shard: MultiAgentShard, _ environments: Range<Int>) {
        guard let carry = actor.carry else { return }
        let batch = actor.columns
        for lane in shard.rollout.lanes where carry[lane] {
            let row = shard.firstRow + shard.rowCount
            shard.rowCount += 1
            carry.release(lane, into: batch, row: row)
            open(row, of: batch, lane: lane)
            let environment = lane / actor.agents.count
            openRows.pointer[environment * agentCount + actor.agents[lane % actor.agents.count]] = Int32(row)
        }
    }

    private func open(_ row: Int, of batch: RolloutBatch, lane: Int) {
        batch.rowLanes.pointer[row] = Int32(lane)
        batch.statuses.pointer[row] = .running
        batch.bootstraps.pointer[row] = 0
    }

    /// Chooses the actions of one step for the agents of a policy.
    ///
    /// - Returns: false after a number that is none, which is the shard's `fault` then.
    func act(_ actor: MultiAgentActor, _ shard: MultiAgentShard, step: Int) -> Bool {
        let rows = shard.placeCount
        guard rows > 0 else { return true }
        let policy = actor.policy
        let batch = actor.columns
        let first = shard.firstRow + shard.rowCount
        if actor.keepsExperience { shard.rowCount += rows }
        shard.agentSteps += rows
        let seen = batch.observations.mutableRows(of: batch.observationWidth)[first]
        let masks = batch.maskWidth > 0 ? batch.masks.mutableRows(of: batch.maskWidth)[first] : nil
        guard look(shard.acting, shard, policy: policy, isNew: true, into: seen, masks: masks) else { return false }
        for row in 0..<rows {
            let slot = slot(shard.places.pointer[row])
            shard.streams.pointer[row] = streams.pointer[slot]
            lengths.pointer[slot] += 1
            guard actor.keepsExperience else { continue }
            if openRows.pointer[slot] >= 0 {
                batch.successors.pointer[Int(openRows.pointer[slot])] = Int32(first + row)
                finish(Int(openRows.pointer[slot]), slot: slot, actor, shard, batch: batch, policy: policy)
            }
            openRows.pointer[slot] = Int32(first + row)
            pending.pointer[slot] = 0
            open(first + row, of: batch, lane: lane(of: shard.places.pointer[row], actor))
        }
        let actions = batch.actions.mutableRows(of: batch.actionWidth)[first]
        choose(
            actions, actor, shard, batch: batch, policy: policy, step: step, first: first, seen: seen,
            masks: masks.map { UnsafePointer($0) })
        for row in 0..<rows { streams.pointer[slot(shard.places.pointer[row])] = shard.streams.pointer[row] }
        let width = batch.actionWidth
        var sent = actions
        if case .box(let box) = policy.actionSpace {
            sent = shard.sent.pointer
            policy.actionTransform.apply(rows: rows, space: box, from: actions, into: sent)
            if let fault = fault(inActions: sent, of: shard.acting, width: width) { shard.fault = fault }
        }
        for row in 0..<rows {
            let place = shard.places.pointer[row]
            let target = Int(place.environment) * vector.actionWidth + vector.actionOffsets[Int(place.agent)]
            (vector.actions.pointer + target).update(from: sent + row * width, count: width)
        }
        return shard.fault == nil
    }

    private func choose(
        _ actions: UnsafeMutablePointer<Float>, _ actor: MultiAgentActor, _ shard: MultiAgentShard, batch: RolloutBatch,
        policy: Policy, step: Int, first: Int, seen: UnsafePointer<Float>, masks: UnsafePointer<Bool>?
    ) {
        let rows = shard.placeCount
        let rollout = shard.rollout
        guard let rate = actor.exploration.rate(at: step) else {
            return rollout.sampler.sampleUniformly(
                rows: rows, masks: masks, streams: shard.streams.pointer, actions: actions)
        }
        policy.network.parameters.withUnsafeBufferPointer { parameters in
            guard let parameters = parameters.baseAddress else { return }
            let head = policy.head(
                rows: rows, input: seen, parameters: rollout.perturb(parameters, of: policy),
                workspace: rollout.workspace)
            batch.keepHeads(head, first: first, count: rows)
            rollout.sampler.sample(
                rows: rows, heads: head, logDeviations: parameters + policy.network.logDeviationRange.lowerBound,
                masks: masks, explorationRate: rate, streams: shard.streams.pointer, actions: actions,
                logDensities: batch.logDensities(from: first))
        }
    }

    /// Writes what agents see now, as the policy reads it.
    ///
    /// - Parameter isNew: whether the observations count towards the normaliser's statistics.
    /// - Returns: false after a number that is none, or a mask without a valid action, which is the shard's `fault` then.
    @discardableResult func look(
        _ places: UnsafeBufferPointer<AgentPlace>, _ shard: MultiAgentShard, policy: Policy, isNew: Bool,
        into seen: UnsafeMutablePointer<Float>, masks: UnsafeMutablePointer<Bool>?
    ) -> Bool {
        let isNormalized = policy.observationNormalizer != nil
        let observations = isNormalized ? shard.observations.pointer : seen
        vector.observe(places, observations: observations, masks: masks)
        let valid = masks.map { UnsafePointer($0) }
        if let fault = fault(in: observations, valid, of: places, width: policy.observationSpace.count) {
            shard.fault = fault
            return false
        }
        guard isNormalized else { return true }
        if isNew {
            shard.rollout.present(observations, rows: places.count, to: policy, into: seen)
        } else {
            shard.rollout.normalize(observations, rows: places.count, for: policy, into: seen)
        }
        return true
    }

    func slot(_ place: AgentPlace) -> Int { Int(place.environment) * agentCount + Int(place.agent) }

    func lane(of place: AgentPlace, _ actor: MultiAgentActor) -> Int {
        Int(place.environment) * actor.agents.count + actor.places[Int(place.agent)]
    }

    /// Writes what an action earned. Rewards that floats hold may add up to one that none does.
    func finish(
        _ row: Int, slot: Int, _ actor: MultiAgentActor, _ shard: MultiAgentShard, batch: RolloutBatch, policy: Policy
    ) {
        let reward = Float(pending.pointer[slot])
        if !reward.isFinite { shard.fault = faultInOutcome(of: slot) }
        batch.rewards.pointer[row] = reward
        discountedReturns.pointer[slot] = discountedReturns.pointer[slot] * actor.discount + pending.pointer[slot]
        shard.rollout.note(discountedReturn: discountedReturns.pointer[slot], for: policy)
    }

    /// Takes in what a step brought to the agents of an environment, and starts its next episode when it is over.
    ///
    /// - Returns: false after a number that is none, which is the `fault` of a shard then.
    func settle(_ environment: Int, shard index: Int) -> Bool {
        episodeLengths.pointer[environment] += 1
        for agent in 0..<agentCount {
            let slot = environment * agentCount + agent
            let reward = vector.rewards.pointer[slot]
            pending.pointer[slot] += reward
            returns.pointer[slot] += reward
            episodeReturns.pointer[environment] += reward
            let status = vector.statuses.pointer[slot]
            guard status != .running else { continue }
            let actor = actors[Int(assignedActors.pointer[slot])]
            let shard = actor.shards[index]
            if openRows.pointer[slot] >= 0 {
                end(
                    Int(openRows.pointer[slot]), status,
                    at: AgentPlace(environment: Int32(environment), agent: Int32(agent)), actor, shard)
                openRows.pointer[slot] = -1
                if shard.fault != nil { return false }
            }
            shard.rollout.episodes.append(
                Episode(totalReward: returns.pointer[slot], length: Int(lengths.pointer[slot])))
            clear(slot)
        }
        guard vector.episodeStatuses.pointer[environment] != .running else { return true }
        episodes[index].episodes.append(
            Episode(
                totalReward: episodeReturns.pointer[environment], length: Int(episodeLengths.pointer[environment])))
        episodeReturns.pointer[environment] = 0
        episodeLengths.pointer[environment] = 0
        episodeNumbers.pointer[environment] += 1
        for slot in environment * agentCount..<(environment + 1) * agentCount { clear(slot) }
        do {
            try vector.reset(environment..<environment + 1)
        } catch {
            episodes[index].fault = error
            return false
        }
        assignActors(environment)
        return true
    }

    func clear(_ slot: Int) {
        pending.pointer[slot] = 0
        returns.pointer[slot] = 0
        lengths.pointer[slot] = 0
        discountedReturns.pointer[slot] = 0
    }

    /// Closes the last row of an agent that leaves.
    private func end(
        _ row: Int, _ status: Status, at place: AgentPlace, _ actor: MultiAgentActor, _ shard: MultiAgentShard
    ) {
        let batch = actor.columns
        let policy = actor.policy
        finish(row, slot: slot(place), actor, shard, batch: batch, policy: policy)
        batch.statuses.pointer[row] = status
        shard.places.pointer[0] = place
        let places = UnsafeBufferPointer(start: UnsafePointer(shard.places.pointer), count: 1)
        if batch.keepsFinalObservations {
            let masks = batch.maskWidth > 0 ? batch.finalMasks.mutableRows(of: batch.maskWidth)[row] : nil
            masks?.update(repeating: true, count: batch.maskWidth)
            look(
                places, shard, policy: policy, isNew: false,
                into: batch.finalObservations.mutableRows(of: batch.observationWidth)[row],
                masks: status == .truncated ? masks : nil)
        } else if status == .truncated, policy.network.value != nil {
            let final = shard.seen.pointer
            look(places, shard, policy: policy, isNew: false, into: final, masks: nil)
            policy.network.parameters.withUnsafeBufferPointer { parameters in
                guard let parameters = parameters.baseAddress else { return }
                batch.bootstraps.pointer[row] =
                    policy.network.values(
                        rows: 1, input: final, parameters: parameters, workspace: shard.rollout.workspace)[0]
            }
        }
    }
}
