extension Algorithm: CustomStringConvertible {
    /// `PPO on CartPole-v1, policies main, old: 12 iterations, 12,288 steps, 96 episodes`.
    public var description: String {
        let shown = policyIDs.prefix(8).map(\.string).joined(separator: ", ")
        let rest = policyIDs.count > 8 ? " and \(policyIDs.count - 8) more" : ""
        return "\(Method.algorithmName) on \(environment.id), \(policyIDs.count == 1 ? "policy" : "policies") "
            + "\(shown)\(rest): \(counters)"
    }
}
