import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

extension Algorithm {
    /// Gives policies their learners and the environments that they act in.
    ///
    /// - Parameter policies: in the order of the assignment.
    /// - Throws: `StateError` when the method cannot learn in the environment.
    static func cast(
        _ policies: [Policy], as assignment: PolicyAssignment, environment: TrainingEnvironment,
        configuration: Configuration
    ) throws(StateError) -> (slots: [PolicySlot<Method>], stage: MultiAgentRunner?) {
        let root = rootStream(configuration)
        let trained = Set(assignment.policiesToTrain)
        var slots: [PolicySlot<Method>] = []
        for (index, (id, policy)) in zip(assignment.policies, policies).enumerated() {
            let agents = assignment.casting.agents(of: index)
            slots.append(
                PolicySlot(
                    id: id, policy: try prepared(policy, id: id, for: environment),
                    agents: agents.map { assignment.agents[$0] }, environment: environment,
                    configuration: configuration, isTrained: trained.contains(id),
                    random: root.stream("policy/\(id)")))
        }
        guard case .multiAgent(let specification) = environment else { return (slots, nil) }
        let stage = MultiAgentRunner(
            specification: specification, count: configuration.environmentCount, casting: assignment.casting,
            policies: slots.map { ($0.id, $0.policy, $0.keepsExperience) },
            steps: slots.map(\.rolloutSteps).max() ?? 1, discount: Method.discount(of: configuration),
            random: root.stream("environments"))
        for (slot, actor) in zip(slots, stage.actors) { slot.join(actor) }
        return (slots, stage)
    }

    /// A policy that knows whether the environment masks actions, so that its learner keeps columns for the masks.
    ///
    /// - Throws: `StateError` when the method does not learn with masks or with several agents, and the environment
    ///   has them.
    private static func prepared(
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
