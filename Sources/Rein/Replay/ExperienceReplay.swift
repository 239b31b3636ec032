import ReinCheckpoints
import ReinNumerics
import ReinPolicies

/// The transitions that a policy learns from, and the windows in which they are put together.
///
/// The buffer grows with its transitions up to the capacity, since zeroing all of it beforehand takes memory that a
/// short run, or a policy that only acts, never needs.
///
/// A value: its state and its copies share the buffer's memory, so neither takes a second one. As long as there are
/// any, the next append goes on in a copy of the buffer.
struct ExperienceReplay: Sendable {
    private(set) var buffer: ReplayBuffer
    private var assembler: TransitionAssembler
    private let capacity: Int
    private var lanes: Int
    /// The number of discrete actions, or nil for continuous ones.
    private let actionCount: Int?

    /// The rows that an empty buffer has room for.
    private static let firstRows = 4096

    /// Creates an empty replay.
    ///
    /// - Parameters:
    ///   - policy: the policy that learns, for its spaces.
    ///   - lanes: the number of lanes that give it experience.
    ///   - capacity: the largest number of transitions.
    ///   - stepCount: the largest number of steps of a transition, n.
    ///   - discount: the discount of one step, γ.
    init(for policy: Policy, lanes: Int, capacity: Int, stepCount: Int, discount: Double) {
        let (observations, actions) = (policy.observationSpace.count, policy.distribution.actionWidth)
        buffer = ReplayBuffer(
            capacity: min(capacity, Self.firstRows), observationWidth: observations,
            actionWidth: actions, maskWidth: policy.maskWidth)
        assembler = TransitionAssembler(
            stepCount: stepCount, discount: discount, lanes: lanes,
            observationWidth: observations, actionWidth: actions, maskWidth: policy.maskWidth)
        self.capacity = capacity
        self.lanes = lanes
        actionCount =
            switch policy.actionSpace {
            case .discrete(let discrete): discrete.count
            case .multiDiscrete, .box: nil
            }
    }

    /// Appends the transitions that a rollout completes.
    ///
    /// - Parameter written: is told the buffer's row of each transition.
    mutating func append(_ batch: RolloutBatch, written: (Int) -> Void = { _ in }) {
        reserve(for: batch)
        if !isKnownUniquelyReferenced(&assembler) { assembler = TransitionAssembler(copying: assembler) }
        assembler.append(batch, to: buffer, written: written)
    }

    /// Makes room for the transitions that a rollout completes.
    mutating func reserve(for batch: RolloutBatch) {
        // Windows may hold stepCount − 1 steps of each lane from before.
        reserve(buffer.count + batch.count + (assembler.stepCount - 1) * lanes)
    }

    /// Makes room for a number of transitions, or for all there may be, in memory that no state shares. A buffer below
    /// its capacity is never full, so the oldest transition is in row 0.
    private mutating func reserve(_ count: Int) {
        if count >= buffer.capacity, buffer.capacity < capacity {
            buffer = ReplayBuffer(copying: buffer, capacity: min(capacity, max(2 * buffer.capacity, count + 1)))
        } else if !isKnownUniquelyReferenced(&buffer) {
            buffer = ReplayBuffer(copying: buffer, capacity: buffer.capacity)
        }
    }

    /// The same without transitions and windows.
    private var empty: ExperienceReplay {
        var empty = self
        empty.buffer = ReplayBuffer(
            capacity: min(capacity, Self.firstRows), observationWidth: buffer.observationWidth,
            actionWidth: buffer.actionWidth, maskWidth: buffer.maskWidth)
        empty.clearWindows()
        return empty
    }

    /// Gets ready for steps from another number of lanes, and forgets those that no transition begins with yet.
    mutating func adapt(to count: Int) {
        lanes = count
        clearWindows()
    }

    /// Forgets the steps that no transition begins with yet.
    mutating func clearWindows() {
        assembler = assembler(stepCount: assembler.stepCount)
    }
}

extension ExperienceReplay: Checkpointable {
    /// The transitions, in the buffer's own memory, and the windows.
    var state: StateTree {
        ["lanes": .int(Int64(lanes)), "transitions": buffer.sharedState, "windows": assembler.state]
    }

    /// Takes over transitions and windows; null is an empty replay. Windows of another number of environments are left
    /// behind, since those environments start afresh.
    ///
    /// - Throws: `StateError` when something is missing or does not fit; then nothing has changed.
    mutating func restore(from state: StateTree) throws(StateError) {
        var restored = empty
        if !state.isNull { try restored.fill(from: StateReader(state)) }
        self = restored
    }

    /// Takes over transitions and windows, empty as yet.
    private mutating func fill(from reader: StateReader) throws(StateError) {
        let transitions = try reader.child("transitions")
        let count = try transitions.int("count")
        guard (0...capacity).contains(count) else {
            throw try transitions.child("count").error(
                .outOfRange, "\(count) transitions do not fit a replay of \(capacity)")
        }
        // No memory is taken for transitions that are not there.
        _ = try transitions.child("observations").tensor(shape: [count, buffer.observationWidth])
        try requireActions(transitions, shape: [count, buffer.actionWidth])
        reserve(count)
        do throws(StateError) {
            try buffer.restore(from: transitions.tree)
        } catch {
            throw error.nested(under: transitions.path)
        }
        guard try reader.int("lanes") == lanes else { return }
        // Windows of another length than before the settings were changed are left behind, too.
        let stepCount = try savedStepCount(reader)
        try requireActions(reader.child("windows"), shape: [lanes, stepCount, buffer.actionWidth])
        var windows = assembler(stepCount: stepCount)
        try reader.restore("windows", into: &windows)
        if stepCount == assembler.stepCount { assembler = windows }
    }

    /// The lengths that windows may have, whatever a file says.
    private static let stepCounts = 1...1024

    /// The number of steps of the windows that were saved.
    private func savedStepCount(_ reader: StateReader) throws(StateError) -> Int {
        let rewards = try reader.child("windows").child("rewards")
        let shape = try rewards.tensor().shape
        guard shape.count == 2, shape[0] == lanes, Self.stepCounts.contains(shape[1]) else {
            throw rewards.error(.wrongShape, "\(shape) is no shape of windows of \(lanes) lanes")
        }
        return shape[1]
    }

    /// Empty windows.
    private func assembler(stepCount: Int) -> TransitionAssembler {
        TransitionAssembler(
            stepCount: stepCount, discount: assembler.discount, lanes: lanes,
            observationWidth: buffer.observationWidth, actionWidth: buffer.actionWidth, maskWidth: buffer.maskWidth)
    }

    /// Checks that discrete actions are indices of actions, since gradients are written to their places.
    private func requireActions(_ reader: StateReader, shape: [Int]) throws(StateError) {
        guard let actionCount else { return }
        for action in try reader.floats("actions", shape: shape) {
            guard let index = Int(exactly: action), (0..<actionCount).contains(index) else {
                throw try reader.child("actions").error(.outOfRange, "\(action) is none of \(actionCount) actions")
            }
        }
    }
}
