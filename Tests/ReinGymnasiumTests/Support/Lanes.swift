import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinSpaces

/// A vector that is stepped by a script of actions, and what came of it.
final class Lanes {
    let vector: VectorEnvironment
    let observations: AlignedBuffer<Float>
    let finals: AlignedBuffer<Float>
    let rewards: AlignedBuffer<Double>
    let statuses: AlignedBuffer<Status>
    let masks: AlignedBuffer<Bool>
    let finalMasks: AlignedBuffer<Bool>
    let actions: AlignedBuffer<Float>
    private(set) var steps = 0

    init(_ specification: EnvironmentSpecification, seeds: [UInt64], pieces: [Range<Int>]? = nil) {
        vector = specification.makeVector(seeds: seeds, pieces: pieces)
        let (count, width) = (seeds.count, vector.observationSpace.count)
        observations = AlignedBuffer(count: count * width)
        finals = AlignedBuffer(count: count * width)
        rewards = AlignedBuffer(count: count)
        statuses = AlignedBuffer(count: count)
        masks = AlignedBuffer(count: count * vector.maskWidth)
        finalMasks = AlignedBuffer(count: count * vector.maskWidth)
        actions = AlignedBuffer(count: count * vector.actionSpace.width)
    }

    var count: Int { vector.count }
    private var maskPointer: UnsafeMutablePointer<Bool>? { vector.maskWidth > 0 ? masks.pointer : nil }

    func reset(_ range: Range<Int>? = nil) throws {
        try vector.reset(range ?? 0..<count, observations: observations.pointer, masks: maskPointer)
    }

    /// Steps all lanes with actions that depend on the lane and the number of the step alone.
    func step(_ pieces: [Range<Int>]? = nil) throws {
        chooseActions()
        let pieces = pieces ?? [0..<count]
        for piece in pieces { try vector.beginStep(piece, actions: actions.pointer) }
        for piece in pieces {
            try vector.finishStep(
                piece, actions: actions.pointer, observations: observations.pointer,
                finalObservations: finals.pointer, rewards: rewards.pointer, statuses: statuses.pointer,
                masks: maskPointer, finalMasks: maskPointer == nil ? nil : finalMasks.pointer)
        }
        steps += 1
    }

    func skip(to steps: Int) { self.steps = steps }

    private func chooseActions() {
        let width = vector.actionSpace.width
        for lane in 0..<count {
            var stream = RandomStream(seed: UInt64(steps), name: "action", index: lane)
            switch vector.actionSpace {
            case .discrete(let discrete):
                let valid = (0..<discrete.count).filter { maskPointer?[lane * vector.maskWidth + $0] ?? true }
                actions[lane] = Float(valid[stream.below(valid.count)])
            case .multiDiscrete(let multiDiscrete):
                for (place, count) in multiDiscrete.counts.enumerated() {
                    actions[lane * width + place] = Float(stream.below(count))
                }
            case .box(let box):
                for place in 0..<width {
                    let (low, high) = (max(box.low[place], -1), min(box.high[place], 1))
                    actions[lane * width + place] = low + (high - low) * stream.nextFloat()
                }
            }
        }
    }

    /// All that a step has brought, to the last bit.
    var trace: [UInt64] {
        var trace: [UInt64] = []
        let width = vector.observationSpace.count
        for lane in 0..<count {
            trace.append(UInt64(statuses[lane].rawValue))
            trace.append(rewards[lane].bitPattern)
            for place in lane * width..<(lane + 1) * width {
                trace.append(UInt64(observations[place].bitPattern))
                if statuses[lane] != .running { trace.append(UInt64(finals[place].bitPattern)) }
            }
            for place in lane * vector.maskWidth..<(lane + 1) * vector.maskWidth { trace.append(masks[place] ? 1 : 0) }
        }
        return trace
    }

    /// What some steps bring.
    func run(_ count: Int, pieces: [Range<Int>]? = nil) throws -> [[UInt64]] {
        try (0..<count).map { _ in
            try step(pieces)
            return trace
        }
    }
}
