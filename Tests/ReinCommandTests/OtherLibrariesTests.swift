import Foundation
import Rein
import ReinTestSupport
import Testing

@Suite("rein with files of other libraries")
struct OtherLibrariesTests {
    /// A recorded file of another test target.
    static func fixture(_ path: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../" + path).standardizedFileURL.path
    }

    static func rllib(_ name: String) -> String { fixture("ReinTestSupport/Fixtures/RLlib/\(name)") }

    static func agent(_ name: String) -> String { fixture("ReinInteropTests/Fixtures/StableBaselines3/\(name)") }

    /// Lines for `rein predict`.
    static func input(_ observations: some Sequence<StateReader>) -> String {
        observations.map { JSON.text(["observation": $0.tree]) + "\n" }.joined()
    }

    /// Compares the answers with recorded numbers.
    static func expectSame(
        _ output: String, outputs: some Collection<StateReader>, actions: some Collection<StateReader>
    ) throws {
        let answers = try output.split(separator: "\n").map { try document(String($0)) }
        #expect(answers.count == outputs.count)
        func numbers(_ reader: StateReader) throws -> [Double] {
            guard case .list = reader.tree else { return [try reader.double()] }
            return try reader.list().map { try $0.double() }
        }
        for (answer, (output, action)) in zip(answers, zip(outputs, actions)) {
            for (key, expected) in [("outputs", output), ("action", action)] {
                let pairs = try zip(numbers(answer.child(key)), numbers(expected))
                #expect(pairs.allSatisfy { abs($0 - $1) <= 1e-5 }, "\(key): \(answer.tree), not \(expected.tree)")
            }
        }
    }

    @Test(
        "predict answers as RLlib does",
        arguments: [("dqn_cartpole", "q_values"), ("ppo_cartpole", "logits"), ("ppo_multi", "logits")])
    func predicts(name: String, key: String) throws {
        let scratch = try Scratch()
        let text = try String(contentsOfFile: Self.rllib("\(name)/expected.json"), encoding: .utf8)
        for (id, expected) in try document(text).child("policies").map() {
            let input = Self.input(try expected.list("observations"))
            for arguments in [["\(name)/checkpoint", "--policy", id], ["\(name)/checkpoint/policies/\(id)"]] {
                let path = [Self.rllib(arguments[0])] + arguments.dropFirst()
                let output = try scratch.done(["predict"] + path, input: input).output
                try Self.expectSame(output, outputs: expected.list(key), actions: expected.list("actions"))
            }
        }
    }

    @Test("An agent whose observations were unbounded in an older spelling plays, and its errors name what differs")
    func olderBounds() throws {
        let scratch = try Scratch()
        try scratch.done(["convert-checkpoint", Self.agent("ppo_largest_floats.zip"), "agent", "--to", "native"])
        let report = try document(
            scratch.done(["evaluate", "agent", "--environment", "CartPole-v1", "--episodes", "20", "--json"]).output)
        #expect(try report.double("returnMean") == 500)
        #expect(try report.double("returnMinimum") == 500)
        for (environment, difference) in [
            ("MountainCar-v0", "observations of shape [4], environment MountainCar-v0 has observations of shape [2]"),
            ("Pendulum-v1", "observations of shape [4], environment Pendulum-v1 has observations of shape [3]"),
        ] {
            let refused = try scratch.rein("evaluate", "agent", "--environment", environment)
            #expect(refused.code == 2)
            #expect(refused.errors.contains("policy: the policy is for \(difference)"), "\(refused.errors)")
        }
    }

