import Testing

@testable import Rein

@Suite("The replay of off-policy learners")
struct ExperienceReplayTests {
    static func policy(_ actionSpace: ActionSpace) throws -> Policy {
        try SACLearner.makePolicy(
            observationSpace: Box(-1...1, shape: [1]), actionSpace: actionSpace,
            configuration: SACConfiguration().with { $0.network.hidden = [4] },
            random: RandomStream(seed: 1, name: "replay"))
    }

    static func replay(_ configuration: SACConfiguration, _ policy: Policy, lanes: Int) -> ExperienceReplay {
        ExperienceReplay(
            for: policy, lanes: lanes, capacity: configuration.replayCapacity, stepCount: configuration.stepCount,
            discount: configuration.discount)
    }

    /// Appends steps whose observations and rewards are numbered from `first`.
    static func append(
        _ steps: Int, from first: Int, to replay: inout ExperienceReplay, policy: Policy, action: Float = 0
    ) {
        let batch = RolloutBatch(steps: steps, lanes: 1, policy: policy, columns: .finalObservations)
        for step in 0...steps { batch.observations.pointer[step] = Float(first + step) }
        for step in 0..<steps {
            batch.actions.pointer[step] = action
            batch.rewards.pointer[step] = Float(first + step)
            batch.statuses.pointer[step] = .running
        }
        replay.append(batch)
    }

    @Test("It grows with its transitions in their order, up to its capacity and then over the oldest")
    func growth() throws {
        let policy = try Self.policy(.box(Box(-1...1, shape: [1])))
        let configuration = SACConfiguration().with { $0.replayCapacity = 10_000 }
        var replay = Self.replay(configuration, policy, lanes: 1)
        #expect(replay.buffer.capacity < 10_000)
        for first in stride(from: 0, to: 9000, by: 3000) { Self.append(3000, from: first, to: &replay, policy: policy) }
        #expect(replay.buffer.count == 9000)
        let numbers = (0..<9000).map { Float($0) }
        #expect(Array(replay.buffer.rewards.elements.prefix(9000)) == numbers)
        #expect(Array(replay.buffer.observations.elements.prefix(9000)) == numbers)
        #expect(Array(replay.buffer.nextObservations.elements.prefix(9000)) == numbers.map { $0 + 1 })
        Self.append(3000, from: 9000, to: &replay, policy: policy)
        #expect(replay.buffer.capacity == 10_000)
        #expect(replay.buffer.count == 10_000)
        #expect(replay.buffer.rewards[0] == 10_000)
        #expect(replay.buffer.rewards[1999] == 11_999)
        #expect(replay.buffer.rewards[2000] == 2000)
        var restored = Self.replay(configuration, policy, lanes: 1)
        try restored.restore(from: replay.state)
        #expect(restored.state == replay.state)
        try restored.restore(from: .null)
        #expect(restored.buffer.count == 0)
    }

    @Test("Windows come back with their environments, and are left behind when there are others")
    func windows() throws {
        let policy = try Self.policy(.box(Box(-1...1, shape: [1])))
        let configuration = SACConfiguration().with { $0.stepCount = 3 }
        var replay = Self.replay(configuration, policy, lanes: 1)
        Self.append(5, from: 0, to: &replay, policy: policy)
        #expect(replay.buffer.count == 3)
        var same = Self.replay(configuration, policy, lanes: 1)
        try same.restore(from: replay.state)
        Self.append(2, from: 5, to: &replay, policy: policy)
        Self.append(2, from: 5, to: &same, policy: policy)
        #expect(same.state == replay.state)
        var wider = Self.replay(configuration, policy, lanes: 2)
        try wider.restore(from: replay.state)
        #expect(wider.buffer.count == replay.buffer.count)
    }

    @Test("Transitions with actions that do not exist, or too many of them, are refused")
    func refusal() throws {
        let policy = try Self.policy(.discrete(3))
        var replay = Self.replay(SACConfiguration(), policy, lanes: 1)
        Self.append(5, from: 0, to: &replay, policy: policy, action: 2)
        var restored = Self.replay(SACConfiguration(), policy, lanes: 1)
        try restored.restore(from: replay.state)
        let small = SACConfiguration().with { $0.replayCapacity = 4 }
        var tiny = Self.replay(small, policy, lanes: 1)
        #expect(throws: StateError.self) { try tiny.restore(from: replay.state) }
        for action: Float in [3, -1, 0.5, .nan] {
            var wrong = Self.replay(SACConfiguration(), policy, lanes: 1)
            Self.append(5, from: 0, to: &wrong, policy: policy, action: action)
            let error = #expect(throws: StateError.self) { try restored.restore(from: wrong.state) }
            #expect(error?.path == "transitions/actions")
        }
    }
}
