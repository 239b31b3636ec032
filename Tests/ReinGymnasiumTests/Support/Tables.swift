import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinSpaces

/// Games of several agents that are played by a script, and what came of it.
final class Tables {
    let vector: MultiAgentVector
    private(set) var steps = 0
    private let observations: [AlignedBuffer<Float>]
    private let masks: [AlignedBuffer<Bool>]

    init(_ specification: MultiAgentSpecification, seeds: [UInt64], pieces: [Range<Int>]? = nil) {
        vector = specification.makeVector(seeds: seeds, pieces: pieces)
        observations = vector.observationSpaces.map { AlignedBuffer(count: $0.count) }
        masks = vector.maskWidths.map { AlignedBuffer(count: $0) }
    }

    var agents: Int { vector.agents.count }

    func reset() throws { try vector.reset(0..<vector.count) }
    func skip(to steps: Int) { self.steps = steps }

    /// What an agent sees, to the last bit.
    private func view(_ environment: Int, _ agent: Int) -> [UInt64] {
        let place = [AgentPlace(environment: Int32(environment), agent: Int32(agent))]
        place.withUnsafeBufferPointer {
            vector.observe(
                $0, observations: observations[agent].pointer,
                masks: masks[agent].count > 0 ? masks[agent].pointer : nil)
        }
        return observations[agent].elements.map { UInt64($0.bitPattern) } + masks[agent].elements.map { $0 ? 1 : 0 }
    }

    /// Takes a step with actions that depend on environment, agent and the number of the step alone, begins new games where
    /// they are over, and returns all that it brought.
    func step(_ pieces: [Range<Int>]? = nil) throws -> [UInt64] {
        for environment in 0..<vector.count {
            for agent in 0..<agents where vector.acts[environment * agents + agent] { choose(environment, agent) }
        }
        let pieces = pieces ?? [0..<vector.count]
        for piece in pieces { try vector.beginStep(piece) }
        for piece in pieces { try vector.finishStep(piece) }
        steps += 1
        var trace: [UInt64] = []
        for environment in 0..<vector.count {
            trace.append(UInt64(vector.episodeStatuses[environment].rawValue))
            for agent in 0..<agents {
                let place = environment * agents + agent
                trace += [vector.rewards[place].bitPattern, UInt64(vector.statuses[place].rawValue)]
                trace += [vector.acts[place] ? 1 : 0, vector.inPlay[place] ? 1 : 0]
                if vector.acts[place] || vector.statuses[place] == .truncated { trace += view(environment, agent) }
            }
            guard vector.episodeStatuses[environment] != .running else { continue }
            try vector.reset(environment..<environment + 1)
            for agent in 0..<agents where vector.acts[environment * agents + agent] {
                trace += view(environment, agent)
            }
        }
        return trace
    }

    func run(_ count: Int, pieces: [Range<Int>]? = nil) throws -> [[UInt64]] {
        try (0..<count).map { _ in try step(pieces) }
    }

    private func choose(_ environment: Int, _ agent: Int) {
        _ = view(environment, agent)
        var stream = RandomStream(seed: UInt64(steps), name: "action", index: environment * agents + agent)
        let start = environment * vector.actionWidth + vector.actionOffsets[agent]
        switch vector.actionSpaces[agent] {
        case .discrete(let discrete):
            let valid = (0..<discrete.count).filter { masks[agent].count == 0 || masks[agent][$0] }
            vector.actions[start] = Float(valid[stream.below(valid.count)])
        case .multiDiscrete(let multiDiscrete):
            for (place, count) in multiDiscrete.counts.enumerated() {
                vector.actions[start + place] = Float(stream.below(count))
            }
        case .box(let box):
            for place in 0..<box.count {
                let (low, high) = (max(box.low[place], -1), min(box.high[place], 1))
                vector.actions[start + place] = low + (high - low) * stream.nextFloat()
            }
        }
    }
}
