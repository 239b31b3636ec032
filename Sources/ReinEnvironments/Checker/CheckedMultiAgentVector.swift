import ReinCheckpoints
import ReinNumerics

/// A vector of an environment of several agents, under check.
struct CheckedMultiAgentVector: CheckedVector {
    let spaces: CheckedSpaces
    private(set) var elapsed = Duration.zero
    private let vector: MultiAgentVector
    private var agentCount: Int { vector.agents.count }

    init(_ specification: MultiAgentSpecification, seeds: [UInt64]) throws {
        vector = specification.makeVector(seeds: seeds)
        spaces = CheckedSpaces(
            names: vector.agents, observations: vector.observationSpaces, actions: vector.actionSpaces)
    }

    mutating func reset() throws -> [EnvironmentSnapshot] {
        let start = ContinuousClock.now
        try vector.reset(0..<vector.count)
        elapsed += ContinuousClock.now - start
        return (0..<vector.count).map { moment(of: $0, 0) }
    }

    mutating func step(_ index: Int, using random: inout [RandomStream]) throws -> [[EnvironmentSnapshot]]? {
        for lane in 0..<vector.count {
            guard act(lane, using: &random[lane]) else { return nil }
        }
        let before = Array(vector.inPlay.elements)
        let start = ContinuousClock.now
        try vector.step(0..<vector.count)
        elapsed += ContinuousClock.now - start
        var moments: [[EnvironmentSnapshot]] = []
        for lane in 0..<vector.count {
            var seen = moment(of: lane, index)
            for agent in 0..<agentCount where !before[lane * agentCount + agent] && isStrayPaid(seen.agents[agent]) {
                seen.agents[agent].faults.insert(.strayReward)
            }
            moments.append([seen])
        }
        for lane in 0..<vector.count where moments[lane][0].status != .running {
            let start = ContinuousClock.now
            try vector.reset(lane..<lane + 1)
            elapsed += ContinuousClock.now - start
            moments[lane].append(moment(of: lane, 0))
        }
        return moments
    }

    func state() throws -> StateTree { vector.state }

    mutating func restore(from state: StateTree) throws { try vector.restore(from: state) }

    // MARK: Lanes

    /// Whether an agent that was not in play before a step, nor is after it, was paid.
    private func isStrayPaid(_ agent: EnvironmentSnapshot.Agent) -> Bool {
        !agent.isInPlay && agent.status == .running && agent.reward != 0
    }

    /// Writes random valid actions of the agents that act in a lane, or returns false when there is nothing to do.
    private func act(_ lane: Int, using random: inout RandomStream) -> Bool {
        guard !vector.isDeserted(lane) else { return false }
        for agent in 0..<agentCount where vector.acts[lane * agentCount + agent] {
            let space = vector.actionSpaces[agent]
            let action = vector.actions.pointer + lane * vector.actionWidth + vector.actionOffsets[agent]
            guard let mask = look(at: agent, in: lane).mask else {
                space.sample(into: action, using: &random)
                continue
            }
            guard space.problem(ofMask: mask) == nil else { return false }
            space.sample(into: action, mask: mask, using: &random)
        }
        return true
    }

    /// What there is to see of a lane. Vectors are asked for what agents see that act or were truncated, and no others.
    private func moment(of lane: Int, _ index: Int) -> EnvironmentSnapshot {
        let agents = (0..<agentCount).map { agent in
            let place = lane * agentCount + agent
            var seen = EnvironmentSnapshot.Agent(
                reward: vector.rewards[place], status: vector.statuses[place], acts: vector.acts[place],
                isInPlay: vector.inPlay[place])
            if seen.acts || seen.status == .truncated {
                (seen.observation, seen.mask) = look(at: agent, in: lane)
            }
            return seen
        }
        return EnvironmentSnapshot(index: index, status: vector.episodeStatuses[lane], agents: agents)
    }

    /// What an agent sees now, and which of its actions are valid; nil when the environment does not say.
    private func look(at agent: Int, in lane: Int) -> (observation: [Float], mask: [Bool]?) {
        let place = [AgentPlace(environment: Int32(lane), agent: Int32(agent))]
        var observation = EnvironmentSnapshot.emptyRow(vector.observationSpaces[agent])
        let mask = AlignedBuffer<Bool>(count: vector.maskWidths[agent])
        place.withUnsafeBufferPointer { place in
            observation.withUnsafeMutableBufferPointer { row in
                guard let base = row.baseAddress else { return }
                vector.observe(place, observations: base, masks: mask.pointer)
            }
        }
        return (observation, mask.count > 0 ? Array(mask.elements) : nil)
    }
}
