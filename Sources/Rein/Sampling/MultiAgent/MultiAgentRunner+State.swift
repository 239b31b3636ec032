import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

extension MultiAgentRunner: Checkpointable {
    /// The environments' states, the random streams, who acts for whom, the episodes in flight, and the actions whose
    /// outcome is not known. Observations and masks are not part of it: the environments' states determine them.
    var state: StateTree {
        let shape = [count, agentCount]
        var policies = StateMap()
        for actor in actors.dropLast(retired.count) {
            policies[actor.id.string] = [
                "noiseStreams": noiseStreams(of: actor), "waiting": actor.carry?.state ?? .null,
            ]
        }
        let retired = retiredInFlight
        // Those whose episodes are over are not saved: the others move up.
        var places = Array(actors.indices.map { Int64($0) })
        for (place, entry) in retired.enumerated() { places[entry.actor] = Int64(policies.count + place) }
        return [
            "environments": vector.state, "awaitsEpisodes": .bool(beginning.isAwaited),
            "streams": .list(streams.elements.map { StateEncoder().encode($0) }),
            "castingStreams": .list(mappingStreams.elements.map { StateEncoder().encode($0) }),
            "cast": .tensor(StateTensor(assignedActors.elements.map { places[Int($0)] }, shape: shape)),
            "pendingRewards": .tensor(StateTensor(Array(pending.elements), shape: shape)),
            "returns": .tensor(StateTensor(Array(returns.elements), shape: shape)),
            "lengths": .tensor(StateTensor(Array(lengths.elements), shape: shape)),
            "discountedReturns": .tensor(StateTensor(Array(discountedReturns.elements), shape: shape)),
            "episodeReturns": .tensor(StateTensor(Array(episodeReturns.elements), shape: [count])),
            "episodeLengths": .tensor(StateTensor(Array(episodeLengths.elements), shape: [count])),
            "episodeNumbers": .tensor(StateTensor(Array(episodeNumbers.elements), shape: [count])),
            "policies": .map(policies),
            "leaving": .list(
                retired.map { entry in
                    [
                        "id": .string(entry.role.id.string), "policy": entry.role.policy.state,
                        "agents": StateEncoder().encode(entry.role.agents.map { vector.agents[$0] }),
                        "noiseStreams": noiseStreams(of: actors[entry.actor]),
                    ]
                }),
        ]
    }

    private func noiseStreams(of actor: MultiAgentActor) -> StateTree {
        .list(actor.shards.map { StateEncoder().encode($0.rollout.noiseStream) })
    }

    /// The policies that had been taken out when a state was saved, and act until their episodes are over.
    ///
    /// - Throws: `StateError` when one is damaged, or does not have the spaces of the agents that it acts for.
    static func retired(in state: StateReader, of environment: TrainingEnvironment) throws -> [MultiAgentRole] {
        guard case .multiAgent(let specification) = environment else { return [] }
        return try (state.optionalChild("leaving")?.list() ?? .init()).map { reader in
            let id = try PolicyID(reader.string("id"))
            let saved = try reader.child("policy")
            let policy: Policy
            do throws(StateError) {
                policy = try Policy(restoring: saved.tree)
            } catch {
                throw error.nested(under: saved.path)
            }
            let names = try reader.decode([AgentID].self, "agents")
            let agents = specification.agents.indices.filter { names.contains(specification.agents[$0]) }
            guard !agents.isEmpty, agents.count == names.count else {
                throw try reader.child("agents").error(.outOfRange, "not agents of \(specification.id)")
            }
            try environment.require(policy, id: id, actsFor: agents)
            return MultiAgentRole(id: id, policy: policy, agents: agents, keepsExperience: false)
        }
    }

