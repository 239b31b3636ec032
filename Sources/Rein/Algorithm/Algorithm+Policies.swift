public import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
public import ReinPolicies

/// Changes of policies and of what they are for, between iterations. On an error the algorithm is unchanged; inside an
/// iteration that was stopped, all changes but that of the mapping for evaluation are errors.
///
/// In an environment of several agents, episodes that have begun end as they began: with the policies that act in them,
/// also those that are taken out, under the mapping that they began with. Where agents have copies of an environment of
/// their own, a policy whose agents change begins new episodes; those of the others go on.
extension Algorithm {
    /// Adds a policy behind the others.
    ///
    ///     try algorithm.addPolicy("old", Policy(restoring: checkpoint, id: "main"), isTrained: false)
    ///
    /// - Parameters:
    ///   - id: the id of the policy, which no other has.
    ///   - policy: the policy, with the state of its learner if it carries one; an untrained one when nil. One that only
    ///     acts may have any network, and may come from another method.
    ///   - configuration: the settings of the policy; those of the algorithm when nil.
    ///   - isTrained: whether the policy is improved; if not it only acts.
    ///   - mapping: which policy acts for which agent from now on; as before when nil.
    /// - Throws: `ConfigurationError` for impossible settings; `StateError` when the id is taken, the mapping does not
    ///   fit, or the policy has not the spaces of its agents or, if it is trained, not the network of its settings.
    public func addPolicy(
        _ id: PolicyID, _ policy: Policy? = nil, configuration: Configuration? = nil, isTrained: Bool = true,
        mapping: PolicyMapping? = nil
    ) throws {
        try requireBetweenIterations()
        guard !policyIDs.contains(id) else {
            throw StateError(.alreadyExists, "there is a policy \"\(id)\" already", path: "policies")
        }
        var configurations = configurations
        try configurations.set(configuration, for: id)
        let lineup = try ResolvedLineup(
            roster.adding(id, isTrained: isTrained, mapping: mapping), in: environment)
        let agents = lineup.mapping.agents(of: players.count)
        var added: Policy
        if let policy {
            added = policy
            try environment.require(policy, id: id, actsFor: agents)
            if isTrained { try Self.requireForm(policy, id: id, configuration: configurations[id]) }
        } else {
            added = try Self.makePolicy(
                id, with: configurations[id], spaces: environment.spaces(of: id, for: agents))
        }
        added = try Self.prepared(added, id: id, for: environment)
        let player = Player<Method>(
            id: id, policy: added, configuration: configurations[id], agents: agents.map { lineup.agents[$0] },
            isTrained: isTrained, environment: environment, random: reassignmentStream(id))
        try player.restoreLearner()
        try reassign(players.map { .staying($0) } + [.new(player)], as: lineup)
        self.configurations = configurations
    }

    /// Adds a copy of a policy, with its settings: a snapshot that stays as it is, unless it is to be trained.
    ///
    /// - Parameters:
    ///   - source: the id of the policy to copy.
    ///   - id: the id of the copy, which no other policy has.
    ///   - isTrained: whether the copy is improved; then it begins with a copy of the learner's state, and no replay.
    ///   - mapping: which policy acts for which agent from now on; as before when nil.
    /// - Throws: `StateError` when there is no policy to copy, the id is taken or the mapping does not fit.
    public func copyPolicy(
        _ source: PolicyID, as id: PolicyID, isTrained: Bool = false, mapping: PolicyMapping? = nil
    ) throws {
        let player = try players[index(of: source)]
        var copy = player.policyWithLearnerState
        if !isTrained { copy.learnerState = nil }
        try addPolicy(id, copy, configuration: player.configuration, isTrained: isTrained, mapping: mapping)
    }

