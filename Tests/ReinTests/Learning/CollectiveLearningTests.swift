import Testing

@testable import Rein

@Suite("Several participants learn as one")
struct CollectiveLearningTests {
    /// Each participant has the same experience, computes its own shards, and ends with the bits of one alone.
    private static func check<Method: Learner & SendableMetatype>(
        _ make: @Sendable @escaping () throws -> Trainee<Method>, rollouts: Int, participants: Int
    ) throws {
        var alone = try make()
        try alone.train(rollouts)
        let states = Participants.run(participants) { collective -> [StateTree] in
            guard var trainee = try? make() else { return [] }
            try? trainee.train(rollouts, in: LearningContext(collective: collective))
            return trainee.states
        }
        #expect(states == Array(repeating: alone.states, count: participants))
    }

    @Test("PPO, with normalised observations, scaled rewards, early stops and sequences", arguments: 2...4)
    func ppo(participants: Int) throws {
        try Self.check({ try Trainees.ppo { $0.targetKL = 0.02 } }, rollouts: 3, participants: participants)
        try Self.check({ try Trainees.recurrent() }, rollouts: 2, participants: participants)
    }

    @Test("DQN, with noise and priorities", arguments: 2...4)
    func dqn(participants: Int) throws {
        try Self.check({ try Trainees.dqn() }, rollouts: 8, participants: participants)
    }

    @Test("SAC, with priorities", arguments: 2...4)
    func sac(participants: Int) throws {
        try Self.check({ try Trainees.sac() }, rollouts: 8, participants: participants)
    }
}
