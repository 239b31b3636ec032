import Foundation
import Rein
import Testing

@Suite("rein tune --check", .timeLimit(.minutes(30)))
struct TuneCheckTests {
    @Test("It says what would be done, and does nothing")
    func outline() throws {
        let scratch = try Scratch()
        var search = Search()
        search.space = #"{"learningRate": {"grid": [1e-3, 1e-2, 1e-1]}, "discount": {"uniform": [0.9, 0.99]}}"#
        search.others = [#""samples": 4, "scheduler": {"type": "asha", "maxTime": 9}, "seeds": 3"#]
        try search.write("search.json", in: scratch)
        let outcome = try scratch.done(["tune", "search.json", "--check"])
        for words in [
            "12\n", "PPO on CartPole-v1", "episodeReturnMean, max", "asha", "at most 2 a trial", "CPU 1 a trial",
        ] {
            #expect(outcome.output.contains(words), "\(words): \(outcome.output)")
        }
        #expect(outcome.output.contains("learningRate=0.0010"))
        #expect(outcome.output.contains("(and 7 more)"))
        #expect(outcome.errors.isEmpty)
        let outline = try document(scratch.done(["tune", "search.json", "--check", "--json", "--samples", "2"]).output)
        #expect(try outline.int("trials") == 6)
        #expect(
            try outline.list("variants").map { try $0.child("configuration").double("learningRate") } == [
                1e-3, 1e-2, 1e-1, 1e-3, 1e-2,
            ])
        #expect(!scratch.exists("runs"))
    }

