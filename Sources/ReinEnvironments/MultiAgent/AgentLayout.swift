/// What a saved environment of several agents has in common with those of the vector that it is to be one of.
struct AgentLayout: Equatable {
    let agents: [AgentID]
    /// The number of elements of each agent's observation.
    let observationWidths: [Int]
    /// The number of elements of each agent's action.
    let actionWidths: [Int]
    /// The parts of each agent's mask.
    let maskParts: [MaskParts]

    /// The layout of an environment.
    init(of environment: some MultiAgentEnvironment) {
        agents = environment.agents
        observationWidths = agents.indices.map { environment.observationSpace(of: $0).count }
        actionWidths = agents.indices.map { environment.actionSpace(of: $0).width }
        maskParts = agents.indices.map { environment.maskParts(of: $0) }
    }

    /// Why a saved environment is none of those with this layout, or nil when it may be one.
    ///
    /// - Parameters:
    ///   - found: its layout.
    ///   - acts: which agents act in it.
    ///   - inPlay: which agents are in play.
    ///   - hasChoices: whether an agent has a valid choice for each component of its action.
    func fault(
        of found: AgentLayout, acts: [Bool], inPlay: [Bool], hasChoices: (_ agent: Int) -> Bool
    ) -> String? {
        guard found.agents == agents else { return "expected the agents \(agents), found \(found.agents)" }
        for agent in agents.indices {
            guard found.observationWidths[agent] == observationWidths[agent],
                found.actionWidths[agent] == actionWidths[agent], found.maskParts[agent] == maskParts[agent]
            else { return "the spaces of agent \(agents[agent]) are others" }
        }
        guard acts.count == agents.count, inPlay.count == agents.count else {
            return "expected who of \(agents.count) agents acts and is in play"
        }
        guard agents.indices.allSatisfy({ inPlay[$0] || !acts[$0] }) else {
            return "an agent acts that is not in play"
        }
        for agent in agents.indices where acts[agent] && !hasChoices(agent) {
            return "agent \(agents[agent]) acts, but has no valid action"
        }
        return nil
    }
}