    /// Takes over the state of a runner of as many environments of the same kind, with the same policies and mapping.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let shape = [count, agentCount]
        let saved = try reader.child("environments")
        do throws(StateError) {
            beginning.restoredLanes = try vector.restoreLanes(from: saved.tree)
        } catch {
            throw error.nested(under: saved.path)
        }
        beginning.isAwaited = false
        for environment in 0..<count {
            let agents = environment * agentCount..<(environment + 1) * agentCount
            guard agents.contains(where: { vector.acts.pointer[$0] }) else {
                throw saved.error(.outOfRange, "nobody acts in environment \(environment)")
            }
        }
        let assigned = try reader.int64s("cast", shape: shape)
        for (slot, value) in assigned.enumerated() {
            guard let policy = Int(exactly: value), actors.indices.contains(policy),
                actors[policy].places[slot % agentCount] >= 0
            else {
                throw try reader.child("cast").error(
                    .outOfRange, "\(value) is no policy that may act for agent \(slot % agentCount)")
            }
            assignedActors.pointer[slot] = Int32(policy)
        }
        try read("streams", of: reader, into: streams)
        try read("castingStreams", of: reader, into: mappingStreams)
        copy(try reader.finiteNumbers("pendingRewards", shape: shape), to: pending)
        copy(try reader.finiteNumbers("returns", shape: shape), to: returns)
        copy(try reader.counts("lengths", shape: shape), to: lengths)
        copy(try reader.finiteNumbers("discountedReturns", shape: shape), to: discountedReturns)
        copy(try reader.finiteNumbers("episodeReturns", shape: [count]), to: episodeReturns)
        copy(try reader.counts("episodeLengths", shape: [count]), to: episodeLengths)
        // Not in states of the first versions, as little as policies that leave.
        if reader.optionalChild("episodeNumbers") != nil {
            copy(try reader.counts("episodeNumbers", shape: [count]), to: episodeNumbers)
        }
        let policies = try reader.child("policies")
        for actor in actors.dropLast(retired.count) { try restore(actor, from: policies.child(actor.id.string)) }
        for (actor, saved) in zip(retiredActors, try reader.optionalChild("leaving")?.list() ?? .init()) {
            try restoreNoise(of: actor, from: saved)
        }
        // Episodes that were still to begin are the ones that have begun now.
        guard try reader.optionalChild("awaitsEpisodes")?.bool() != true else { return }
        for environment in beginning.restoredLanes.begunAnew { beginAnew(environment) }
    }

    /// Forgets the saved episode of an environment that could not be put where it was.
    private func beginAnew(_ environment: Int) {
        for slot in environment * agentCount..<(environment + 1) * agentCount { clear(slot) }
        episodeReturns.pointer[environment] = 0
        episodeLengths.pointer[environment] = 0
        episodeNumbers.pointer[environment] += 1
        assignActors(environment)
    }

    private func restoreNoise(of actor: MultiAgentActor, from reader: StateReader) throws(StateError) {
        let saved = try reader.child("noiseStreams").list()
        guard saved.count == actor.shards.count else {
            throw try reader.child("noiseStreams").error(
                .wrongShape, "\(saved.count) streams for \(actor.shards.count) shards")
        }
        for (shard, stream) in zip(actor.shards, saved) {
            shard.rollout.noiseStream = try StateDecoder().decode(
                RandomStream.self, from: stream.tree, path: stream.path)
        }
    }

    private func restore(_ actor: MultiAgentActor, from reader: StateReader) throws(StateError) {
        try restoreNoise(of: actor, from: reader)
        guard let carry = actor.carry else { return }
        let waiting = try reader.child("waiting")
        // A policy that only acted until now has left nothing open.
        guard !waiting.tree.isNull else { return }
        do throws(StateError) {
            try carry.restore(from: waiting.tree)
        } catch {
            throw error.nested(under: waiting.path)
        }
        for lane in 0..<actor.lanes where carry[lane] {
            if beginning.restoredLanes.begunAnew.contains(lane / actor.agents.count) {
                carry.remove(lane)
                continue
            }
            let slot = slot(ofLane: lane, actor)
            guard vector.inPlay.pointer[slot], !vector.acts.pointer[slot],
                actors[Int(assignedActors.pointer[slot])] === actor, episodeLengths.pointer[slot / agentCount] > 0
            else {
                throw waiting.error(.outOfRange, "lane \(lane) waits for an outcome, but its agent does not")
            }
        }
    }

    private func read(
        _ key: String, of reader: StateReader, into streams: AlignedBuffer<RandomStream>
    ) throws(StateError) {
        let saved = try reader.child(key).list()
        guard saved.count == streams.count else {
            throw try reader.child(key).error(
                .wrongShape, "\(saved.count) random streams instead of \(streams.count)")
        }
        for (index, stream) in saved.enumerated() {
            streams.pointer[index] = try StateDecoder().decode(RandomStream.self, from: stream.tree, path: stream.path)
        }
    }

    private func copy<Element>(_ values: [Element], to buffer: AlignedBuffer<Element>) {
        for (index, value) in values.enumerated() { buffer.pointer[index] = value }
    }
}
