import ReinNumerics

/// Resets and steps an environment for several agents with random valid actions, and writes down what it sees.
struct MultiAgentRecorder<E: MultiAgentEnvironment> {
    let observationSpaces: [Box]
    let actionSpaces: [ActionSpace]
    /// Draws the actions of each recording from its beginning, so that all take the same.
    let seed: UInt64

    /// The rows of one environment.
    func makeMemory() -> AgentMemory { AgentMemory(count: 1, actionSpaces: actionSpaces) }

    /// Resets an environment and returns what is seen then.
    func start(_ environment: inout E, seed: UInt64?) -> EnvironmentSnapshot {
        reset(&environment, seed: seed, makeMemory())
    }

    /// Records a number of steps; ends of episodes are followed by resets, and so are states in which nobody acts or a
    /// mask leaves nothing to do.
    ///
    /// - Parameters:
    ///   - isReset: whether a reset comes first; otherwise the episode goes on.
    ///   - memory: who acts and is in play, before and after.
    func record(
        _ environment: inout E, seed: UInt64? = nil, steps: Int, isReset: Bool = true, in memory: AgentMemory? = nil
    ) -> [EnvironmentSnapshot] {
        let rows = memory ?? makeMemory()
        var random = RandomStream(seed: self.seed, name: "checker")
        var moments = isReset ? [reset(&environment, seed: seed, rows)] : []
        for index in 1...steps {
            guard act(environment, rows, using: &random) else {
                moments.append(reset(&environment, seed: nil, rows))
                continue
            }
            var turn = rows.turn(of: 0)
            let status = turn.step(&environment)
            moments.append(moment(index, status, environment, rows))
            if status != .running { moments.append(reset(&environment, seed: nil, rows)) }
        }
        return moments
    }

    private func reset(_ environment: inout E, seed: UInt64?, _ rows: AgentMemory) -> EnvironmentSnapshot {
        var turn = rows.turn(of: 0)
        let isUnpaid = turn.reset(&environment, seed: seed)
        var start = moment(0, .running, environment, rows)
        start.isPaidReset = !isUnpaid
        return start
    }

    /// Writes random valid actions for the agents that act, or returns false if there is nothing to do.
    private func act(_ environment: E, _ rows: AgentMemory, using random: inout RandomStream) -> Bool {
        var isAnyoneActing = false
        for agent in actionSpaces.indices where rows.acts[agent] {
            isAnyoneActing = true
            let space = actionSpaces[agent]
            let action = rows.actions.pointer + rows.actionOffsets[agent]
            if let mask = mask(of: agent, in: environment) {
                if space.problem(ofMask: mask) != nil { return false }
                space.sample(into: action, mask: mask, using: &random)
            } else {
                space.sample(into: action, using: &random)
            }
        }
        return isAnyoneActing
    }

    private func moment(_ index: Int, _ status: Status, _ environment: E, _ rows: AgentMemory) -> EnvironmentSnapshot {
        let agents = actionSpaces.indices.map { agent in
            var seen = EnvironmentSnapshot.Agent(
                reward: rows.rewards[agent], status: rows.statuses[agent], acts: rows.acts[agent],
                isInPlay: rows.inPlay[agent])
            seen.faults = rows.marks[agent].intersection([.strayReward, .strayEnd])
            if seen.isInPlay || seen.status != .running { seen.observation = observation(of: agent, in: environment) }
            if seen.acts || seen.status == .truncated { seen.mask = mask(of: agent, in: environment) }
            return seen
        }
        return EnvironmentSnapshot(index: index, status: status, agents: agents)
    }

    private func observation(of agent: Int, in environment: E) -> [Float] {
        var row = EnvironmentSnapshot.emptyRow(observationSpaces[agent])
        var span = row.mutableSpan
        environment.observe(agent, into: &span)
        return row
    }

    /// Which actions of an agent are valid at present, or nil when the environment does not say.
    private func mask(of agent: Int, in environment: E) -> [Bool]? {
        guard E.masksActions, actionSpaces[agent].isDiscrete else { return nil }
        var row = [Bool](repeating: true, count: actionSpaces[agent].maskWidth)
        var span = row.mutableSpan
        environment.writeActionMask(of: agent, into: &span)
        return row
    }
}