    /// Takes a policy out. Where it acts in episodes that have begun, it does so until they are over.
    ///
    /// - Parameters:
    ///   - id: the id of the policy, which is not the only one.
    ///   - mapping: which policy acts for which agent from now on; as before when nil.
    /// - Throws: `StateError` when there is no such policy, or a mapping gives it to an agent.
    public func removePolicy(_ id: PolicyID, mapping: PolicyMapping? = nil) throws {
        try requireBetweenIterations()
        let removed = try index(of: id)
        var remaining = players
        remaining.remove(at: removed)
        guard !remaining.isEmpty else {
            throw StateError(.outOfRange, "an algorithm needs at least one policy", path: Lineup.Key.policies.rawValue)
        }
        let lineup = try ResolvedLineup(roster.removing(id, mapping: mapping), in: environment)
        // One that did not fit before is no reason to keep the policy.
        if (try? ResolvedLineup(roster, in: environment).requireEvaluationMapping()) != nil {
            try lineup.requireEvaluationMapping()
        }
        try reassign(remaining.map { .staying($0) }, as: lineup)
        configurations = configurations.keeping(lineup.lineup.policies)
    }

    /// Puts another policy of the same form in the place of one. It takes effect at once, also in episodes that have
    /// begun. The learner goes on with the state that the policy carries, or else anew; its replay begins empty.
    ///
    /// - Throws: `StateError` when there is no such policy, and when the other one has other spaces or another network,
    ///   or carries the state of a learner that does not fit.
    public func replacePolicy(_ id: PolicyID, with policy: Policy) throws {
        try requireBetweenIterations()
        let index = try index(of: id)
        players[index] = try replacing(players[index], with: policy, replay: .none)
    }

    /// Exchanges two policies of the same form: each goes on under the id of the other as if it had been saved and
    /// restored there, with its learner's state, and with its replay unless the settings leave that out.
    ///
    /// - Throws: `StateError` when there is no such policy, when one has another network, and when replay or learner of
    ///   one do not fit the settings of the other.
    public func swapPolicies(_ first: PolicyID, _ second: PolicyID) throws {
        try requireBetweenIterations()
        let (a, b) = (try index(of: first), try index(of: second))
        guard a != b else { return }
        let swapped = (
            try replacing(players[a], with: players[b].policyWithLearnerState, replay: players[b].replayState),
            try replacing(players[b], with: players[a].policyWithLearnerState, replay: players[a].replayState)
        )
        (players[a], players[b]) = swapped
    }

    /// Lets other policies act for the agents from now on.
    ///
    /// - Throws: `StateError` when an agent has no policy, or one that is not there or has other spaces.
    public func setMapping(_ mapping: PolicyMapping) throws {
        try requireBetweenIterations()
        let changed = try roster.applying(LineupChanges(mapping: mapping))
        try reassign(players.map { .staying($0) }, as: ResolvedLineup(changed, in: environment))
    }

    /// Lets other policies act for the agents in `evaluate`; those of training when nil.
    ///
    /// - Throws: `StateError` when an agent has no policy, or one that is not there.
    public func setEvaluationMapping(_ mapping: PolicyMapping?) throws {
        let changed = roster.evaluating(by: mapping)
        try ResolvedLineup(changed, in: environment).requireEvaluationMapping()
        roster = changed
    }

    /// Chooses the policies that are improved from now on; the others only act.
    ///
    /// - Throws: `StateError` for ids and patterns that match no policy, and for a policy whose network is not the one
    ///   that its settings describe.
    public func setPoliciesToTrain(_ selection: PolicySelection) throws {
        try requireBetweenIterations()
        let changed = try roster.applying(LineupChanges(policiesToTrain: selection))
        for player in players where changed.policiesToTrain.contains(player.id) && !player.isTrained {
            try Self.requireForm(player.policy, id: player.id, configuration: player.configuration)
        }
        try reassign(players.map { .staying($0) }, as: ResolvedLineup(changed, in: environment))
    }
}

