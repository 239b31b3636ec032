import ReinEnvironments
import ReinNumerics

/// A vector of environments for several agents that is played with random valid actions.
struct MultiAgentRun {
    let vector: MultiAgentVector
    var random: RandomStream

    init(_ vector: MultiAgentVector, seed: UInt64 = 1) {
        self.vector = vector
        random = RandomStream(seed: seed, name: "actions")
    }

    var agentCount: Int { vector.agents.count }

    /// The part of a column that belongs to an environment.
    func row<Element>(_ environment: Int, of column: AlignedBuffer<Element>) -> [Element] {
        Array(column.elements[environment * agentCount..<(environment + 1) * agentCount])
    }

    /// What an agent sees, and which of its actions are valid, if it has a mask and that is asked for.
    func observe(_ environment: Int, _ agent: Int, masks: Bool = true) -> (observation: [Float], mask: [Bool]) {
        var observation = [Float](repeating: .nan, count: vector.observationSpaces[agent].count)
        var mask = [Bool](repeating: false, count: vector.maskWidths[agent])
        let places = [AgentPlace(environment: Int32(environment), agent: Int32(agent))]
        places.withUnsafeBufferPointer { places in
            observation.withUnsafeMutableBufferPointer { row in
                mask.withUnsafeMutableBufferPointer { entries in
                    vector.observe(
                        places, observations: row.baseAddress!,
                        masks: masks && !entries.isEmpty ? entries.baseAddress : nil)
                }
            }
        }
        return (observation, mask)
    }

    /// Writes the action of an agent.
    func write(_ action: [Float], _ environment: Int, _ agent: Int) {
        let first = environment * vector.actionWidth + vector.actionOffsets[agent]
        for (index, value) in action.enumerated() { vector.actions[first + index] = value }
    }

    func resetAll() throws { try vector.reset(0..<vector.count) }

    func stepAll() throws { try vector.step(0..<vector.count) }

    /// Writes random valid actions for all who act.
    mutating func act() {
        for environment in 0..<vector.count {
            for agent in 0..<agentCount where vector.acts[environment * agentCount + agent] {
                let space = vector.actionSpaces[agent]
                var action = [Float](repeating: 0, count: space.width)
                let (_, mask) = observe(environment, agent)
                if mask.isEmpty {
                    space.sample(into: &action, using: &random)
                } else {
                    space.sample(into: &action, mask: mask, using: &random)
                }
                write(action, environment, agent)
            }
        }
    }

    func resetEnded() throws {
        for environment in 0..<vector.count where vector.episodeStatuses[environment] != .running {
            try vector.reset(environment..<environment + 1)
        }
    }

    /// Everything that can be read at present.
    var bits: [UInt64] {
        var bits = vector.rewards.elements.map(\.bitPattern)
        bits += vector.statuses.elements.map { UInt64($0.rawValue) }
        bits += vector.episodeStatuses.elements.map { UInt64($0.rawValue) }
        for place in 0..<vector.count * agentCount {
            bits.append((vector.acts[place] ? 1 : 0) + (vector.inPlay[place] ? 2 : 0))
            guard vector.inPlay[place] || vector.statuses[place] != .running else { continue }
            let (environment, agent) = (place / agentCount, place % agentCount)
            let seen = observe(environment, agent, masks: vector.acts[place])
            bits += seen.observation.map { UInt64($0.bitPattern) } + seen.mask.map { $0 ? 1 : 0 }
        }
        return bits
    }
}
