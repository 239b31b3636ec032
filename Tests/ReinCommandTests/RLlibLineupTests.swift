import Foundation
import Rein
import ReinTestSupport
import Testing

/// `REIN_RLLIB_LINEUPS` says how many algorithms to make; with `REIN_RLLIB_PYTHON`, an interpreter with RLlib 2.10, that
/// loads them, too (`Scripts/check-interoperability`).
@Suite("Random algorithms for RLlib")
struct RLlibLineupTests {
    static let interpreter = PythonInterpreter(variable: "REIN_RLLIB_PYTHON")
    static let count = ProcessInfo.processInfo.environment["REIN_RLLIB_LINEUPS"].flatMap(Int.init) ?? 8

    /// The tree of a MessagePack file as RLlib sees it.
    static func file(_ path: String) throws -> StateReader {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        return StateReader(try MessagePackCodec().decode(plain: StateBytes(bytes)))
    }

    @Test("What is written for RLlib is whole, and what is not is said", arguments: 0..<count)
    func statements(number: Int) throws {
        let scratch = try Scratch()
        let lineup = try RLlibLineup(number, in: scratch)
        let ids = try CheckpointDirectory(opening: lineup.path).policyIDs
        var configs: [StateReader] = []
        for id in ids {
            let file = try Self.file("\(lineup.path)/policies/\(id)/policy_state.msgpck")
            let specification = file.optionalChild("policy_spec")
            #expect((specification == nil) == lineup.isRefused(id), "\(id): \(lineup.words)")
            if let specification { configs.append(try specification.child("config")) }
        }
        if configs.count < ids.count { #expect(lineup.isRefused) }
        guard !lineup.isRefused else { return }
        let config = try Self.file("\(lineup.path)/algorithm_state.msgpck").child("config")
        #expect(try config.string("observation_filter") == "NoFilter")
        let described = [
            "model", "hiddens", "dueling", "policy_model_config", "q_model_config", "normalize_actions", "clip_rewards",
        ]
        let policies = try config.child("policies")
        for (id, own) in zip(ids, configs) {
            var overrides = StateReader(.map([:]))
            if case .map = policies.tree { overrides = try policies.child(id.string).list()[3] }
            #expect(overrides.optionalChild("observation_filter") == nil)
            #expect(overrides.optionalChild("num_workers") == nil)
            // Laid over the algorithm's, they describe the policy.
            for key in described {
                let laid = overrides.optionalChild(key)?.tree ?? config.optionalChild(key)?.tree
                let same = laid == own.optionalChild(key)?.tree
                #expect(same, "\(key) of \(id)")
            }
        }
    }

    @Test("Policies that RLlib does not give an environment of one agent are said", arguments: [1, 2])
    func oneAgent(count: Int) throws {
        let scratch = try Scratch()
        try scratch.savePolicies(count, to: "algorithm")
        let words = try scratch.done(["convert-checkpoint", "algorithm", "out", "--to", "msgpack"]).errors
        #expect(words.contains("RLlib will not load the algorithm: to CartPole-v1, an environment of one agent"))
        #expect(try scratch.done(["convert-checkpoint", "algorithm", "native", "--to", "native"]).errors.isEmpty)
    }

    @Test(
        "Real RLlib loads those that rein says it does, with the same outputs, and none of the others",
        .enabled(if: interpreter != nil, "REIN_RLLIB_PYTHON names no Python interpreter with RLlib"))
    func loads() throws {
        let interpreter = try #require(Self.interpreter)
        let scratch = try Scratch()
        let folder = scratch.path("checked/algorithms")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for number in 0..<Self.count {
            let lineup = try RLlibLineup(number, in: scratch)
            let place = "\(folder)/lineup\(number)"
            try FileManager.default.moveItem(atPath: lineup.path, toPath: place)
            let note: StateTree = ["loads": .bool(!lineup.isRefused)]
            try Data(JSON.text(note).utf8).write(to: URL(fileURLWithPath: place + ".json"))
        }
        #expect(interpreter.run(script: "check_with_rllib.py", [scratch.path("checked")]) == 0)
    }
}
