/// Why no copies of an environment can be made: what its type says about itself does not go together.
@usableFromInline enum Soundness {
    /// What is wrong with an environment for one agent; nil when nothing is.
    @usableFromInline static func problem(
        timeLimit: Int?, observationSpace: Box, observationEncoding: ObservationEncoding, actionSpace: ActionSpace,
        actionWidth: Int, masksActions: Bool
    ) -> String? {
        if let problem = problem(timeLimit: timeLimit) { return problem }
        if let problem = observationEncoding.problem(in: observationSpace) { return problem }
        if actionWidth != actionSpace.width {
            return "its action type reads \(actionWidth) numbers, but an action of its space has \(actionSpace.width)"
        }
        return problem(actionSpaces: [actionSpace], masksActions: masksActions)
    }

    /// What is wrong with an environment for several agents; nil when nothing is.
    @usableFromInline static func problem(
        timeLimit: Int?, agents: [AgentID], observationSpaces: [Box], observationEncodings: [ObservationEncoding],
        actionSpaces: [ActionSpace], masksActions: Bool
    ) -> String? {
        if let problem = problem(timeLimit: timeLimit) { return problem }
        if agents.isEmpty { return "it has no agents" }
        if Set(agents).count < agents.count { return "two of its agents have the same name" }
        guard observationEncodings.count == agents.count else {
            return "it has \(agents.count) agents, but encodings of observations for \(observationEncodings.count)"
        }
        for (agent, (encoding, space)) in zip(agents, zip(observationEncodings, observationSpaces)) {
            if let problem = encoding.problem(in: space) { return "agent \(agent): \(problem)" }
        }
        return problem(actionSpaces: actionSpaces, masksActions: masksActions)
    }

    private static func problem(timeLimit: Int?) -> String? {
        timeLimit.flatMap { $0 > 0 ? nil : "the time limit is \($0), and must be positive" }
    }

    private static func problem(actionSpaces: [ActionSpace], masksActions: Bool) -> String? {
        masksActions && !actionSpaces.contains(where: \.isDiscrete)
            ? "it masks actions, but only discrete actions can be masked" : nil
    }
}
