import ReinCheckpoints
import ReinNumerics

/// A vector of an environment of one agent, under check.
struct CheckedSingleVector: CheckedVector {
    let spaces: CheckedSpaces
    private(set) var elapsed = Duration.zero
    private let vector: VectorEnvironment
    private let width: Int
    private let actionSpace: ActionSpace
    private let actions: AlignedBuffer<Float>
    private let observations: AlignedBuffer<Float>
    private let finalObservations: AlignedBuffer<Float>
    private let rewards: AlignedBuffer<Double>
    private let statuses: AlignedBuffer<Status>
    private let masks: AlignedBuffer<Bool>
    private let finalMasks: AlignedBuffer<Bool>

    init(_ specification: EnvironmentSpecification, seeds: [UInt64]) throws {
        vector = specification.makeVector(seeds: seeds)
        actionSpace = vector.actionSpace
        spaces = CheckedSpaces(observations: vector.observationSpace, actions: actionSpace)
        width = vector.observationSpace.count
        actions = AlignedBuffer(count: seeds.count * actionSpace.width)
        observations = AlignedBuffer(count: seeds.count * width)
        finalObservations = AlignedBuffer(count: seeds.count * width)
        rewards = AlignedBuffer(count: seeds.count)
        statuses = AlignedBuffer(count: seeds.count)
        masks = AlignedBuffer(count: seeds.count * vector.maskWidth)
        finalMasks = AlignedBuffer(count: seeds.count * vector.maskWidth)
    }

    mutating func reset() throws -> [EnvironmentSnapshot] {
        clearObservations()
        let start = ContinuousClock.now
        try vector.reset(0..<vector.count, observations: observations.pointer, masks: masks.pointer)
        elapsed += ContinuousClock.now - start
        return (0..<vector.count).map(start(of:))
    }

    mutating func step(_ index: Int, using random: inout [RandomStream]) throws -> [[EnvironmentSnapshot]]? {
        for lane in 0..<vector.count {
            guard act(lane, using: &random[lane]) else { return nil }
        }
        clearObservations()
        let start = ContinuousClock.now
        try vector.step(
            0..<vector.count, actions: actions.pointer, observations: observations.pointer,
            finalObservations: finalObservations.pointer, rewards: rewards.pointer, statuses: statuses.pointer,
            masks: masks.pointer, finalMasks: finalMasks.pointer)
        elapsed += ContinuousClock.now - start
        return (0..<vector.count).map { moments(of: $0, index) }
    }

    func state() throws -> StateTree { vector.state }

    mutating func restore(from state: StateTree) throws {
        try vector.restore(from: state)
        _ = vector.writeMasks(0..<vector.count, into: masks.pointer)
    }

    // MARK: Lanes

    private func clearObservations() {
        for rows in [observations, finalObservations] {
            rows.mutableElements.update(repeating: Float(bitPattern: EnvironmentSnapshot.unwritten))
        }
    }

    /// Writes a random valid action of a lane, or returns false when there is none.
    private func act(_ lane: Int, using random: inout RandomStream) -> Bool {
        let action = actions.pointer + lane * actionSpace.width
        guard let mask = mask(masks, of: lane) else {
            actionSpace.sample(into: action, using: &random)
            return true
        }
        guard actionSpace.problem(ofMask: mask) == nil else { return false }
        actionSpace.sample(into: action, mask: mask, using: &random)
        return true
    }

    /// What a lane sees after a step, and after the reset if there was one.
    private func moments(of lane: Int, _ index: Int) -> [EnvironmentSnapshot] {
        let step = Step(reward: rewards[lane], status: statuses[lane])
        guard step.status != .running else {
            return [
                EnvironmentSnapshot(
                    index: index, observation: row(observations, of: lane), step: step, mask: mask(masks, of: lane))
            ]
        }
        let last = EnvironmentSnapshot(
            index: index, observation: row(finalObservations, of: lane), step: step,
            mask: step.status == .truncated ? mask(finalMasks, of: lane) : nil)
        return [last, start(of: lane)]
    }

    private func start(of lane: Int) -> EnvironmentSnapshot {
        EnvironmentSnapshot(index: 0, observation: row(observations, of: lane), mask: mask(masks, of: lane))
    }

    private func row(_ rows: AlignedBuffer<Float>, of lane: Int) -> [Float] {
        Array(rows.elements[lane * width..<(lane + 1) * width])
    }

    private func mask(_ rows: AlignedBuffer<Bool>, of lane: Int) -> [Bool]? {
        let width = vector.maskWidth
        return width > 0 ? Array(rows.elements[lane * width..<(lane + 1) * width]) : nil
    }
}
