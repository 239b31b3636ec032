import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// Requests in lines, and what is answered.
struct AskTellServerTests {
    private static let plan = #"""
        {"space": {"x": {"uniform": [-1, 1]}}, "metric": "loss", "mode": "min", "samples": 2,
         "stop": {"loss": 10, "training_iteration": 3}}
        """#

    private static let lineLimit = 200_000

    /// The id of a trial of an experiment in a folder named `e`.
    private static func id(_ index: Int) -> String {
        TrialID(experiment: TrialID.experimentCode("e", seed: 0), index: index).string
    }

    /// Serves requests from a file.
    private static func answers(
        _ requests: [UInt8], in folder: String, resuming: Bool = false
    ) throws -> [StateReader] {
        let (input, output) = ("\(folder)/requests", "\(folder)/answers")
        try Data(requests).write(to: URL(fileURLWithPath: input))
        try Data().write(to: URL(fileURLWithPath: output))
        let (reading, writing) = (
            try #require(FileHandle(forReadingAtPath: input)), try #require(FileHandle(forWritingAtPath: output))
        )
        let plan = try ExperimentPlan(json: plan)
        let tuner = try AskTellTuner(plan)
        let experiment = try resuming ? tuner.resume(in: "\(folder)/e") : tuner.begin(in: "\(folder)/e")
        var server = AskTellServer(experiment, best: plan.bestTrialRule) { Issue.record("\($0)") }
        server.lineLimit = Self.lineLimit
        try server.serve(input: reading.fileDescriptor, output: writing.fileDescriptor)
        return try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map {
            StateReader(try JSON.parse(Array($0.utf8)))
        }
    }

    private static func answers(_ requests: [String], in folder: String, resuming: Bool = false) throws -> [StateReader]
    {
        try answers(Array(requests.joined(separator: "\n").utf8), in: folder, resuming: resuming)
    }

    @Test("A conversation from the first trial to the best one, with an interruption")
    func conversation() throws {
        try withTemporaryDirectory { folder in
            let (first, second) = (Self.id(0), Self.id(1))
            let begun = try Self.answers(
                [
                    #"{"ask": {}}"#, #"{"ask": {}}"#, "",
                    #"{"tell": {"trial": "\#(first)", "metrics": {"loss": 0.5}}}"#,
                    #"{"tell": {"trial": "\#(first)", "metrics": {"loss": NaN, "more": {"a": -Infinity}}}}"#,
                ], in: folder)
            #expect(begun.count == 4)
            let trial = try begun[0].child("trial")
            #expect(try trial.string("id") == first && trial.child("checkpoint").tree == .null)
            #expect(abs(try trial.child("configuration").double("x")) <= 1)
            #expect(try FileManager.default.fileExists(atPath: trial.string("folder")))
            #expect(begun[1].tree == ["trial": .null, "finished": false, "closed": false])
            #expect(begun[2].tree == ["verdict": "goOn"] && begun[3].tree == ["verdict": "goOn"])

            let ended = try Self.answers(
                [
                    #"{"ask": {}}"#, #"{"tell": {"trial": "\#(first)", "metrics": {"loss": 0.5}}}"#,
                    #"{"tell": {"trial": "\#(first)", "metrics": {"loss": 0.25, "training_iteration": 3}}}"#,
                    #"{"ask": {}}"#, #"{"tell": {"trial": "\#(second)", "metrics": {"loss": "low"}}}"#,
                    #"{"best": {}}"#, #"{"best": {"metric": "loss", "mode": "max"}}"#, #"{"ask": {}}"#,
                    #"{"checkpoints": {}}"#, #"{"close": {}}"#, #"{"ask": {}}"#,
                ], in: folder, resuming: true)
            #expect(ended.count == 10)
            #expect(try ended[0].child("trial").string("id") == first)
            #expect(ended[1].tree == ["verdict": "goOn"] && ended[2].tree == ["verdict": "stop"])
            #expect(try ended[4].string("verdict") == "failed" && ended[4].string("reason").contains("loss"))
            #expect(try ended[5].child("best").double("value") == 0.25)
            #expect(try ended[6].child("best").double("value") == 0.5)
            #expect(ended[7].tree == ["trial": .null, "finished": true, "closed": true])
            #expect(ended[8].tree == ["checkpoints": []] && ended[9].tree == ["closed": true])
        }
    }

    @Test("Whatever is no request is answered with what is wrong, and the next one is read")
    func nonsense() throws {
        let wrong: [(request: String, path: String, words: String)] = [
            ("nonsense", "", ""), ("{}", "", "one key"), ("[]", "", "map"), ("null", "", "map"),
            ("{\"ask\": {}", "", ""),
            (#"{"ask": {}, "close": {}}"#, "", "one key"), (#"{"aks": {}}"#, "aks", "\"ask\""),
            (#"{"ask": {"n": 1}}"#, "ask/n", "no such key"), (#"{"ask": 3}"#, "ask", "map"),
            (#"{"tell": {}}"#, "tell/trial", "missing"), (#"{"tell": {"trial": 3}}"#, "tell/trial", ""),
            (#"{"tell": {"trial": "\#(Self.id(0))"}}"#, "tell/metrics", "missing"),
            (#"{"tell": {"trial": "\#(Self.id(0))", "metrics": 3}}"#, "tell/metrics", "map"),
            (#"{"tell": {"trial": "\#(Self.id(0))", "metrics": {}, "done": 1}}"#, "tell/done", ""),
            (#"{"tell": {"trial": "\#(Self.id(0))", "metrics": {"loss": 1e999}}}"#, "", ""),
            (#"{"tell": {"trial": "\#(Self.id(0))", "metric": {}}}"#, "tell/metric", "\"metrics\""),
            (#"{"tell": {"trial": "\#(Self.id(7))", "metrics": {}}}"#, Self.id(7), "no such trial"),
            (#"{"fail": {"trial": "\#(Self.id(0))"}}"#, "fail/reason", "missing"),
            (#"{"end": {"trial": "x", "reason": ""}}"#, "end/reason", "no such key"),
            (#"{"best": {"metric": "los", "mode": "min"}}"#, "/e", "\"loss\""),
            (#"{"best": {"mode": "least"}}"#, "best/mode", "min"),
            ("{\"tell\": \(String(repeating: "[", count: 100_000))", "", ""),
            (String(repeating: "x", count: Self.lineLimit + 1), "requests, line 25", "200000"),
            ("{\"ask\u{0}\": {}}", "", ""),
        ]
        try withTemporaryDirectory { folder in
            var bytes = Array(
                "{\"ask\": {}}\n{\"tell\": {\"trial\": \"\(Self.id(0))\", \"metrics\": {\"loss\": 1}}}\n".utf8)
            for (request, _, _) in wrong { bytes += Array((request + "\n").utf8) }
            bytes += [0xFF, 0xFE, 0x0A] + Array("{\"end\": {\"trial\": \"\(Self.id(0))\"}}".utf8)
            let answers = try Self.answers(bytes, in: folder)
            #expect(answers.count == wrong.count + 4)
            for (answer, (request, path, words)) in zip(answers.dropFirst(2), wrong) {
                let error = try answer.child("error")
                #expect(
                    try path.isEmpty == error.string("path").isEmpty && error.string("path").hasSuffix(path),
                    "\(request.prefix(80)): \(error.tree)")
                #expect(
                    try words.isEmpty || error.string("message").contains(words), "\(request.prefix(80)): \(error.tree)"
                )
            }
            #expect(answers.last?.tree == ["ended": .string(Self.id(0))])
        }
    }

    /// Has settings for one trial, and waits for ever for more.
    private struct Waiting: Searcher {
        private var isFirst = true
        mutating func suggest(_ id: TrialID) -> Suggestion {
            defer { isFirst = false }
            return isFirst ? .configuration(["x": 1]) : .later
        }
        mutating func observe(_ result: StateTree, of id: TrialID) {}
        mutating func complete(_ id: TrialID, result: StateTree?, hasFailed: Bool) {}
        var state: StateTree { .bool(isFirst) }
        mutating func restore(from state: StateTree) {}
    }

    @Test("An error after which the experiment has to be resumed is answered, and is how serving ends")
    func brokenOff() throws {
        try withTemporaryDirectory { folder in
            let (input, output) = ("\(folder)/requests", "\(folder)/answers")
            let tell = #"{"tell": {"trial": "\#(Self.id(0))", "metrics": {}, "done": true}}"#
            try "{\"ask\": {}}\n\(tell)\n{\"ask\": {}}\n".write(toFile: input, atomically: false, encoding: .utf8)
            try Data().write(to: URL(fileURLWithPath: output))
            let (reading, writing) = (
                try #require(FileHandle(forReadingAtPath: input)), try #require(FileHandle(forWritingAtPath: output))
            )
            let server = AskTellServer(try AskTellTuner(searcher: Waiting()).begin(in: "\(folder)/e")) { _ in }
            let error = #expect(throws: StateError.self) {
                try server.serve(input: reading.fileDescriptor, output: writing.fileDescriptor)
            }
            #expect(error?.message.contains("the searcher waits for results") == true)
            let answers = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
            #expect(answers.count == 3 && answers[1].contains("the searcher waits for results"))
            #expect(answers[2].contains("has to be resumed"))
        }
    }

    #if os(Linux)
    private static let interpreter = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(
        "A program in Python finds the lowest point of a parabola, although the server is killed again and again",
        .enabled(if: interpreter != nil))
    func python() throws {
        try withTemporaryDirectory { folder in
            let script = try #require(
                Bundle.module.url(forResource: "ask_tell", withExtension: "py", subdirectory: "Fixtures"))
            let plan = "\(folder)/plan.json"
            try #"""
            {"space": {"x": {"uniform": [-1, 1]}}, "metric": "loss", "mode": "min", "samples": 40,
             "searcher": {"type": "tpe"}, "maxConcurrent": 2, "seed": 1}
            """#.write(toFile: plan, atomically: false, encoding: .utf8)
            var outputs: [String] = []
            for kills in ["0", "7"] {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: try #require(Self.interpreter))
                process.arguments = [script.path, builtProgram("TrialProbe"), "\(folder)/\(kills)/e", plan, kills]
                let pipe = Pipe()
                process.standardOutput = pipe
                try process.run()
                outputs.append(String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self))
                process.waitUntilExit()
                #expect(process.terminationStatus == 0, "\(outputs)")
            }
            let lines = try outputs.map { try StateReader(JSON.parse($0)) }
            let value = try lines[0].double("value")
            #expect(value < 0.01 && lines[0].tree == lines[1].tree, "\(outputs)")
            let grid = try ResultGrid(reading: "\(folder)/7/e")
            #expect(grid.trials.count == 40 && grid.warnings.isEmpty)
            #expect(try grid.bestResult("loss", .min, scope: .best).value == value)
        }
    }
    #endif
}