    @Test("inspect, evaluate, extract, convert-checkpoint and train --resume take RLlib's checkpoints")
    func rllibCheckpoints() throws {
        let scratch = try Scratch()
        let source = Self.rllib("dqn_cartpole/checkpoint")
        #expect(try scratch.done(["inspect", source]).output.contains("CartPole-v1"))
        try scratch.done(["evaluate", source, "--episodes", "2"])
        try scratch.done(["extract", source, "alone"])
        #expect(try scratch.done(["verify", "alone"]).output.contains("good"))
        try scratch.done(["convert-checkpoint", source, "native", "--to", "native"])
        #expect(try scratch.done(["verify", "native"]).output.contains("good"))
        try scratch.done(["convert-checkpoint", "native", "msgpack", "--to", "msgpack"])
        try scratch.done(["convert-checkpoint", "msgpack", "back", "--to", "native"])
        #expect(try scratch.files("native") == scratch.files("back"))
        try scratch.done(["train", "--resume", source, "--output", "run", "--stop-steps", "1500", "--quiet"])
        #expect(try scratch.done(["verify", "run"]).output.contains("good"))
    }

    @Test("train --resume takes another environment, where the checkpoint's has no name here")
    func otherEnvironment() throws {
        let scratch = try Scratch()
        let resume = [
            "train", "--resume", Self.rllib("ppo_multi/checkpoint"), "--mapping", "*=pol0", "--output", "run",
            "--stop-steps", "1500", "--quiet",
        ]
        for command in [resume, ["evaluate", Self.rllib("ppo_multi/checkpoint")]] {
            let refused = try CommandProcess(command, in: scratch.directory).wait()
            #expect(refused.code == 2, "\(refused)")
            #expect(refused.errors.contains("unknown environment \"multi_agent_cartpole\""), "\(refused)")
            #expect(refused.errors.contains("as --environment NAME"), "\(refused)")
        }
        #expect(!scratch.exists("run"))
        try scratch.done(resume + ["--environment", "CartPole-v1"])
        #expect(try scratch.done(["inspect", "run"]).output.contains("CartPole-v1"))
        let unknown = try CommandProcess(resume + ["--environment", "CartPale-v1"], in: scratch.directory).wait()
        #expect(unknown.code == 2 && unknown.errors.contains("CartPole-v1"), "\(unknown)")
    }

    @Test("convert-checkpoint makes a policy of a Stable-Baselines3 agent, which predict then answers with")
    func agents() throws {
        let scratch = try Scratch()
        let text = try String(contentsOfFile: Self.agent("expected.json"), encoding: .utf8)
        for expected in try document(text).list("agents") where try expected.string("file") == "ppo_discrete.zip" {
            let source = Self.agent("ppo_discrete.zip")
            let output = try scratch.done(["convert-checkpoint", source, "agent", "--to", "native"]).output
            #expect(output.contains("PPO of Stable-Baselines3 2."))
            let answers = try scratch.done(
                ["predict", "agent"], input: Self.input(expected.list("rows")))
            try Self.expectSame(
                answers.output, outputs: expected.list("outputs"),
                actions: try expected.list("actions").map { try $0.list()[0] })
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: source)))
            let folder = scratch.directory.path
            try Checkpoint(bytes: bytes).write(to: "\(folder)/unpacked")
            try scratch.done(["convert-checkpoint", "unpacked", "same", "--to", "native"])
            #expect(try files(below: "\(folder)/same") == files(below: "\(folder)/agent"))
        }
    }

    @Test("convert-checkpoint names the policies that RLlib will not open")
    func warnings() throws {
        let scratch = try Scratch()
        try scratch.train("run", ["--set", "network.recurrent=lstm"])
        let outcome = try scratch.done(["convert-checkpoint", "run", "out", "--to", "msgpack"])
        #expect(outcome.errors.contains("RLlib will not open policy \"default_policy\""))
        try scratch.train("plain")
        #expect(try scratch.done(["convert-checkpoint", "plain", "good", "--to", "msgpack"]).errors == "")
        let refusal = try scratch.rein("convert-checkpoint", "plain", "x", "--to", "native", "--normalization", "f")
        #expect(refusal.code != 0 && refusal.errors.contains("--normalization"))
        try scratch.write("no zip file", to: "agent.zip")
        let damaged = try scratch.rein("convert-checkpoint", "agent.zip", "x", "--to", "native")
        #expect(damaged.code == 1 && damaged.errors.contains("agent.zip"))
        #expect(!scratch.exists("x"))
    }
}
