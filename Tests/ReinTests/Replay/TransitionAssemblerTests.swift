import Rein
import ReinTestSupport
import Testing

@Suite("Transitions over several steps")
struct TransitionAssemblerTests {
    /// A rollout of one environment: observations 0, 1, 2 ... with rewards 1, 10, 100 ... and the statuses given. At
    /// the end of an episode the final observation is 1000 + the step.
    private func batch(_ statuses: [Status]) throws -> RolloutBatch {
        let policy = try DQNLearner.makePolicy(
            observationSpace: Box(low: [0], high: [1]), actionSpace: .discrete(2), configuration: DQN.Configuration(),
            random: RandomStream(seed: 1, name: "policy"))
        let batch = RolloutBatch(steps: statuses.count, lanes: 1, policy: policy, columns: .finalObservations)
        var reward: Float = 1
        for (step, status) in statuses.enumerated() {
            batch.observations.pointer[step] = Float(step)
            batch.finalObservations.pointer[step] = Float(1000 + step)
            batch.actions.pointer[step] = Float(step % 2)
            batch.rewards.pointer[step] = reward
            batch.statuses.pointer[step] = status
            reward *= 10
        }
        batch.observations.pointer[statuses.count] = Float(statuses.count)
        return batch
    }

    private struct Row: Equatable {
        var from: Float
        var to: Float
        var reward: Float
        var discount: Float
    }

    private func rows(_ buffer: ReplayBuffer) -> [Row] {
        (0..<buffer.count).map {
            Row(
                from: buffer.observations.pointer[$0], to: buffer.nextObservations.pointer[$0],
                reward: buffer.rewards.pointer[$0], discount: buffer.discounts.pointer[$0])
        }
    }

    @Test("One step: the next observation, or the final one; no future after termination")
    func oneStep() throws {
        let buffer = ReplayBuffer(capacity: 10, observationWidth: 1, actionWidth: 1)
        let assembler = TransitionAssembler(
            stepCount: 1, discount: 0.5, lanes: 1, observationWidth: 1, actionWidth: 1)
        assembler.append(try batch([.running, .truncated, .terminated]), to: buffer)
        #expect(
            rows(buffer) == [
                Row(from: 0, to: 1, reward: 1, discount: 0.5), Row(from: 1, to: 1001, reward: 10, discount: 0.5),
                Row(from: 2, to: 1002, reward: 100, discount: 0),
            ])
    }

    @Test("Three steps: discounted by the steps that they really span, never across an end")
    func threeSteps() throws {
        let buffer = ReplayBuffer(capacity: 10, observationWidth: 1, actionWidth: 1)
        let assembler = TransitionAssembler(
            stepCount: 3, discount: 0.5, lanes: 1, observationWidth: 1, actionWidth: 1)
        assembler.append(
            try batch([.running, .running, .running, .truncated, .running, .terminated]), to: buffer)
        #expect(
            rows(buffer) == [
                Row(from: 0, to: 3, reward: 1 + 5 + 25, discount: 0.125),
                Row(from: 1, to: 1003, reward: 10 + 50 + 250, discount: 0.125),
                Row(from: 2, to: 1003, reward: 100 + 500, discount: 0.25),
                Row(from: 3, to: 1003, reward: 1000, discount: 0.5),
                Row(from: 4, to: 1005, reward: 10_000 + 50_000, discount: 0),
                Row(from: 5, to: 1005, reward: 100_000, discount: 0),
            ])
    }

    @Test("Steps in flight wait for the next rollout, also across a save")
    func inFlight() throws {
        func assembler() -> TransitionAssembler {
            TransitionAssembler(stepCount: 3, discount: 0.5, lanes: 1, observationWidth: 1, actionWidth: 1)
        }
        let whole = ReplayBuffer(capacity: 10, observationWidth: 1, actionWidth: 1)
        let first = assembler()
        first.append(try batch([.running, .running]), to: whole)
        #expect(whole.count == 0)
        let second = assembler()
        try second.restore(from: first.state)
        let copy = ReplayBuffer(capacity: 10, observationWidth: 1, actionWidth: 1)
        let rollout = try batch([.running, .running, .running])
        first.append(rollout, to: whole)
        second.append(rollout, to: copy)
        #expect(whole.count == 3)
        #expect(rows(whole) == rows(copy))
    }

    @Test("A full buffer forgets the oldest transitions, and comes back from its state")
    func ring() throws {
        let buffer = ReplayBuffer(capacity: 3, observationWidth: 1, actionWidth: 1)
        for number in 0..<5 {
            buffer.append(
                observation: [Float(number)], action: [0], reward: 0, discount: 1, nextObservation: [0])
        }
        #expect(rows(buffer).map(\.from) == [3, 4, 2])
        #expect(buffer.count == 3 && buffer.head == 2)
        let copy = ReplayBuffer(capacity: 3, observationWidth: 1, actionWidth: 1)
        try copy.restore(from: buffer.state)
        #expect(copy.state == buffer.state)
        let smaller = ReplayBuffer(capacity: 2, observationWidth: 1, actionWidth: 1)
        #expect(throws: StateError.self) { try smaller.restore(from: buffer.state) }
    }
}