extension Algorithm {
    /// Lets go of policies that have been taken out, and of agents that a policy no longer acts for, once the last
    /// episodes are over that had begun with them.
    func retireDeparted() throws(StateError) {
        guard let sharedRunner else { return }
        let mapping = sharedRunner.mapping
        let lingering = players.indices.filter { players[$0].agents.count > mapping.agents(of: $0).count }
        guard !lingering.isEmpty || !sharedRunner.retired.isEmpty else { return }
        let isOver =
            sharedRunner.retiredInFlight.count < sharedRunner.retired.count
            || lingering.contains { index in
                let agents = Set(mapping.agents(of: index)).union(sharedRunner.agentsInFlight(of: index))
                return agents.count < players[index].agents.count
            }
        guard isOver else { return }
        try reassign(players.map { .staying($0) }, as: ResolvedLineup(roster, in: environment))
    }

    /// A policy in a new lineup.
    private enum Member {
        case staying(Player<Method>)
        case new(Player<Method>)
    }

    private func index(of id: PolicyID) throws(StateError) -> Int { try PolicySelection.index(of: id, in: policyIDs) }

    /// The stream for what is made for a policy now.
    private func reassignmentStream(_ id: PolicyID) -> RandomStream {
        Self.rootStream(configuration).stream("policy/\(id)").stream("cast", index: counters.iterations)
    }

    private func replacing(
        _ player: Player<Method>, with policy: Policy, replay: ReplayState
    ) throws(StateError) -> Player<Method> {
        guard policy.form.fits(player.policy.form) else {
            throw StateError(
                .wrongShape, "a policy can only be replaced by one with the same spaces and the same network",
                path: "policies/\(player.id)")
        }
        let (old, new) = (player.policy.observationEncoding, policy.observationEncoding)
        if let difference = SpaceDifference(encodings: new, old) {
            throw StateError(
                .wrongShape, "the policy has \(difference.first), the one that it replaces \(difference.second)",
                path: "policies/\(player.id)")
        }
        return try Player(
            player, policy: Self.prepared(policy, id: player.id, for: environment), replay: replay,
            environment: environment, random: reassignmentStream(player.id))
    }

    /// Gives policies, those that stay and new ones, the parts of a new lineup.
    private func reassign(_ members: [Member], as lineup: ResolvedLineup) throws(StateError) {
        var reassigned: [Player<Method>] = []
        var sources: [Int?] = []
        var roles: [MultiAgentRole] = []
        let trained = Set(lineup.lineup.policiesToTrain)
        for (index, member) in members.enumerated() {
            var playing = lineup.mapping.agents(of: index)
            let player: Player<Method>
            switch member {
            case .new(let new):
                sources.append(nil)
                player = new
            case .staying(let old):
                try environment.require(old.policy, id: old.id, actsFor: playing)
                let place = players.firstIndex { $0 === old }
                sources.append(place)
                if let sharedRunner, let place {
                    playing = Set(playing).union(sharedRunner.agentsInFlight(of: place)).ascending
                }
                let agents = playing.map { lineup.agents[$0] }
                player =
                    agents == old.agents && trained.contains(old.id) == old.isTrained
                    ? old
                    : try Player(
                        old, agents: agents, isTrained: trained.contains(old.id), environment: environment,
                        random: reassignmentStream(old.id))
            }
            reassigned.append(player)
            roles.append(player.role(agents: playing))
        }
        if let sharedRunner {
            let staying = Set(sources.compactMap(\.self))
            let removed = players.indices.filter { !staying.contains($0) }.map { ($0, players[$0].retiredPolicy) }
            self.sharedRunner = sharedRunner.reassigned(
                lineup.mapping, roles: roles, sources: sources, removed: removed,
                random: Self.rootStream(configuration).stream("environments").stream(
                    "cast", index: counters.iterations))
            for (player, actor) in zip(reassigned, self.sharedRunner?.actors ?? []) { player.join(actor) }
        }
        players = reassigned
        roster = lineup.lineup
    }
}
