import Foundation
import Rein
import Testing

/// Checkpoints that were written once and committed. Every later version must keep loading them.
@Suite("Checkpoints of version 1 keep loading")
struct CommittedCheckpointTests {
    static func path(_ format: CheckpointFormat) throws -> String {
        let resources = try #require(Bundle.module.resourcePath)
        return "\(resources)/Fixtures/cartpole-version-1-\(format.rawValue)"
    }

    @Test("Everything comes back and trains on", arguments: CheckpointFormat.allCases)
    func algorithm(format: CheckpointFormat) throws {
        let algorithm = try PPO(restoring: Self.path(format))
        #expect(algorithm.counters.iterations == 2)
        #expect(algorithm.counters.environmentSteps == 64)
        #expect(algorithm.configuration.network.hidden == [8])
        #expect(algorithm.episodes.episodes.count == 2)
        _ = try algorithm.train()
        #expect(algorithm.counters.environmentSteps == 96)
    }

    @Test("The policy gives the outputs that it gave", arguments: CheckpointFormat.allCases)
    func policy(format: CheckpointFormat) throws {
        let directory = try CheckpointDirectory(opening: Self.path(format))
        try directory.verify()
        let policy = try Policy(restoring: Self.path(format))
        #expect(policy.observationNormalizer?.moments.count == 64)
        let outputs = policy.outputs(for: [0.1, 0, 0, 0])
        #expect(abs(outputs[0] - -0.002_646_437_1) < 1e-6)
        #expect(abs(outputs[1] - -0.000_779_118_85) < 1e-6)
    }

    @Test("Both formats hold the same")
    func formats() throws {
        let native = try CheckpointDirectory(opening: Self.path(.native))
        let packed = try CheckpointDirectory(opening: Self.path(.msgpack))
        #expect(try native.algorithmState() == packed.algorithmState())
        #expect(try native.policyState() == packed.policyState())
    }
}
