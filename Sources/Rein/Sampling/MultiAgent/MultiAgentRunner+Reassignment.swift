import ReinEnvironments
import ReinNumerics
import ReinPolicies

extension MultiAgentRunner {
    /// The agents that a policy acts for in episodes that have begun, ascending.
    func agentsInFlight(of actor: Int) -> [Int] {
        var acts = [Bool](repeating: false, count: agentCount)
        for slot in 0..<count * agentCount where isInFlight(slot) && assignedActors.pointer[slot] == Int32(actor) {
            acts[slot % agentCount] = true
        }
        return acts.indices.filter { acts[$0] }
    }

    /// Whether the episode of an agent has begun: before its first step everybody can still be assigned.
    private func isInFlight(_ slot: Int) -> Bool { episodeLengths.pointer[slot / agentCount] > 0 }

    /// The policies that have been taken out and are still in episodes, with their places among `actors`.
    var retiredInFlight: [(actor: Int, role: MultiAgentRole)] {
        zip(retiredActors.indices, retired).compactMap { actor, role in
            let agents = agentsInFlight(of: actor)
            guard !agents.isEmpty else { return nil }
            return (actor, MultiAgentRole(id: role.id, policy: role.policy, agents: agents, keepsExperience: false))
        }
    }

    /// The runner of the same environments for other policies, or with another mapping, between two rollouts. This one
    /// is of no use afterwards.
    ///
    /// Episodes that have begun end with the policies that act in them, also those that are taken out. What agents wait
    /// for is still paid to the policies that acted, as far as these learn.
    ///
    /// - Parameters:
    ///   - mapping: which policies may act for which agents in new episodes.
    ///   - roles: the policies, in the order of `mapping`; their agents include those in flight.
    ///   - sources: the places among `actors` where the policies were before, nil for new ones.
    ///   - removed: the policies that are taken out, with their places among `actors`.
    ///   - random: the stream that new policies' streams are derived from.
    func reassigned(
        _ mapping: ResolvedMapping, roles: [MultiAgentRole], sources: [Int?], removed: [(actor: Int, policy: Policy)],
        random: RandomStream
    ) -> MultiAgentRunner {
        var remaining = retiredInFlight
        for (actor, policy) in removed {
            let agents = agentsInFlight(of: actor)
            guard !agents.isEmpty else { continue }
            remaining.append(
                (
                    actor,
                    MultiAgentRole(id: actors[actor].id, policy: policy, agents: agents, keepsExperience: false)
                ))
        }
        let retired = remaining.map(\.role)
        let newActors = Self.actors(roles + retired, agentCount: agentCount, division: division, random: random)
        let origins = sources + remaining.map(\.actor)
        var targets = [Int32](repeating: 0, count: actors.count)
        for (target, origin) in origins.enumerated() {
            guard let origin else { continue }
            targets[origin] = Int32(target)
            newActors[target].takeOver(actors[origin], agentCount: agentCount)
        }
        for slot in 0..<count * agentCount { assignedActors.pointer[slot] = targets[Int(assignedActors.pointer[slot])] }
        let runner = MultiAgentRunner(goingOnFrom: self, mapping: mapping, actors: newActors, retired: retired)
        for environment in 0..<count where episodeLengths.pointer[environment] == 0 { runner.assignActors(environment) }
        return runner
    }
}

extension MultiAgentActor {
    /// Goes on with the noise of the same policy in another runner, and with the actions whose outcome is not known.
    fileprivate func takeOver(_ other: MultiAgentActor, agentCount: Int) {
        for (shard, old) in zip(shards, other.shards) { shard.rollout.noiseStream = old.rollout.noiseStream }
        guard let carry, let old = other.carry else { return }
        for lane in 0..<lanes {
            let place = other.places[agents[lane % agents.count]]
            guard place >= 0 else { continue }
            let source = lane / agents.count * other.agents.count + place
            if old[source] { carry.take(source, of: old, as: lane) }
        }
    }
}
