import ReinCheckpoints
import ReinNumerics
import ReinPolicies

/// The experience of a DQN learner: transitions over up to n steps, drawn uniformly or by priority.
struct DQNReplay: Sendable {
    private var experience: ExperienceReplay
    private var priorities: PrioritizedSampler?
    private var sampling: RandomStream

    init(policy: Policy, lanes: Int, settings: DQNConfiguration, random: RandomStream) {
        experience = ExperienceReplay(
            for: policy, lanes: lanes, capacity: settings.replayCapacity, stepCount: settings.stepCount,
            discount: settings.discount)
        priorities =
            settings.prioritizedReplay
            ? PrioritizedSampler(capacity: settings.replayCapacity, alpha: settings.priorityExponent) : nil
        sampling = random.stream("sampling")
    }

    /// The transitions.
    var buffer: ReplayBuffer { experience.buffer }

    /// Takes over the steps of a rollout.
    mutating func append(_ batch: RolloutBatch) {
        ownPriorities()
        let priorities = priorities
        experience.append(batch) { priorities?.insert($0) }
    }

    /// Forgets the steps that no transition begins with yet.
    mutating func forgetStepsInFlight() { experience.clearWindows() }

    /// Gets ready for steps from other lanes, and forgets those in flight.
    mutating func changeLanes(to lanes: Int) { experience.changeLanes(to: lanes) }

    /// Draws a batch.
    mutating func draw(_ batch: ReplayBatch, importanceExponent: Double) {
        if let priorities {
            priorities.sample(batch, from: buffer, beta: importanceExponent, using: &sampling)
        } else {
            batch.sampleUniformly(from: buffer, using: &sampling)
        }
    }

    /// Makes the errors of a batch the priorities of its transitions.
    mutating func update(_ batch: ReplayBatch, errors: UnsafePointer<Float>) {
        ownPriorities()
        priorities?.update(batch, errors: errors)
    }

    /// Makes sure that no state shares the memory of the priorities.
    private mutating func ownPriorities() {
        if !isKnownUniquelyReferenced(&priorities), let shared = priorities {
            priorities = PrioritizedSampler(copying: shared)
        }
    }
}

extension DQNReplay: Checkpointable {
    /// The stream of draws. The transitions are apart, in `transitions`.
    var state: StateTree { ["sampling": StateEncoder().encode(sampling)] }

    /// Takes over the stream of draws. States of earlier versions hold the transitions, too; otherwise there are none.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        sampling = try reader.decode(RandomStream.self, "sampling")
        let holdsTransitions = reader.optionalChild("experience") != nil
        try restoreTransitions(from: holdsTransitions ? state : ["experience": nil, "priorities": nil])
    }

    /// The transitions, the steps in flight and the priorities; the tree shares their memory.
    var transitions: StateTree {
        ["experience": experience.state, "priorities": priorities?.sharedState(count: buffer.count) ?? .null]
    }

    /// Takes over transitions; null is an empty replay.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    mutating func restoreTransitions(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.restore("experience", into: &experience)
        guard let (capacity, alpha) = priorities.map({ ($0.capacity, $0.alpha) }) else { return }
        priorities = nil  // Makes room first.
        let restored = PrioritizedSampler(capacity: capacity, alpha: alpha)
        priorities = restored
        if buffer.count > 0 { try restored.restore(from: reader.child("priorities"), count: buffer.count) }
    }
}
