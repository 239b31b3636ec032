import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// The experience of a DQN learner: transitions over up to n steps, drawn uniformly or by priority.
struct DQNReplay: Sendable {
    let buffer: ReplayBuffer
    private let assembler: TransitionAssembler
    private let priorities: PrioritizedSampler?
    private var sampling: RandomStream

    init(policy: Policy, lanes: Int, settings: DQNConfiguration, random: RandomStream) {
        let width = policy.observationSpace.count
        buffer = ReplayBuffer(capacity: settings.replayCapacity, observationWidth: width, actionWidth: 1)
        assembler = TransitionAssembler(
            stepCount: settings.stepCount, discount: settings.discount, lanes: lanes, observationWidth: width,
            actionWidth: 1)
        priorities =
            settings.prioritizedReplay
            ? PrioritizedSampler(capacity: settings.replayCapacity, alpha: settings.priorityExponent) : nil
        sampling = random.stream("sampling")
    }

    /// Takes over the steps of a rollout.
    func append(_ batch: RolloutBatch, steps: Int) {
        assembler.append(batch, steps: steps, to: buffer) { priorities?.insert($0) }
    }

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
            "transitions": includingTransitions ? buffer.state : .null,
            "stepsInFlight": includingTransitions ? assembler.state : .null,
            "priorities": includingTransitions ? priorities?.state(count: buffer.count) ?? .null : .null,
        ]
    }

    /// Takes over what was saved; without transitions the buffer stays empty.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    mutating func restore(from reader: StateReader) throws(StateError) {
        let sampling = try reader.decode(RandomStream.self, "sampling")
        if let transitions = reader.optionalChild("transitions") {
            do throws(StateError) {
                try buffer.restore(from: transitions.tree)
                try assembler.restore(from: reader.child("stepsInFlight").tree)
            } catch {
                throw error.nested(under: transitions.path)
            }
            if let priorities {
                try priorities.restore(from: try reader.child("priorities"), count: buffer.count)
            }
        }
        self.sampling = sampling
    }
}
