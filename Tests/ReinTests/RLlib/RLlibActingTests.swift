import Foundation
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Algorithms of RLlib's that only act")
struct RLlibActingTests {
    @Test(
        "An algorithm whose policies cannot be trained here converts whole, and acts",
        arguments: CheckpointFormat.allCases)
    func converts(format: CheckpointFormat) throws {
        try withTemporaryDirectory { directory in
            let original = try "\(RLlibFixture.directory)/ppo_multi/checkpoint"
            let path = "\(directory)/rllib"
            try FileManager.default.copyItem(atPath: original, toPath: path)
            let changed: [PolicyID] = ["pol1", "pol3"]
            for id in changed {
                let policy = "\(path)/policies/\(id)"
                try FileManager.default.removeItem(atPath: policy)
                try RLlibFixture.copy("\(original)/policies/\(id)", to: policy) {
                    RLlibFixture.replacing(["policy_spec", "config", "use_gae"], by: false, in: $0)
                }
            }
            try CheckpointDirectory.convert(from: path, to: "\(directory)/c", format: format)
            let converted = try CheckpointDirectory(opening: "\(directory)/c")
            let trained = try SavedCheckpoint(DirectorySource(converted)).algorithm().lineup.policiesToTrain
            #expect(trained == ["pol0", "pol2", "pol4"])
            let problems = try SavedCheckpoint(opening: path).trainingProblems().map(\.id)
            #expect(problems == changed.map { $0 })
            for (id, fixture) in try RLlibFixture.policies(of: "ppo_multi") {
                let policy = try Policy(restoring: "\(directory)/c", id: id)
                fixture.expectSame(policy)
                #expect((policy.learnerState == nil) == changed.contains(id))
            }
            // Training goes on with the others; with all of them it says why not.
            let agents = (0..<5).map { AgentID("agent_\($0)") }
            let mapping: PolicyMapping = [
                "agent_0": "pol0", "agent_1": "pol1", "agent_2": "pol2", "agent_3": "pol3", "*": "pol4",
            ]
            let algorithm = try PPO(
                restoring: "\(directory)/c", environment: .init(named: "CartPole-v1"),
                lineup: LineupChanges(agents: agents, mapping: mapping))
            #expect(algorithm.policiesToTrain == trained)
            _ = try algorithm.train()
            let error = try #require(throws: StateError.self) {
                _ = try PPO(
                    restoring: path, environment: .init(named: "CartPole-v1"),
                    lineup: LineupChanges(agents: agents, mapping: mapping))
            }
            #expect("\(error)".contains("use_gae"), "\(error)")
        }
    }
}
