import Foundation
import Rein
import Testing

/// Trials for a loop of somebody else's.
@Suite("rein tune --ask-tell", .timeLimit(.minutes(30)))
struct TuneAskTellTests {
    private static let plan = #"""
        {"space": {"x": {"grid": [0.0, 1.0, 2.0]}}, "metric": "loss", "mode": "min",
         "stop": {"training_iteration": 2}}
        """#

    /// The answers to requests.
    private static func answers(_ output: String) throws -> [StateReader] {
        try output.split(separator: "\n").map { StateReader(try JSON.parse(Array($0.utf8))) }
    }

    @Test("A loop asks and tells, is interrupted, and goes on to the best trial")
    func conversation() throws {
        let scratch = try Scratch()
        try scratch.write(Self.plan, to: "search.json")
        let first = try scratch.done(["tune", "search.json", "--ask-tell"], input: "{\"ask\": {}}\n{\"no\": 1}\n")
        let begun = try Self.answers(first.output)
        #expect(begun.count == 2)
        let id = try begun[0].child("trial").string("id")
        #expect(try begun[0].child("trial").child("configuration").double("x") == 0)
        #expect(begun[1].optionalChild("error") != nil)
        // What was asked for and not told is asked for again.
        var requests = ""
        for number in 0..<3 {
            let trial = id.dropLast(5) + "0000\(number)"
            requests += "{\"ask\": {}}\n"
            for step in 1...2 {
                requests +=
                    #"{"tell": {"trial": "\#(trial)", "metrics": {"loss": \#(abs(number - 1) + 1 - step)}}}"# + "\n"
            }
        }
        let rest = try scratch.done(
            ["tune", "--resume", "runs/search", "--ask-tell"], input: requests + "{\"best\": {}}\n{\"ask\": {}}\n")
        let told = try Self.answers(rest.output)
        #expect(told.count == 11)
        #expect(try told[0].child("trial").string("id") == id)
        #expect(try told[1].string("verdict") == "goOn" && told[2].string("verdict") == "stop")
        #expect(try told[10].bool("finished"))
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path("runs/search"))
        #expect(names.count { $0.hasPrefix("trial_") } == 3)
        #expect(try scratch.done(["results", "runs/search"]).output.contains(id.dropLast(5) + "00001"))
    }

    @Test("What is for trials that Rein trains is refused, before anything is written")
    func refusals() throws {
        let scratch = try Scratch()
        try scratch.write(
            Self.plan.replacing(#"{"space""#, with: #"{"trainable": {"environment": "CartPole-v1"}, "space""#),
            to: "trained.json")
        try scratch.write(Self.plan, to: "search.json")
        for arguments in [
            ["trained.json", "--ask-tell"], ["search.json", "--ask-tell", "--check"],
            ["search.json", "--ask-tell", "--json"], ["none.json", "--ask-tell"], ["--ask-tell"],
        ] {
            #expect(try scratch.rein(["tune"] + arguments).code == 2, "\(arguments)")
        }
        #expect(!scratch.exists("runs"))
    }
}
