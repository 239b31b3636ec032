import Foundation
import Rein
import Testing

@Suite("Commands with recurrent policies")
struct RecurrentCommandTests {
    static let observations: [[Float]] = [[0, 0, 0, 0], [1, -2, 0.1, 3], [0.5, 1e-3, -0.25, 7]]

    static func trained(_ kind: String) throws -> Scratch {
        let scratch = try Scratch()
        let settings = ["network.recurrent=\(kind)", "network.recurrentWidth=4", "sequenceLength=8"]
        try scratch.train("run", settings.flatMap { ["--set", $0] })
        return scratch
    }

    @Test("predict answers with the state, and goes on from it", arguments: ["lstm", "gru"])
    func predict(kind: String) throws {
        let scratch = try Self.trained(kind)
        let policy = try Policy(restoring: scratch.path("run/checkpoint_000000"))
        var sent = "null"
        var state = policy.initialState
        for observation in Self.observations {
            let input = "{\"observation\": \(observation), \"state\": \(sent)}\n"
            let answer = try document(scratch.done(["predict", "run"], input: input).output)
            var copy = state
            let outputs = try answer.list("outputs").map { try Float($0.double()) }
            #expect(outputs == policy.outputs(for: observation, state: &copy))
            #expect(try Action.discrete(answer.int("action")) == policy.action(for: observation, state: &state))
            #expect(try answer.list("state").map { try Float($0.double()) } == state)
            sent = JSON.text(try answer.child("state").tree)
        }
        // Without a state, every line is the start of an episode.
        let line = "{\"observation\": \(Self.observations[1])}\n"
        let lines = try scratch.done(["predict", "run"], input: line + line).output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == lines[1])
    }

    @Test(
        "A state that does not fit is refused",
        arguments: [
            ("[1, 2, 3]", "8 numbers"), ("[1, 2, 3, 4, 5, 6, 7, null]", "state/7"), ("[]", "8 numbers"),
            ("[1, 2, 3, 4, 5, 6, 7, 1e39]", "finite"), ("8", "list"), (#""state""#, "list"),
        ])
    func wrongStates(state: String, word: String) throws {
        let scratch = try Self.trained("lstm")
        let outcome = try scratch.rein(
            "predict", "run", input: "{\"observation\": [0, 0, 0, 0], \"state\": \(state)}\n")
        #expect(outcome.code == 1 && outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("rein: standard input, line 1: "), "\(outcome.errors)")
        #expect(outcome.errors.contains(word), "\(outcome.errors)")
    }

    @Test("A state for a policy without memory is refused, and none is answered")
    func withoutMemory() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let good = "{\"observation\": [0, 0, 0, 0]}\n"
        #expect(try document(scratch.done(["predict", "run"], input: good).output).optionalChild("state") == nil)
        let outcome = try scratch.rein("predict", "run", input: "{\"observation\": [0, 0, 0, 0], \"state\": []}\n")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("no memory"), "\(outcome.errors)")
    }

    @Test("inspect shows the recurrent layer; evaluate, verify and convert-checkpoint work as with others")
    func others() throws {
        let scratch = try Self.trained("gru")
        let output = try scratch.done(["inspect", "run"]).output
        for word in ["4-gru(4)-8-2 tanh", "network.recurrent", "sequenceLength"] {
            #expect(output.contains(word), "\(word) in \(output)")
        }
        let report = try document(scratch.done(["inspect", "run", "--policy", "default_policy", "--json"]).output)
        let policy = try #require(try report.list("policies").first)
        #expect(try policy.int("stateWidth") == 4)
        #expect(try policy.child("architecture").child("recurrent").string("kind") == "gru")
        let names = try policy.list("tensors").map { try $0.string("name") }
        #expect(names.contains("network/parameters/policyCore/input/weight"))
        _ = try scratch.done(["evaluate", "run", "--episodes", "2"])
        _ = try scratch.done(["verify", "run"])
        _ = try scratch.done(["convert-checkpoint", "run", "packed", "--to", "msgpack"])
        _ = try scratch.done(["predict", "packed"], input: "{\"observation\": [0, 0, 0, 0]}\n")
    }

    @Test("DQN refuses a recurrent network in clear words")
    func refusal() throws {
        let scratch = try Scratch()
        let outcome = try scratch.rein(
            "train", "--algorithm", "dqn", "--set", "network.recurrent=lstm", "--stop-steps", "10", "--quiet")
        #expect(outcome.code != 0)
        #expect(outcome.errors.contains("DQN has no recurrent networks"), "\(outcome.errors)")
    }
}
