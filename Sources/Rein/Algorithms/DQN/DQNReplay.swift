import ReinCheckpoints
import ReinNumerics
import ReinPolicies

/// The experience of a DQN learner: transitions over up to n steps, drawn uniformly or by priority.
struct DQNReplay: Sendable {
    private var experience: ExperienceReplay
    private let priorities: PrioritizedSampler?
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
    mutating func append(_ batch: RolloutBatch, steps: Int) {
        let priorities = priorities
        experience.append(batch, steps: steps) { priorities?.insert($0) }
    }

    /// Forgets the steps that no transition begins with yet.
    mutating func forgetStepsInFlight() { experience.clearWindows() }

    /// Draws a batch.
    mutating func draw(_ batch: ReplayBatch, importanceExponent: Double) {
        if let priorities {
            priorities.sample(batch, from: buffer, beta: importanceExponent, using: &sampling)
        } else {
            batch.sampleUniformly(from: buffer, using: &sampling)
        }
    }

    /// Makes the errors of a batch the priorities of its transitions.
    func update(_ batch: ReplayBatch, errors: UnsafePointer<Float>) { priorities?.update(batch, errors: errors) }
}

extension DQNReplay {
    /// The stream of draws and, if asked for, transitions, their priorities and the steps in flight.
    func state(includingTransitions: Bool) -> StateTree {
        [
            "sampling": StateEncoder().encode(sampling),
            "experience": includingTransitions ? experience.state : .null,
            "priorities": includingTransitions ? priorities?.state(count: buffer.count) ?? .null : .null,
        ]
    }

    /// Takes over what was saved; without transitions the buffer stays empty.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    mutating func restore(from reader: StateReader) throws(StateError) {
        let sampling = try reader.decode(RandomStream.self, "sampling")
        try reader.restore("experience", into: &experience)
        if let priorities {
            try priorities.restore(from: try reader.child("priorities"), count: buffer.count)
        }
        self.sampling = sampling
    }
}
