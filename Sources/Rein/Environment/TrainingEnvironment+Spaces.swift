import ReinCheckpoints
import ReinEnvironments
import ReinPolicies

extension TrainingEnvironment {
    /// Checks that copies of the environment can be made.
    ///
    /// - Throws: `StateError` that says what is wrong with it.
    func requireSound() throws(StateError) {
        if let problem { throw StateError(.outOfRange, "environment \(id): \(problem)", path: "environment") }
    }
}

extension TrainingEnvironment {
    /// What a policy sees and does.
    struct Spaces: Equatable {
        var observations: Box
        var encoding: ObservationEncoding
        var actions: ActionSpace

        /// Why a policy for these spaces cannot act in others; nil when it can.
        func difference(from other: Spaces) -> SpaceDifference? {
            SpaceDifference(observations: observations, other.observations)
                ?? SpaceDifference(encodings: encoding, other.encoding)
                ?? SpaceDifference(actions: actions, other.actions)
        }
    }

    /// The spaces of an agent.
    ///
    /// - Parameter index: of the agent, in an environment of several; of no effect in one of one.
    private func spaces(ofAgent index: Int) -> Spaces {
        switch self {
        case .singleAgent(let specification):
            Spaces(
                observations: specification.observationSpace, encoding: specification.observationEncoding,
                actions: specification.actionSpace)
        case .multiAgent(let specification):
            Spaces(
                observations: specification.observationSpaces[index],
                encoding: specification.observationEncodings[index], actions: specification.actionSpaces[index])
        }
    }

    /// The spaces of a policy that acts for agents of the environment.
    ///
    /// - Parameter agents: indices of agents; with none of them the spaces are those that all agents have.
    /// - Throws: `StateError` when agents have different spaces.
    func spaces(of policy: PolicyID, for agents: [Int]) throws(StateError) -> Spaces {
        guard case .multiAgent(let specification) = self else { return spaces(ofAgent: 0) }
        let players = agents.isEmpty ? Array(specification.agents.indices) : agents
        let first = spaces(ofAgent: players[0])
        for player in players {
            guard let difference = first.difference(from: spaces(ofAgent: player)) else { continue }
            let names = "\"\(specification.agents[players[0]])\" and \"\(specification.agents[player])\""
            let spaces = "one has \(difference.first), the other \(difference.second)"
            throw StateError(
                .wrongShape,
                agents.isEmpty
                    ? "policy \"\(policy)\" acts for nobody, so its spaces are unknown: of agents \(names), \(spaces)"
                    : "policy \"\(policy)\" cannot act for both agents \(names): \(spaces)",
                path: "mapping")
        }
        return first
    }

    /// Checks that a policy can act in the spaces of the agents that it acts for.
    ///
    /// - Parameter path: the policy's place in the error.
    /// - Throws: `StateError` that names the agent, and what differs with both values.
    func require(
        _ policy: Policy, actsFor agents: [Int], path: String
    ) throws(StateError) {
        for agent in agents {
            let spaces = spaces(ofAgent: agent)
            let difference =
                policy.form.difference(from: spaces.observations, spaces.actions)
                ?? SpaceDifference(encodings: policy.observationEncoding, spaces.encoding)
            guard let difference else { continue }
            let owner: String
            switch self {
            case .singleAgent: owner = "environment \(id)"
            case .multiAgent(let specification):
                owner = "agent \"\(specification.agents[agent])\" of environment \(id)"
            }
            throw StateError(
                .wrongShape, "the policy is for \(difference.first), \(owner) has \(difference.second)", path: path)
        }
    }

    /// Checks that a policy of an algorithm can act in the spaces of the agents that it acts for.
    ///
    /// - Throws: `StateError` that names policy and agent, and what differs with both values.
    func require(_ policy: Policy, id: PolicyID, actsFor agents: [Int]) throws(StateError) {
        try require(policy, actsFor: agents, path: "policies/\(id)")
    }
}
