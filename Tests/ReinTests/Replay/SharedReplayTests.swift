import ReinNumerics
import Testing

@testable import Rein

/// The state of a replay shares its memory, and must be a value all the same.
@Suite("Replay and its states share memory until it changes")
struct SharedReplayTests {
    static func observations(_ state: StateTree) throws -> StateTensor {
        try StateReader(state).child("transitions").tensor("observations")
    }

    @Test("A state shares the buffer's memory, which is not copied again once the state is gone")
    func noCopy() throws {
        let policy = try ExperienceReplayTests.policy(.box(Box(-1...1, shape: [1])))
        var replay = ExperienceReplayTests.replay(SACConfiguration(), policy, lanes: 1)
        ExperienceReplayTests.append(5, from: 0, to: &replay, policy: policy)
        let place = UnsafeRawPointer(replay.buffer.observations.pointer)
        try Self.observations(replay.state).withUnsafeBytes { #expect($0.baseAddress == place) }
        ExperienceReplayTests.append(5, from: 5, to: &replay, policy: policy)
        #expect(UnsafeRawPointer(replay.buffer.observations.pointer) == place)
    }

    @Test("A state that is kept stays as it is, whatever is appended", arguments: [20, 4])
    func value(capacity: Int) throws {
        let policy = try ExperienceReplayTests.policy(.box(Box(-1...1, shape: [1])))
        let configuration = SACConfiguration().with { $0.replayCapacity = capacity }
        var replay = ExperienceReplayTests.replay(configuration, policy, lanes: 1)
        var other = ExperienceReplayTests.replay(configuration, policy, lanes: 1)
        ExperienceReplayTests.append(6, from: 0, to: &replay, policy: policy)
        ExperienceReplayTests.append(6, from: 0, to: &other, policy: policy)
        let state = replay.state
        let copy = replay
        ExperienceReplayTests.append(3, from: 6, to: &replay, policy: policy)
        #expect(state == other.state)
        #expect(try Self.observations(copy.state) == Self.observations(state))
        ExperienceReplayTests.append(3, from: 6, to: &other, policy: policy)
        #expect(replay.state == other.state)
        #expect(replay.state != state)
    }

    @Test("The public state of a buffer is a copy")
    func publicState() throws {
        let buffer = ReplayBuffer(capacity: 2, observationWidth: 1, actionWidth: 1)
        buffer.append(observation: [1], action: [2], reward: 3, discount: 4, nextObservation: [5])
        let state = buffer.state
        #expect(state == buffer.sharedState)
        buffer.observations[0] = 7
        #expect(try StateReader(state).tensor("observations").floats() == [1])
    }

    @Test("Priorities that are kept stay as they are, too")
    func priorities() throws {
        let policy = try #require(try DQN(environment: CartPole.self).policy())
        let settings = DQNConfiguration().with { $0.replayCapacity = 8 }
        var replay = TransitionReplay(for: policy, lanes: 1, settings: settings)
        func append() {
            let batch = RolloutBatch(steps: 3, lanes: 1, policy: policy, columns: .finalObservations)
            for step in 0..<3 { batch.statuses.pointer[step] = .running }
            replay.append(batch)
        }
        append()
        let sample = ReplayBatch(rows: 2, of: replay.buffer)
        func priorities(_ state: StateTree) throws -> [Double] {
            try StateReader(state).child("priorities").tensor("priorities").doubles()
        }
        let kept = replay.state
        let before = try priorities(kept)
        replay.update(sample, errors: [5, 5])
        #expect(try priorities(kept) == before)
        let changed = replay.state
        let after = try priorities(changed)
        #expect(after != before)
        append()
        #expect(try priorities(changed) == after)
        var restored = TransitionReplay(for: policy, lanes: 1, settings: settings)
        try restored.restore(from: replay.state)
        #expect(restored.state == replay.state)
        try restored.restore(from: changed)
        #expect(restored.state == changed)
    }
}
