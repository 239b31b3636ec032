import Foundation
import Rein
import Testing

@Suite("rein predict")
struct PredictTests {
    @Test("Every line is answered with the policy's own action and outputs")
    func answers() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let policy = try Policy(restoring: scratch.path("run/checkpoint_000000"))
        let observations: [[Float]] = [[0, 0, 0, 0], [1, -2, 0.1, 3], [0.5, 1e-3, -0.25, 7]]
        let input = observations.map { "{\"observation\": \($0)}" }.joined(separator: "\n") + "\n\n"
        let lines = try scratch.done(["predict", "run"], input: input).output.split(separator: "\n")
        #expect(lines.count == 3)
        for (line, observation) in zip(lines, observations) {
            let answer = try document(String(line))
            #expect(try Action.discrete(answer.int("action")) == policy.action(for: observation))
            let outputs = try answer.list("outputs").map { try Float($0.double()) }
            #expect(outputs == policy.outputs(for: observation))
        }
    }

    @Test("A mask forbids actions, and leaves the outputs as they are")
    func masks() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let input = """
            {"observation": [0.1, 0.2, 0.3, 0.4], "mask": [true, false]}
            {"observation": [0.1, 0.2, 0.3, 0.4], "mask": [0, 1]}
            {"mask": null, "observation": [0.1, 0.2, 0.3, 0.4]}
            """
        let lines = try scratch.done(["predict", "run", "--explore"], input: input).output.split(separator: "\n")
        let answers = try lines.map { try document(String($0)) }
        #expect(try answers.prefix(2).map { try $0.int("action") } == [0, 1])
        #expect(Set(try answers.map { JSON.text(try $0.child("outputs").tree) }).count == 1)
    }

    @Test("Discrete actions are numbered from the start of their space, and masks are in their order")
    func start() throws {
        let scratch = try Scratch()
        let policy = try PPOLearner.makePolicy(
            observationSpace: Box(-1...1, shape: [2]), actionSpace: .discrete(Discrete(3, start: -7)),
            configuration: PPO.Configuration().with { $0.network.hidden = [4] },
            random: RandomStream(seed: 1, name: "predict"))
        try policy.save(to: scratch.path("policy"))
        guard case .discrete(let index) = policy.action(for: [0.1, 0.2]) else { return }
        let masks = (0..<3).map { valid in "[\((0..<3).map { $0 == valid ? "1" : "0" }.joined(separator: ","))]" }
        let input =
            "{\"observation\": [0.1, 0.2]}\n"
            + masks.map { "{\"observation\": [0.1, 0.2], \"mask\": \($0)}\n" }.joined()
        for arguments in [["predict", "policy"], ["predict", "policy", "--explore"]] {
            let lines = try scratch.done(arguments, input: input).output.split(separator: "\n")
            let actions = try lines.map { try document(String($0)).int("action") }
            if arguments.count == 2 { #expect(actions[0] == index - 7) }
            #expect((-7 ... -5).contains(actions[0]))
            #expect(actions.dropFirst() == [-7, -6, -5])
        }
    }

    @Test("Actions of several components are lists of indices, and masks have the entries of all components")
    func multiDiscrete() throws {
        let scratch = try Scratch()
        let policy = try PPOLearner.makePolicy(
            observationSpace: Box(-1...1, shape: [2]), actionSpace: .multiDiscrete([3, 2]),
            configuration: PPO.Configuration().with { $0.network.hidden = [4] },
            random: RandomStream(seed: 1, name: "predict"))
        try policy.save(to: scratch.path("policy"))
        let input = """
            {"observation": [0.1, 0.2]}
            {"observation": [0.1, 0.2], "mask": [0, 0, 1, 0, 1]}
            """
        let lines = try scratch.done(["predict", "policy"], input: input).output.split(separator: "\n")
        let actions = try lines.map { line in try document(String(line)).list("action").map { try $0.int() } }
        #expect(Action.multiDiscrete(actions[0]) == policy.action(for: [0.1, 0.2]))
        #expect(actions[1] == [2, 1])
        let wrong = [
            (#"{"observation": [0, 0], "mask": [1, 1]}"#, "5 entries"),
            (#"{"observation": [0, 0], "mask": [1, 1, 1, 0, 0]}"#, "component 1"),
        ]
        for (line, word) in wrong {
            let outcome = try scratch.rein("predict", "policy", input: line + "\n")
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains(word), "\(outcome.errors)")
        }
        let report = try document(scratch.done(["inspect", "policy", "--json"]).output)
        let space = try report.list("policies")[0].child("actionSpace")
        #expect(try space.list("counts").map { try $0.int() } == [3, 2])
        #expect(try scratch.done(["inspect", "policy"]).output.contains("multi-discrete [3, 2]"))
    }

    @Test("A mask for continuous actions is refused")
    func maskedContinuous() throws {
        let scratch = try Scratch()
        try scratch.train("run", ["--environment", "Pendulum-v1"])
        let outcome = try scratch.rein("predict", "run", input: "{\"observation\": [1, 0, 0], \"mask\": [1]}\n")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("only discrete actions can be masked"), "\(outcome.errors)")
    }

    @Test("Continuous actions are lists; exploring repeats with the seed")
    func continuous() throws {
        let scratch = try Scratch()
        try scratch.train("run", ["--environment", "Pendulum-v1"])
        let input = String(repeating: "{\"observation\": [1, 0, 0.5]}\n", count: 4)
        let first = try scratch.done(["predict", "run", "--explore", "--seed", "3"], input: input).output
        #expect(try scratch.done(["predict", "run", "--explore", "--seed", "3"], input: input).output == first)
        #expect(try scratch.done(["predict", "run", "--explore", "--seed", "4"], input: input).output != first)
        let line = try #require(first.split(separator: "\n").first)
        let answer = try document(String(line))
        #expect(try answer.list("action").count == 1)
        #expect(try answer.list("outputs").count == 2)
        let policy = try Policy(restoring: scratch.path("run/checkpoint_000000/policies/default_policy"))
        let mean = try scratch.done(
            ["predict", "run/checkpoint_000000/policies/default_policy"], input: input
        ).output
        let action = try document(String(try #require(mean.split(separator: "\n").first))).list("action")[0].double()
        #expect(policy.action(for: [1, 0, 0.5]) == .continuous([Float(action)]))
    }

    @Test(
        "A line that is wrong ends the command with its number, after the answers before it",
        arguments: [
            (#"{"observation": [1, 2, 3]}"#, "4 numbers"),
            (#"{"observation": [1, 2, 3, "4"]}"#, "observation/3"),
            (#"{"observation": [1, 2, 3, null]}"#, "number"),
            (#"{"observation": [1, 2, 3, 1e39]}"#, "finite"),
            (#"{"observation": [1, 2, 3, NaN]}"#, "column"),
            (#"{"observation": 4}"#, "list"),
            (#"{"observations": [1, 2, 3, 4]}"#, "\"observation\""),
            (#"{"observation": [1, 2, 3, 4], "mask": [true]}"#, "2 entries"),
            (#"{"observation": [1, 2, 3, 4], "mask": [false, false]}"#, "at least one"),
            (#"{"observation": [1, 2, 3, 4], "mask": [2, 1]}"#, "mask/0"),
            (#"[1, 2, 3, 4]"#, "map"),
            (#"{"observation": [1, 2, 3, 4]"#, "column"),
            ("hello", "column"),
        ])
    func wrongLines(_ line: String, _ word: String) throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 32)
        let good = #"{"observation": [0, 0, 0, 0]}"#
        let outcome = try scratch.rein("predict", "run", input: "\(good)\n\(good)\n\(line)\n\(good)\n")
        #expect(outcome.code == 1)
        #expect(outcome.output.split(separator: "\n").count == 2)
        #expect(outcome.errors.hasPrefix("rein: standard input, line 3: "), "\(outcome.errors)")
        #expect(outcome.errors.contains(word), "\(outcome.errors)")
    }

    @Test("One of several policies has to be chosen")
    func choice() throws {
        let scratch = try Scratch()
        try scratch.train("run", ["--policies", "left,right", "--mapping", "*=left"])
        let input = "{\"observation\": [0, 0, 0, 0]}\n"
        let none = try scratch.rein("predict", "run", input: input)
        #expect(none.code == 2)
        #expect(none.errors.contains("\"left\", \"right\""))
        let unknown = try scratch.rein("predict", "run", "--policy", "up", input: input)
        #expect(unknown.code == 2)
        #expect(unknown.errors.contains("\"left\", \"right\""))
        #expect(try !scratch.done(["predict", "run", "--policy", "right"], input: input).output.isEmpty)
    }
}

@Suite("rein predict --keep-going")
struct KeepGoingTests {
    @Test("A line that is wrong is answered with an error and its number, and the rest as ever")
    func answers() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 32)
        let good = #"{"observation": [0.1, 0.2, 0.3, 0.4]}"#
        let wrong = [
            #"{"observation": [1, 2, 3]}"#, "hello", #"{"observation": [1, 2, 3, 4], "mask": [false, false]}"#,
            #"{"observation": ["# + String(repeating: "0,", count: 1 << 20) + "0]}",
        ]
        let lines = [good] + wrong.flatMap { [$0, "", good] }
        let input = lines.joined(separator: "\n") + "\n"
        for explore in [[], ["--explore"]] {
            let outcome = try CommandProcess(
                ["predict", "run", "--keep-going"] + explore, in: scratch.directory, input: input
            ).wait()
            #expect(outcome.code == 1)
            #expect(outcome.errors == "rein: standard input: 4 lines were wrong, and answered with an error\n")
            let answers = try outcome.output.split(separator: "\n").map { try document(String($0)) }
            try #require(answers.count == 9)
            for (index, answer) in answers.enumerated() {
                guard index % 2 == 1 else { continue }
                #expect(try answer.int("line") == (index - 1) / 2 * 3 + 2)
                #expect(answer.optionalChild("action") == nil)
            }
            let words = try stride(from: 1, to: 9, by: 2).map { try answers[$0].string("error") }
            #expect(words[0] == "observation: expected 4 numbers, found 3")
            #expect(words[1].contains("column"), "\(words)")
            #expect(words[2].hasPrefix("mask: "), "\(words)")
            #expect(words[3].hasPrefix("has more than"), "\(words)")
            // What is wrong draws nothing.
            let only = Array(repeating: good, count: 5).joined(separator: "\n") + "\n"
            let expected = try scratch.done(["predict", "run", "--keep-going"] + explore, input: only).output
            let answered = outcome.output.split(separator: "\n").enumerated().filter { $0.offset % 2 == 0 }.map(
                \.element)
            #expect(answered == expected.split(separator: "\n"))
        }
    }
}