    @Test("A grid of any size is looked at at once")
    func large() throws {
        let scratch = try Scratch()
        var search = Search()
        let numbers = (1...1000).map(String.init).joined(separator: ",")
        search.trainable = #"{"environment": "CartPole-v1"}"#
        search.space =
            "{\(["seed", "epochs", "environmentCount"].map { "\"\($0)\": {\"grid\": [\(numbers)]}" }.joined(separator: ","))}"
        try search.write("search.json", in: scratch)
        #expect(try scratch.done(["tune", "search.json", "--check"]).output.contains("1,000,000,000"))
        #expect(try scratch.done(["tune", "search.json", "--check", "--samples", "-1"]).output.contains("no end"))
    }

    @Test("What is searched by a model is shown as far as it is known")
    func model() throws {
        let scratch = try Scratch()
        var search = Search()
        search.space = #"{"learningRate": {"logUniform": [1e-4, 1e-1]}}"#
        search.others = [#""searcher": {"type": "tpe", "limit": 2}, "samples": 30"#]
        try search.write("search.json", in: scratch)
        let outline = try document(scratch.done(["tune", "search.json", "--check", "--json"]).output)
        #expect(try outline.int("trials") == 30)
        #expect(try outline.list("variants").count == 2)
    }

    /// Plans that are wrong, and a word of what is said about each.
    static let wrong: [(plan: String, word: String)] = {
        func plan(_ change: (inout Search) -> Void) -> String {
            var search = Search()
            change(&search)
            return search.text
        }
        func space(_ text: String) -> String { plan { $0.space = text } }
        func other(_ text: String) -> String { plan { $0.others = [text] } }
        func trainable(_ text: String) -> String { plan { $0.trainable = text } }
        return [
            // Keys and names that nobody knows.
            (other(#""smaples": 3"#), "\"samples\""), (trainable(#"{"enviroment": "CartPole-v1"}"#), "\"environment\""),
            (trainable(#"{"environment": "CartPol-v1"}"#), "\"CartPole-v1\""),
            (trainable(#"{"environment": "CartPole-v1", "algorithm": "PPOO"}"#), "\"ppo\""),
            (trainable(#"{"algorithm": "PPO"}"#), "environment"),
            (space(#"{"learningRat": {"grid": [1e-3]}}"#), "\"learningRate\""),
            (space(#"{"learningRate": {"grd": [1e-3]}}"#), "\"grid\""),
            (other(#""scheduler": {"type": "ashaa"}"#), "asha"), (other(#""trialsIn": "moon""#), "threads"),
            (other(#""seeds": {"count": 2, "key": "sed"}"#), "\"seed\""),
            (
                plan { $0.others = [#""checkpoints": {"scoreAttribute": "episodeReturnMeen"}"#] },
                "\"episodeReturnMean\""
            ),
            // What the method refuses.
            (space(#"{"learningRate": {"grid": [1e-3, -1]}}"#), "learningRate"),
            (space(#"{"discount": {"uniform": [0.5, 2]}}"#), "discount"),
            (space(#"{"epochs": {"choice": [1, "many"]}}"#), "epochs"),
            (trainable(#"{"environment": "Pendulum-v1", "algorithm": "DQN"}"#), "discrete"),
            (space(#"{"policies": {"choice": [["a"], ["b", "b"]]}}"#), "twice"),
            // What does not go together.
            (trainable(#"{"environment": "CartPole-v1", "learningRate": 1}"#), "in one of them"),
            (other(#""searcher": {"type": "tpe"}"#), "grid"),
            (other(#""resources": {"bundles": [{"CPU": 1e6}]}"#), "CPU"),
            (trainable(#"{"environment": "CartPole-v1", "threads": 1024}"#), "CPU"),
            (other(#""checkpoints": {"scoreAttribute": "evaluation/returnMean"}"#), "\"every\""),
            (
                other(#""searcher": {"type": "random", "pointsToEvaluate": [{"learningRate": 7}]}"#),
                "pointsToEvaluate/0"
            ),
            // Spaces that make no sense.
            (space(#"{"learningRate": {"uniform": [1, 0]}}"#), "reversed"),
            (space(#"{"learningRate": {"uniform": [0, "x"]}}"#), "number"),
            (space(#"{"learningRate": {"uniform": [NaN, 1]}}"#), "line 1"),
            (space(#"{"learningRate": {"uniform": [0, 1e999]}}"#), "too large"),
            (space(#"{"learningRate": {"grid": []}}"#), "empty"), (space("[]"), "map"),
            (
                space(
                    #"{"epochs": {"derived": "product", "of": ["rolloutLength", 2]}, "#
                        + #""rolloutLength": {"derived": "product", "of": ["epochs", 2]}}"#), "derived from itself"
            ),
            // Other numbers, and no plans at all.
            (other(#""samples": -5"#), "-5"), (other(#""samples": "x""#), "integer"), (other(#""seed": -1"#), "-1"),
            (other(#""timeBudget": 0"#), "timeBudget"), ("[]", "map"), ("{}", "space"), ("", "search.json"),
            ("algorithm: PPO", "line 1"), (String(repeating: "{\"space\": ", count: 3000), "nested"),
            ("\u{0}\u{1}", "line 1"),
        ]
    }()

    @Test("A wrong plan is refused before anything is made, in words that say what and where")
    func refused() throws {
        let scratch = try Scratch()
        for (plan, word) in Self.wrong {
            try Data(plan.utf8).write(to: scratch.directory.appendingPathComponent("search.json"))
            let outcome = try scratch.rein("tune", "search.json")
            #expect(outcome.code == 2, "\(plan.prefix(300))")
            #expect(outcome.errors.contains("search.json"), "\(plan.prefix(300)): \(outcome.errors)")
            #expect(outcome.errors.contains(word), "\(plan.prefix(300)): \(outcome.errors)")
        }
        #expect(!scratch.exists("runs"))
        let missing = try scratch.rein("tune", "nowhere.json", "--check")
        #expect(missing.code == 2)
        #expect(missing.errors.contains("there is no such file"))
        try Data("algorithm: PPO".utf8).write(to: scratch.directory.appendingPathComponent("search.yaml"))
        #expect(try scratch.rein("tune", "search.yaml").errors.contains("YAML"))
    }
}
