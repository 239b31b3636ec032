public import ReinCheckpoints
import ReinEnvironments
import ReinNumerics

/// Turns the steps of several environments into transitions over up to n steps.
///
/// Each environment has a window of its last n − 1 steps. A transition is complete when n steps are there or when the
/// episode ends, and then it is discounted by the number of steps that it really spans.
public final class TransitionAssembler: Sendable {
    /// The largest number of steps of a transition, n.
    public let stepCount: Int
    /// The discount of one step, γ.
    public let discount: Double
    private let lanes: Int
    private let observationWidth: Int
    private let actionWidth: Int
    private let maskWidth: Int
    /// Rings of the steps that no transition begins with yet: `[lanes, stepCount, ...]`.
    private let observations: AlignedBuffer<Float>
    private let actions: AlignedBuffer<Float>
    private let rewards: AlignedBuffer<Float>
    private let masks: AlignedBuffer<Bool>
    /// For each lane where its ring begins and how many steps are in it: `[lanes, 2]`.
    private let windows: AlignedBuffer<Int32>

    /// Creates empty windows.
    public init(
        stepCount: Int, discount: Double, lanes: Int, observationWidth: Int, actionWidth: Int, maskWidth: Int = 0
    ) {
        precondition(stepCount > 0 && lanes > 0, "transitions span at least one step of one environment")
        self.stepCount = stepCount
        self.discount = discount
        self.lanes = lanes
        self.observationWidth = observationWidth
        self.actionWidth = actionWidth
        self.maskWidth = maskWidth
        observations = AlignedBuffer(count: lanes * stepCount * observationWidth)
        actions = AlignedBuffer(count: lanes * stepCount * actionWidth)
        rewards = AlignedBuffer(count: lanes * stepCount)
        masks = AlignedBuffer(count: lanes * stepCount * maskWidth)
        masks.pointer.update(repeating: true, count: masks.count)
        windows = AlignedBuffer(count: lanes * 2)
    }

    /// Creates a copy with the same windows.
    convenience init(copying other: TransitionAssembler) {
        self.init(
            stepCount: other.stepCount, discount: other.discount, lanes: other.lanes,
            observationWidth: other.observationWidth, actionWidth: other.actionWidth, maskWidth: other.maskWidth)
        observations.copy(from: other.observations)
        actions.copy(from: other.actions)
        rewards.copy(from: other.rewards)
        masks.copy(from: other.masks)
        windows.copy(from: other.windows)
    }

    /// Appends the transitions that a rollout completes, row by row.
    ///
    /// - Parameters:
    ///   - batch: the rollout.
    ///   - buffer: where transitions go.
    ///   - written: is told the buffer's row of each transition.
    /// - Precondition: the batch keeps final observations.
    public func append(_ batch: RolloutBatch, to buffer: ReplayBuffer, written: (Int) -> Void = { _ in }) {
        precondition(batch.keepsFinalObservations, "replay needs final observations")
        precondition(batch.maskWidth == maskWidth, "masks of \(batch.maskWidth) entries instead of \(maskWidth)")
        let (observations, actions) = (
            batch.observations.rows(of: observationWidth), batch.actions.rows(of: actionWidth)
        )
        let finalObservations = batch.finalObservations.rows(of: observationWidth)
        let (masks, finalMasks) = (batch.masks.rows(of: maskWidth), batch.finalMasks.rows(of: maskWidth))
        let windows = windows.rows(of: 2)
        for index in 0..<batch.count {
            let lane = batch.lane(of: index)
            push(
                lane, observation: observations[index], action: actions[index], reward: batch.rewards.pointer[index],
                mask: masks[index])
            switch batch.statuses.pointer[index] {
            case .running:
                if windows[lane][1] == Int32(stepCount) {
                    let next = batch.successor(of: index)
                    written(
                        emit(lane, next: observations[next], nextMask: masks[next], isTerminal: false, to: buffer))
                }
            case let ended:
                while windows[lane][1] > 0 {
                    written(
                        emit(
                            lane, next: finalObservations[index], nextMask: finalMasks[index],
                            isTerminal: ended == .terminated, to: buffer))
                }
            }
        }
    }

    private func push(
        _ lane: Int, observation: UnsafePointer<Float>, action: UnsafePointer<Float>, reward: Float,
        mask: UnsafePointer<Bool>
    ) {
        let window = windows.mutableRows(of: 2)[lane]
        let row = lane * stepCount + (Int(window[0]) + Int(window[1])) % stepCount
        observations.mutableRows(of: observationWidth).copy(observation, to: row)
        actions.mutableRows(of: actionWidth).copy(action, to: row)
        rewards.pointer[row] = reward
        masks.mutableRows(of: maskWidth).copy(mask, to: row)
        window[1] += 1
    }

    /// Writes the transition from the oldest step of a window to `next`, and drops that step.
    private func emit(
        _ lane: Int, next: UnsafePointer<Float>, nextMask: UnsafePointer<Bool>, isTerminal: Bool,
        to buffer: ReplayBuffer
    ) -> Int {
        let window = windows.mutableRows(of: 2)[lane]
        let first = Int(window[0])
        var sum = 0.0
        var factor = 1.0
        for offset in 0..<Int(window[1]) {
            sum += factor * Double(rewards.pointer[lane * stepCount + (first + offset) % stepCount])
            factor *= discount
        }
        let oldest = lane * stepCount + first
        let row = buffer.append(
            observation: observations.rows(of: observationWidth)[oldest],
            action: actions.rows(of: actionWidth)[oldest], reward: Float(sum),
            discount: isTerminal ? 0 : Float(factor), nextObservation: next,
            mask: masks.rows(of: maskWidth)[oldest], nextMask: nextMask)
        window[0] = Int32((first + 1) % stepCount)
        window[1] -= 1
        return row
    }
}

extension TransitionAssembler: Checkpointable {
    /// The windows.
    public var state: StateTree {
        var map: StateMap = [
            "windows": .tensor(StateTensor(windows.elements.map { Int64($0) }, shape: [lanes, 2])),
            "observations": .tensor(
                StateTensor(observations.elements, shape: [lanes, stepCount, observationWidth])),
            "actions": .tensor(StateTensor(actions.elements, shape: [lanes, stepCount, actionWidth])),
            "rewards": .tensor(StateTensor(rewards.elements, shape: [lanes, stepCount])),
        ]
        if maskWidth > 0 { map["masks"] = MaskColumn.tree(masks, shape: [lanes, stepCount, maskWidth]) }
        return .map(map)
    }

    /// Takes over the windows of an assembler of the same shape.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    public func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let saved = try reader.child("windows")
        let windows = try saved.int64s(shape: [lanes, 2])
        for (index, value) in windows.enumerated() where value < 0 || value >= Int64(stepCount) {
            throw saved.error(.outOfRange, "\(value) at \(index) is no position in a window of \(stepCount) steps")
        }
        let observations = try reader.floats("observations", shape: [lanes, stepCount, observationWidth])
        let actions = try reader.floats("actions", shape: [lanes, stepCount, actionWidth])
        let rewards = try reader.floats("rewards", shape: [lanes, stepCount])
        // The last to throw, before it changes anything.
        try MaskColumn.read("masks", of: reader, shape: [lanes, stepCount, maskWidth], into: masks)
        for (index, value) in windows.enumerated() { self.windows.pointer[index] = Int32(value) }
        for (index, value) in observations.enumerated() { self.observations.pointer[index] = value }
        for (index, value) in actions.enumerated() { self.actions.pointer[index] = value }
        for (index, value) in rewards.enumerated() { self.rewards.pointer[index] = value }
    }
}
