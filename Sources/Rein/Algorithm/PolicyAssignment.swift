import ReinCheckpoints
import ReinEnvironments
import ReinPolicies

/// Policies, agents, the mapping between them and the policies to train, checked to fit together.
struct PolicyAssignment {
    let policies: [PolicyID]
    let agents: [AgentID]
    let mapping: PolicyMapping
    let policiesToTrain: [PolicyID]
    /// Which policies may act for which agents.
    let casting: PolicyCasting

    /// Checks that ids are unique, that every agent has a policy, and that nothing names a policy that is not there.
    ///
    /// - Throws: `StateError` that lists the ids there are, or says what is wrong with the environment.
    init(
        policies: [PolicyID], agents given: [AgentID]?, environment: TrainingEnvironment, mapping: PolicyMapping,
        policiesToTrain: [PolicyID]
    ) throws(StateError) {
        try environment.requireSound()
        let agents: [AgentID]
        switch environment {
        case .singleAgent: agents = given ?? [.default]
        case .multiAgent(let specification):
            agents = specification.agents
            guard given == nil || given == agents else {
                throw StateError(
                    .outOfRange, "the agents of \(environment.id) are its own; none can be given", path: "agents")
            }
        }
        let list = policies.map { "\"\($0)\"" }.joined(separator: ", ")
        guard !policies.isEmpty else {
            throw StateError(.outOfRange, "an algorithm needs at least one policy", path: "policies")
        }
        try PolicyID.requireDistinct(policies, path: "policies")
        guard !agents.isEmpty, Set(agents).count == agents.count else {
            throw StateError(.outOfRange, "agents must be at least one, each named once", path: "agents")
        }
        let known = Set(policies)
        casting = try PolicyCasting(mapping, agents: agents, policies: policies)
        if case .singleAgent = environment, let agent = casting.firstDrawn {
            throw StateError(
                .outOfRange,
                "agent \"\(agents[agent])\" is to have another policy in every episode, which agents of "
                    + "\(environment.id) cannot have: each plays copies of its own",
                path: "mapping")
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
    }
}
