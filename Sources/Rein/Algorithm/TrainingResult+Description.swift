import ReinNumerics

extension TrainingCounters: CustomStringConvertible {
    /// `12 iterations, 12,288 steps, 96 episodes`; with several agents `12,288 steps (24,576 of agents)`.
    public var description: String {
        let ofAgents = agentSteps == environmentSteps ? "" : " (\(NumberText.grouped(agentSteps)) of agents)"
        return "\(NumberText.count(iterations, "iteration", "iterations")), "
            + "\(NumberText.count(environmentSteps, "step", "steps"))\(ofAgents), "
            + NumberText.count(episodes, "episode", "episodes")
    }
}

extension PolicyReport: CustomStringConvertible {
    /// `main: return 21.3 (9.0 to 60.0), length 21.3, 48 episodes; policyLoss -0.0123, entropy 0.6512`.
    public var description: String {
        let values = metrics.map { "\($0.name) \(NumberText.decimal($0.value, 4))" }.joined(separator: ", ")
        let parts = [episodes.map { "\($0)" } ?? "no episode ended", values].filter { !$0.isEmpty }
        return "\(id): \(parts.joined(separator: "; "))"
    }
}

extension TrainingResult: CustomStringConvertible {
    /// `12 iterations, 12,288 steps, 96 episodes; return 21.3 (9.0 to 60.0), length 21.3, 96 episodes; 51,200 steps/s`;
    /// with several policies the mean return of each in this iteration behind it, and that of an evaluation.
    public var description: String {
        var parts = ["\(counters)", episodes.map { "\($0)" } ?? "no episode ended"]
        if policies.count > 1 {
            parts.append(
                policies.map { "\($0.id) \($0.episodes.map { NumberText.decimal($0.returnMean) } ?? "-")" }
                    .joined(separator: ", "))
        }
        if let evaluation { parts.append("evaluation \(NumberText.decimal(evaluation.summary.returnMean))") }
        parts.append("\(NumberText.decimal(stepsPerSecond, 0)) steps/s")
        return parts.joined(separator: "; ")
    }
}
