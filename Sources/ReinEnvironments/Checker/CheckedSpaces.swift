/// What a check knows of the agents of an environment before it looks.
struct CheckedSpaces {
    /// The names of the agents; nil for an environment of one agent, which has none.
    let names: [AgentID]?
    /// The space of each agent's observations.
    let observations: [Box]
    /// The space of each agent's actions.
    let actions: [ActionSpace]

    /// The spaces of one agent.
    init(observations: Box, actions: ActionSpace) {
        names = nil
        self.observations = [observations]
        self.actions = [actions]
    }

    /// The spaces of several agents.
    init(names: [AgentID], observations: [Box], actions: [ActionSpace]) {
        self.names = names
        self.observations = observations
        self.actions = actions
    }
}
