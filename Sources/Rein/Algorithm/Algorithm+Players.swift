import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

extension Algorithm {
    /// Creates the untrained policy that settings describe. It knows how the environment's rows are made.
    ///
    /// - Throws: `StateError` when the method cannot act in the spaces, or the network is impossible.
    static func makePolicy(
        _ id: PolicyID, with configuration: Configuration, spaces: TrainingEnvironment.Spaces
    ) throws -> Policy {
        var policy = try Method.makePolicy(
            observationSpace: spaces.observations, actionSpace: spaces.actions, configuration: configuration,
            random: rootStream(configuration).stream("policy/\(id)"))
        policy.observationEncoding = spaces.encoding
        return policy
    }

    /// Checks that a policy has the network that its settings describe.
    ///
    /// - Throws: `StateError` that names the policy.
    static func requireForm(_ policy: Policy, id: PolicyID, configuration: Configuration) throws {
        let form = try Method.form(
            observationSpace: policy.observationSpace, actionSpace: policy.actionSpace, configuration: configuration)
        guard policy.form.fits(form) else {
            throw StateError(
                .wrongShape, "the policy's network is not the one that the settings describe",
                path: "policies/\(id)/network")
        }
    }

    /// Gives policies their learners and the environments that they act in.
    ///
    /// - Parameters:
    ///   - policies: in the order of the lineup.
    ///   - agents: the agents of each policy, where episodes will be restored that began under another mapping; those
    ///     of the mapping when nil.
    ///   - retired: the policies that are in such episodes and not among `policies`.
    ///   - keepsLearner: whether a policy that only acts has a learner all the same.
    ///   - index: the number of the iteration after which environments are new; nil for those of the run's beginning.
    /// - Throws: `StateError` when the method cannot learn in the environment.
    static func assemble(
        _ policies: [Policy], as lineup: ResolvedLineup, environment: TrainingEnvironment,
        configurations: PolicyConfigurations<Configuration>, agents: [[Int]]? = nil, retired: [MultiAgentRole] = [],
        keepsLearner: (PolicyID) -> Bool = { _ in false }, index: Int? = nil
    ) throws(StateError) -> (players: [Player<Method>], sharedRunner: MultiAgentRunner?) {
        let beginning = rootStream(configurations.base)
        let root = index.map { beginning.stream("restored", index: $0) } ?? beginning
        let trained = Set(lineup.lineup.policiesToTrain)
        let agents = agents ?? policies.indices.map { lineup.mapping.agents(of: $0) }
        var players: [Player<Method>] = []
        for (index, (id, policy)) in zip(lineup.lineup.policies, policies).enumerated() {
            players.append(
                Player(
                    id: id, policy: try prepared(policy, id: id, for: environment), configuration: configurations[id],
                    agents: agents[index].map { lineup.agents[$0] }, isTrained: trained.contains(id),
                    needsLearner: keepsLearner(id), environment: environment, random: root.stream("policy/\(id)")))
        }
        guard case .multiAgent(let specification) = environment else { return (players, nil) }
        var retired = retired
        for index in retired.indices {
            retired[index].policy = try prepared(retired[index].policy, id: retired[index].id, for: environment)
        }
        let sharedRunner = MultiAgentRunner(
            specification: specification, count: configurations.base.environmentCount, mapping: lineup.mapping,
            roles: zip(players, agents).map { $0.role(agents: $1) }, retired: retired,
            random: root.stream("environments"))
        for (player, actor) in zip(players, sharedRunner.actors) { player.join(actor) }
        return (players, sharedRunner)
    }

    /// A policy that knows whether the environment masks actions, so that its learner keeps columns for the masks.
    ///
    /// - Throws: `StateError` when the method does not learn with masks or with several agents, and the environment
    ///   has them.
    static func prepared(
        _ policy: Policy, id: PolicyID, for environment: TrainingEnvironment
    ) throws(StateError) -> Policy {
        guard !environment.masksActions || Method.learnsWithMasks else {
            throw StateError(
                .outOfRange, "\(environment.id) masks actions, but \(Method.algorithmName) does not learn with masks",
                path: "environment")
        }
        var policy = policy
        policy.masksActions = environment.masksActions && !policy.actionSpace.choiceCounts.isEmpty
        guard case .multiAgent = environment else { return policy }
        guard Method.learnsFromAgentsInTurn else {
            throw StateError(
                .outOfRange,
                "\(environment.id) has several agents, which \(Method.algorithmName) does not learn from",
                path: "environment")
        }
        let exploresByState = if case .stateDependentGaussian = policy.distribution { true } else { false }
        if policy.isRecurrent || exploresByState {
            throw StateError(
                .outOfRange,
                "policy \"\(id)\" has \(policy.isRecurrent ? "a memory" : "noise that depends on the state"), which is "
                    + "for environments of one agent; \(environment.id) has several",
                path: "environment")
        }
        return policy
    }
}
