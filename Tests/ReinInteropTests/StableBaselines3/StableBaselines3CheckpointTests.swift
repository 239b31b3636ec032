import ReinCheckpoints
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinInterop

@Suite("Agents of Stable-Baselines3 as checkpoints")
struct StableBaselines3CheckpointTests {
    @Test("Every agent acts from every face as from its file, alone and in a batch")
    func faces() throws {
        let recorded = try RecordedAgents.committed()
        let agents = try recorded.recording.list("agents")
        #expect(agents.count == 24)
        for agent in agents {
            let name = try agent.string("file")
            let normalization = try agent.optionalChild("normalization").map { recorded.path(try $0.string()) }
            let bytes = try recorded.bytes(name)
            let expected = try StableBaselines3Agent(opening: recorded.path(name), normalization: normalization)
            let rows = try agent.list("rows").map { try $0.list().map { Float(try $0.double()) } }
            try withTemporaryDirectory { directory in
                let checkpoint = try Checkpoint(bytes: bytes)
                try checkpoint.write(to: "\(directory)/unpacked")
                let folder = try Checkpoint(dictionary: [name: .bytes(bytes), "notes.txt": .bytes([1])])
                try folder.write(to: "\(directory)/zip")
                var noted = try Checkpoint(directory: "\(directory)/unpacked")
                try noted.setMetadata(["return": 1])
                let packed = try ZipFile.bytes(ZipFile.entries(bytes), isCompressed: true)
                for face in [
                    checkpoint, noted, try Checkpoint(bytes: packed), try Checkpoint(dictionary: noted.dictionary()),
                    try Checkpoint(bytes: noted.bytes()), try Checkpoint(directory: "\(directory)/zip"),
                ] {
                    let restored = try StableBaselines3Agent(restoring: face, normalization: normalization)
                    #expect(restored.policy == expected.policy && restored.version == expected.version, "\(name)")
                    Self.check(restored.policy, expected.policy, rows, name)
                }
            }
        }
    }

    /// Compares the actions of two policies, one by one and for all rows at once.
    private static func check(_ policy: Policy, _ expected: Policy, _ rows: [[Float]], _ name: String) {
        for row in rows { #expect(policy.action(for: row) == expected.action(for: row), "\(name)") }
        let width = policy.actionSpace.width
        var actions = [Float](repeating: 0, count: rows.count * width)
        PolicyInference(policy, rows: rows.count).act(
            rows: rows.count, observations: rows.flatMap { $0 }, into: &actions)
        var single = [Float](repeating: 0, count: width)
        for (index, row) in rows.enumerated() {
            PolicyInference(expected).act(observations: row, into: &single)
            #expect(single == Array(actions[(index * width)..<((index + 1) * width)]), "\(name), row \(index)")
        }
    }

    @Test("What is no agent, or several, or damaged, is said with its name")
    func refusals() throws {
        let bytes = try RecordedAgents.committed().bytes("ppo_discrete.zip")
        var error = try #require(
            stateError { _ = try StableBaselines3Agent(restoring: Checkpoint(dictionary: ["a": 1])) })
        #expect(error.code == .notFound && error.path == "checkpoint" && error.message.contains("policy.pth"))
        let several = try Checkpoint(dictionary: ["a.zip": .bytes(bytes), "b.zip": .bytes(bytes)])
        error = try #require(stateError { _ = try StableBaselines3Agent(restoring: several) })
        #expect(error.code == .malformed && error.message.contains("\"a.zip\", \"b.zip\""))
        let damaged = try Checkpoint(bytes: ZipFile.replacing(["data": [1]], in: bytes))
        error = try #require(stateError { _ = try StableBaselines3Agent(restoring: damaged) })
        #expect(error.path.hasPrefix("checkpoint/data"))
        let remote = try Checkpoint(uri: "memory://nobody/agent")
        error = try #require(stateError { _ = try StableBaselines3Agent(restoring: remote) })
        #expect(error.message.contains("downloaded()"))
    }
}
