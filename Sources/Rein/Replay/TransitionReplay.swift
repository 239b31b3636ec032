import ReinCheckpoints
import ReinNumerics
import ReinPolicies

/// The experience that a learner draws from: transitions over up to n steps, drawn uniformly or by priority.
struct TransitionReplay: Sendable {
    private var experience: ExperienceReplay
    private var priorities: PrioritizedSampler?

    /// Creates an empty replay.
    ///
    /// - Parameters:
    ///   - policy: the policy that learns, for its spaces.
    ///   - lanes: the number of lanes that give it experience.
    init(for policy: Policy, lanes: Int, settings: some ReplayConfiguration) {
        experience = ExperienceReplay(
            for: policy, lanes: lanes, capacity: settings.replayCapacity, stepCount: settings.stepCount,
            discount: settings.discount)
        if settings.prioritizedReplay {
            priorities = PrioritizedSampler(
                capacity: experience.buffer.capacity,
                rule: PrioritizedSampler.Rule(
                    exponent: settings.priorityExponent, epsilon: settings.prioritizedReplayEpsilon,
                    sampling: settings.prioritizedReplaySampling))
        }
    }

    /// The transitions.
    var buffer: ReplayBuffer { experience.buffer }

    /// Whether errors matter to what is drawn.
    var isPrioritized: Bool { priorities != nil }

    /// Takes over the steps of a rollout.
    mutating func append(_ batch: RolloutBatch) {
        experience.reserve(for: batch)
        ownPriorities()
        let priorities = priorities
        experience.append(batch) { priorities?.insert($0) }
    }

    /// Forgets the steps that no transition begins with yet.
    mutating func forgetStepsInFlight() { experience.clearWindows() }

    /// Gets ready for steps from other lanes, and forgets those in flight.
    mutating func adapt(to lanes: Int) { experience.adapt(to: lanes) }

    /// Draws a batch.
    ///
    /// - Parameter importanceExponent: β; not read where all transitions are equally likely.
    func draw(_ batch: ReplayBatch, importanceExponent: Double, using random: inout RandomStream) {
        if let priorities {
            priorities.sample(batch, from: buffer, beta: importanceExponent, using: &random)
        } else {
            batch.sampleUniformly(from: buffer, using: &random)
        }
    }

    /// Makes the errors of a batch the priorities of its transitions.
    mutating func update(_ batch: ReplayBatch, errors: UnsafePointer<Float>) {
        ownPriorities()
        priorities?.update(batch, errors: errors)
    }

    /// Makes sure that no state shares the memory of the priorities, and that they are as many as the buffer's rows.
    private mutating func ownPriorities() {
        let isOwn = isKnownUniquelyReferenced(&priorities)
        guard let shared = priorities, !isOwn || shared.capacity < buffer.capacity else { return }
        priorities = PrioritizedSampler(copying: shared, capacity: buffer.capacity)
    }
}

extension TransitionReplay: Checkpointable {
    /// The transitions, the steps in flight and the priorities; the tree shares their memory.
    var state: StateTree {
        ["experience": experience.state, "priorities": priorities?.sharedState(count: buffer.count) ?? .null]
    }

    /// Takes over transitions; null is an empty replay. SAC's of earlier versions have no place for priorities, and those
    /// of a replay without priorities are as likely as new ones.
    ///
    /// - Throws: `StateError` when something is missing or does not fit; then nothing has changed.
    mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let holdsTransitionsOnly = reader.optionalChild("transitions") != nil
        var restored = self
        if state.isNull || holdsTransitionsOnly {
            try restored.experience.restore(from: state)
        } else {
            try reader.restore("experience", into: &restored.experience)
        }
        if let rule = priorities?.rule {
            restored.priorities = try Self.priorities(
                of: restored.buffer, rule: rule, from: holdsTransitionsOnly || state.isNull ? nil : reader)
        }
        self = restored
    }

    /// The priorities of a buffer's rows: those that were saved, or else those of new transitions.
    private static func priorities(
        of buffer: ReplayBuffer, rule: PrioritizedSampler.Rule, from reader: StateReader?
    ) throws(StateError) -> PrioritizedSampler {
        let priorities = PrioritizedSampler(capacity: buffer.capacity, rule: rule)
        guard buffer.count > 0 else { return priorities }
        if let saved = try reader?.child("priorities"), !saved.tree.isNull {
            try priorities.restore(from: saved, count: buffer.count)
        } else {
            for row in 0..<buffer.count { priorities.insert(row) }
        }
        return priorities
    }
}
