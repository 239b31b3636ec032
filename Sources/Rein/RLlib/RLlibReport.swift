import ReinCheckpoints
import ReinPolicies
package import ReinRLlib

/// What people who come from RLlib, or go there, should know of a checkpoint that has been written.
package struct RLlibReport: Sendable {
    /// Which policies RLlib will not open, and why; the id is nil for a policy alone.
    package var problems: [(id: PolicyID?, problem: String)] = []
    /// Why RLlib will not load the algorithm; nil when it will, and for a policy alone.
    package var algorithmProblem: String?
    /// The settings of RLlib's that training goes on without, each once.
    package var departures: [RLlibDeparture] = []
}

extension RLlibFiles {
    /// What there is to say of the files.
    package func report(format: CheckpointFormat) -> RLlibReport {
        let seen = policies
        let ids: [PolicyID?] = algorithm?.lineup.policies ?? [nil]
        var report = RLlibReport()
        report.departures = RLlibDeparture.unique(ids.flatMap { seen[$0]?.departures ?? [] })
        guard format == .msgpack else { return report }
        for id in ids {
            if let problem = seen[id]?.problem { report.problems.append((id, problem)) }
        }
        report.algorithmProblem = algorithm.flatMap { problem(of: $0, seen) }
        return report
    }

    /// Why RLlib does not load the algorithm, or nil when it does.
    private func problem(of algorithm: AlgorithmState, _ seen: [PolicyID?: SeenPolicy]) -> String? {
        guard method != nil else { return "it has no such method" }
        let lineup = algorithm.lineup
        var acting: TrainingEnvironment.Spaces?
        var others: [(id: PolicyID, spaces: TrainingEnvironment.Spaces)] = []
        for id in lineup.policies {
            guard let policy = seen[id], policy.problem == nil, let spaces = policy.spaces else {
                return "it makes all policies, \"\(id)\" among them"
            }
            let acts =
                lineup.mapping == .leftOut
                || lineup.mapping.rules.contains { $0.policy == .ownName || $0.policy.policies.contains(id) }
            if acts, acting == nil { acting = spaces } else if !acts { others.append((id, spaces)) }
        }
        if lineup.policies != [.default], case .singleAgent? = try? TrainingEnvironment(named: algorithm.environment) {
            return "to \(algorithm.environment), an environment of one agent, it gives one policy, named "
                + "\"\(PolicyID.default)\""
        }
        // RLlib gives policies the spaces of their agents, and those that act for nobody the spaces of any.
        for (id, spaces) in others {
            guard let acting else { break }
            if spaces.observations.shape != acting.observations.shape || spaces.actions != acting.actions {
                return "policy \"\(id)\" acts for nobody, and its spaces are not those of the agents there are"
            }
        }
        return nil
    }
}
