/// A whole reset or step of an environment: its own part, and what follows for the agents.
extension AgentTurn {
    /// Resets an environment. Afterwards the agents that were asked act, or all of them if none was.
    ///
    /// - Returns: whether the environment paid no rewards, which nobody could earn yet.
    @discardableResult @inlinable
    mutating func reset<E: MultiAgentEnvironment>(_ environment: inout E, seed: UInt64?) -> Bool {
        rows.inPlay.update(repeating: false, count: agentCount)
        rows.acts.update(repeating: false, count: agentCount)
        begin()
        environment.reset(seed: seed, &self)
        var isAsked = false
        var isUnpaid = true
        for agent in 0..<agentCount {
            if rows.marks[agent].contains(.asked) { isAsked = true }
            if rows.rewards[agent] != 0 { isUnpaid = false }
            rows.rewards[agent] = 0
            rows.statuses[agent] = .running
        }
        for agent in 0..<agentCount {
            if !isAsked { rows.inPlay[agent] = true }
            rows.acts[agent] = !isAsked || rows.marks[agent].contains(.asked)
        }
        return isUnpaid
    }

    /// Steps an environment. Afterwards the agents that were asked act next, or all in play if none was; if the
    /// episode ended, those in play have left with its status.
    ///
    /// An agent that joined in the very step that ended the episode has done nothing in it: its status stays.
    /// - Returns: how the episode stands.
    @inlinable mutating func step<E: MultiAgentEnvironment>(_ environment: inout E) -> Status {
        begin()
        let status = environment.step(&self)
        guard status == .running else {
            for agent in 0..<agentCount {
                if rows.inPlay[agent] && !rows.marks[agent].contains(.joined) { rows.statuses[agent] = status }
                rows.inPlay[agent] = false
                rows.acts[agent] = false
            }
            return status
        }
        var isAsked = false
        for agent in 0..<agentCount where rows.marks[agent].contains(.asked) { isAsked = true }
        for agent in 0..<agentCount {
            rows.acts[agent] = isAsked ? rows.marks[agent].contains(.asked) : rows.inPlay[agent]
        }
        return status
    }

    /// Whether any agent acts.
    @inlinable var isAnyoneActing: Bool {
        for agent in 0..<agentCount where rows.acts[agent] { return true }
        return false
    }

    /// Forgets what the last step said.
    @inlinable mutating func begin() {
        for agent in 0..<agentCount {
            rows.rewards[agent] = 0
            rows.statuses[agent] = .running
            rows.marks[agent] = []
        }
    }
}
