import ReinCheckpoints
import ReinEnvironments
import ReinPolicies

/// Policies, agents, the mapping between them and the policies to train, checked to fit together.
struct PolicyAssignment {
    let policies: [PolicyID]
    let agents: [AgentID]
    let mapping: PolicyMapping
    let policiesToTrain: [PolicyID]
    private let agentsOfPolicies: [PolicyID: [AgentID]]

    /// Checks that ids are unique, that every agent has a policy, and that nothing names a policy that is not there.
    ///
    /// - Throws: `StateError` that lists the ids there are.
    init(
        policies: [PolicyID], agents: [AgentID], mapping: PolicyMapping, policiesToTrain: [PolicyID]
    ) throws(StateError) {
        let list = policies.map { "\"\($0)\"" }.joined(separator: ", ")
        guard !policies.isEmpty else {
            throw StateError(.outOfRange, "an algorithm needs at least one policy", path: "policies")
        }
        guard Set(policies).count == policies.count else {
            throw StateError(.outOfRange, "a policy id is given twice in \(list)", path: "policies")
        }
        guard !agents.isEmpty, Set(agents).count == agents.count else {
            throw StateError(.outOfRange, "agents must be at least one, each named once", path: "agents")
        }
        let known = Set(policies)
        var agentsOfPolicies: [PolicyID: [AgentID]] = [:]
        for (agent, policy) in zip(agents, mapping.policies(for: agents)) {
            guard let policy else {
                throw StateError(
                    .notFound, "no rule gives agent \"\(agent)\" a policy; the policies are \(list)", path: "mapping")
            }
            guard known.contains(policy) else {
                throw StateError(
                    .notFound,
                    "agent \"\(agent)\" is mapped to policy \"\(policy)\", which is not there; the policies are \(list)",
                    path: "mapping")
            }
            agentsOfPolicies[policy, default: []].append(agent)
        }
        if let unknown = policiesToTrain.first(where: { !known.contains($0) }) {
            throw StateError(
                .notFound, "policy \"\(unknown)\" is to be trained but not there; the policies are \(list)",
                path: "policiesToTrain")
        }
        self.policies = policies
        self.agents = agents
        self.mapping = mapping
        let trained = Set(policiesToTrain)
        self.policiesToTrain = policies.filter(trained.contains)
        self.agentsOfPolicies = agentsOfPolicies
    }

    /// The agents that a policy acts for.
    func agents(of policy: PolicyID) -> [AgentID] { agentsOfPolicies[policy] ?? [] }

    /// Whether a policy is to be improved.
    func trains(_ policy: PolicyID) -> Bool { policiesToTrain.contains(policy) }
}
