package import ReinCheckpoints
package import ReinNumerics
package import ReinSpaces

/// Which policies may act for which agents: a mapping, worked out for the agents and policies that there are.
package struct ResolvedMapping: Sendable {
    /// The policies of an agent, with the sums of their weights up to each.
    private struct Role: Sendable {
        let agent: AgentID
        let policies: [Int32]
        let sums: [Double]
        /// The choice of the program, where it is one.
        let custom: CustomPolicyChoice?
    }

    private let roles: [Role]
    private let agentsOfPolicies: [[Int]]

    /// Works a mapping out.
    ///
    /// - Throws: `StateError` when an agent has no policy, or one that is not there, listing the ids there are.
    package init(_ mapping: PolicyMapping, agents: [AgentID], policies: [PolicyID]) throws(StateError) {
        let list = policies.map { "\"\($0)\"" }.joined(separator: ", ")
        let indices = Dictionary(
            policies.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
        var roles: [Role] = []
        var agentsOfPolicies = [[Int]](repeating: [], count: policies.count)
        for (index, (agent, choice)) in zip(agents, mapping.choices(for: agents)).enumerated() {
            guard let choice else {
                throw StateError(
                    .notFound, "no rule gives agent \"\(agent)\" a policy; the policies are \(list)", path: "mapping")
            }
            var chosen: [Int32] = []
            var sums: [Double] = []
            for share in try choice.shares(for: agent, at: index) {
                guard let policy = indices[share.policy] else {
                    throw StateError(
                        .notFound,
                        "agent \"\(agent)\" is mapped to policy \"\(share.policy)\", which is not there; the policies "
                            + "are \(list)",
                        path: "mapping")
                }
                if chosen.contains(policy) {
                    throw StateError(
                        .outOfRange, "policy \"\(share.policy)\" is named twice for agent \"\(agent)\"",
                        path: "mapping")
                }
                agentsOfPolicies[Int(policy)].append(index)
                chosen.append(policy)
                sums.append((sums.last ?? 0) + share.weight)
            }
            guard !chosen.isEmpty else {
                throw StateError(.outOfRange, "agent \"\(agent)\" has no policies to choose from", path: "mapping")
            }
            let custom: CustomPolicyChoice? = if case .custom(let custom) = choice { custom } else { nil }
            roles.append(Role(agent: agent, policies: chosen, sums: sums, custom: custom))
        }
        self.roles = roles
        self.agentsOfPolicies = agentsOfPolicies
    }

    /// The indices of the agents that a policy may act for.
    package func agents(of policy: Int) -> [Int] { agentsOfPolicies[policy] }

    /// The first agent whose policy is drawn anew for every episode, or nil when there is none.
    package var firstDrawn: Int? { roles.firstIndex { $0.policies.count > 1 } }

    /// The policy that acts for an agent in a new episode. Nothing is drawn where there is only one.
    ///
    /// - Parameters:
    ///   - environment: the index of the environment.
    ///   - episode: the number of episodes of the environment before.
    package func policy(for agent: Int, environment: Int, episode: Int, using random: inout RandomStream) -> Int {
        let role = roles[agent]
        guard role.policies.count > 1, let total = role.sums.last else { return Int(role.policies[0]) }
        if let custom = role.custom {
            var draw = PolicyDraw(agent: role.agent, environment: environment, episode: episode, random: random)
            let chosen = custom.choose(&draw)
            random = draw.random
            guard let place = custom.policies.firstIndex(of: chosen) else {
                preconditionFailure(
                    "policy \"\(chosen)\" was chosen for agent \"\(role.agent)\", which may not have it")
            }
            return Int(role.policies[place])
        }
        let number = random.nextDouble() * total
        return Int(role.policies[role.sums.firstIndex { number < $0 } ?? role.policies.count - 1])
    }
}
