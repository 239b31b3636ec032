import ReinCheckpoints
import ReinEnvironments
import ReinPolicies

/// A lineup in an environment, checked to fit it.
struct ResolvedLineup {
    /// The lineup, which names the agents that there are.
    let lineup: Lineup
    /// The agents.
    let agents: [AgentID]
    /// Which policies may act for which agents.
    let mapping: ResolvedMapping

    /// Checks that the environment can be made, that ids and agents differ, and that every agent has a policy that is there.
    ///
    /// - Throws: `StateError` that lists the ids there are, or says what is wrong with the environment.
    init(_ lineup: Lineup, in environment: TrainingEnvironment) throws(StateError) {
        try environment.requireSound()
        try PolicyID.requireDistinct(lineup.policies, path: Lineup.Key.policies.rawValue)
        switch environment {
        case .singleAgent: agents = lineup.agents ?? [.default]
        case .multiAgent(let specification):
            agents = specification.agents
            guard lineup.agents == nil || lineup.agents == agents else {
                throw StateError(
                    .outOfRange, "the agents of \(environment.id) are its own; none can be given",
                    path: Lineup.Key.agents.rawValue)
            }
        }
        guard !agents.isEmpty, Set(agents).count == agents.count else {
            throw StateError(
                .outOfRange, "agents must be at least one, each named once", path: Lineup.Key.agents.rawValue)
        }
        mapping = try ResolvedMapping(lineup.mapping, agents: agents, policies: lineup.policies)
        if case .singleAgent = environment, let agent = mapping.firstDrawn {
            throw StateError(
                .outOfRange,
                "agent \"\(agents[agent])\" is to have another policy in every episode, which agents of "
                    + "\(environment.id) cannot have: each plays copies of its own",
                path: Lineup.Key.mapping.rawValue)
        }
        if lineup.evaluationMapping == .leftOut {
            throw StateError(
                .missingKey, "the mapping was chosen by a program and is not in the checkpoint: give one",
                path: Lineup.Key.evaluationMapping.rawValue)
        }
        self.lineup = lineup.naming(agents)
    }

    /// Checks that the mapping for evaluation, if there is one, gives each agent a policy that is there.
    ///
    /// - Throws: `StateError` that lists the ids there are.
    func requireEvaluationMapping() throws(StateError) {
        guard let mapping = lineup.evaluationMapping else { return }
        do {
            _ = try ResolvedMapping(mapping, agents: agents, policies: lineup.policies)
        } catch {
            throw StateError(error.code, error.message, path: Lineup.Key.evaluationMapping.rawValue)
        }
    }
}
