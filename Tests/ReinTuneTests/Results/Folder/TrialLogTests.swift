import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct TrialLogTests {
    private static func sorted(_ map: StateMap) -> StateTree {
        .map(StateMap(uniqueEntries: map.entries.sorted { $0.key < $1.key }))
    }

    /// The cells of a table by their columns.
    private static func rows(of table: String) throws -> [[String: String]] {
        let lines = table.replacing("\r\n", with: "\n").split(separator: "\n").map { CommaSeparated.fields(String($0)) }
        let columns = try #require(lines.first)
        #expect(Set(columns).count == columns.count && lines.allSatisfy { $0.count == columns.count })
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
    }

    private static func record(_ configuration: StateMap = ["lr": 0.5]) -> TrialRecord {
        TrialRecord(id: "t0", index: 0, configuration: configuration)
    }

    private static func result(_ iteration: Int, _ more: StateMap = [:]) -> StateMap {
        var map = more
        map["training_iteration"] = .int(Int64(iteration))
        map["timestamp"] = .int(Int64(1_000 + iteration))
        return map
    }

    @Test("The folder of a trial has what Ray's has: settings, results, columns", arguments: 0..<3)
    func recorded(trial: Int) throws {
        try withTemporaryDirectory { folder in
            #expect(try RecordedExperiment.write(trial, to: folder, .init(writesNonFiniteNumbers: true)) == [])
            let theirSettings = try JSON.parse(RecordedExperiment.text("params.json", of: trial))
            let ours = try JSON.parse(text(of: "\(folder)/params.json"))
            guard case (.map(let left), .map(let right)) = (ours, theirSettings) else {
                throw StateError(.malformed, "no settings")
            }
            #expect(Set(left.keys) == Set(right.keys) && left["lr"] == right["lr"])
            let written = try RecordedExperiment.lines(of: text(of: "\(folder)/result.json"))
            let results = try RecordedExperiment.results(of: trial)
            #expect(written.map(Self.sorted) == results.map(Self.sorted))
            let rows = try Self.rows(of: text(of: "\(folder)/progress.csv"))
            let theirs = try Self.rows(of: RecordedExperiment.text("progress.csv", of: trial))
            #expect(rows.count == theirs.count)
            for (row, their) in zip(rows, theirs) {
                // Ray drops the columns that appear later.
                #expect(Set(row.keys).subtracting(their.keys) == (trial == 2 ? [] : ["late"]))
                for (name, cell) in their where !["evaluation/lengths", "flag", "done"].contains(name) {
                    #expect(row[name] == cell)
                }
                for name in ["flag", "done"] { #expect(row[name] == their[name]?.lowercased()) }
                #expect(row["evaluation/lengths"] == their["evaluation/lengths"]?.replacing(", ", with: ","))
            }
        }
    }

    @Test("The event file of a trial has Ray's tags, steps, values, histograms and hyperparameters", arguments: 0..<3)
    func events(trial: Int) throws {
        let recorded = try Fixture.named("tensorboard_events").child("cases").list()[trial]
        try withTemporaryDirectory { folder in
            try RecordedExperiment.write(trial, to: folder)
            let paths = try eventFiles(in: folder)
            #expect(paths.count == 1)
            let reader = try EventReader(bytes(of: paths[0]))
            #expect(reader.version == (try recorded.string("first_record")))
            let scalars = reader.values.filter { $0.scalar != nil }
            let theirs = try recorded.child("scalars").map()
            #expect(Set(scalars.map(\.tag)) == Set(theirs.map(\.key)))
            for (tag, rows) in theirs {
                let expected = try rows.list().map { row in
                    let value = try row.list()[1].tree == "Infinity" ? .infinity : Float(row.list()[1].double())
                    return "\(try row.list()[0].int()): \(value)"
                }
                #expect(scalars.filter { $0.tag == tag }.map { "\($0.step): \($0.scalar ?? 0)" } == expected)
            }
            let histograms = Set(reader.values.filter { $0.histogram?.isEmpty == false }.map(\.tag))
            #expect(try histograms == Set(recorded.child("tags").child("histograms").list().map { try $0.string() }))
            let content = reader.values.filter { $0.plugin == "hparams" }.map(\.content)
            #expect(content.count == 3)
            let hparams = try recorded.child("hparams").child("experiment")
            let names = try hparams.child("hparams").list().map { try $0.string() }
            let metrics = try hparams.child("metrics").list().map { try $0.string() }
            #expect(EventReader.texts(content[0], at: [2, 4, 1]) == names)
            #expect(Set(EventReader.texts(content[0], at: [2, 5, 1, 2])) == Set(metrics))
            #expect(EventReader.texts(content[1], at: [3, 1, 1]) == names)
        }
    }

    @Test("Numbers that are not finite are null in result.json, which is JSON, and themselves in the table")
    func nonFinite() throws {
        try withTemporaryDirectory { folder in
            try RecordedExperiment.write(0, to: folder, .init(writesEvents: false))
            for line in try text(of: "\(folder)/result.json").split(separator: "\n") {
                _ = try JSON.parse(String(line))
            }
            let losses = try RecordedExperiment.lines(of: text(of: "\(folder)/result.json")).map { $0["loss"] }
            #expect(losses == [.null, 0.5, 0.25, .null, 0.125, 0.1])
            let cells = try Self.rows(of: text(of: "\(folder)/progress.csv")).map { $0["loss"] }
            #expect(cells == ["nan", "0.5", "0.25", "inf", "0.125", "0.1"])
            #expect(try eventFiles(in: folder).isEmpty)
        }
    }

    @Test("A trial that goes on keeps its lines up to there, whether they have words or null, and gets new settings")
    func goingOn() throws {
        for words in [true, false] {
            try withTemporaryDirectory { folder in
                let options = TrialLog.Options(writesNonFiniteNumbers: words)
                let first = try TrialLog(folder: folder, trial: Self.record(), searched: ["lr": 0.5], options)
                for number in 1...4 { first.append(Self.result(number, ["score": 1, "loss": .double(.nan)])) }
                #expect(first.finish(isOver: false) == [])
                let before = try bytes(of: #require(eventFiles(in: folder).first))
                let second = try TrialLog(
                    folder: folder, trial: Self.record(["lr": 0.25]), searched: ["lr": 0.25], continuingAfter: 2)
                second.append(Self.result(3, ["later": 1, "text": "x", "config": ["lr": 0.125]]))
                second.append(Self.result(4))
                #expect(second.finish(isOver: true) == [])
                let lines = try RecordedExperiment.lines(of: text(of: "\(folder)/result.json"))
                #expect(lines.map { $0["training_iteration"] } == [1, 2, 3, 4])
                #expect(lines.map { $0["config"] } == [["lr": 0.5], ["lr": 0.5], ["lr": 0.125], ["lr": 0.25]])
                #expect(try Self.rows(of: text(of: "\(folder)/progress.csv")).map { $0["later"] } == ["", "", "1", ""])
                #expect(try JSON.parse(text(of: "\(folder)/params.json")) == ["lr": 0.25])
                let files = try eventFiles(in: folder)
                #expect(files.count == 2)
                #expect(try bytes(of: files[0]) == before)
                let readers = try files.map { try EventReader(bytes(of: $0)) }
                #expect(readers.map { reader in reader.values.filter { $0.plugin != nil }.count } == [0, 3])
                #expect(readers.map(\.starts) == [[], [3]])
            }
        }
    }

    @Test("Whatever a result has, the records can be read, and nothing of it is lost")
    func odd() throws {
        let long = String(repeating: "k", count: 4_000)
        let odd: StateMap = [
            "a\nb": 1, "\u{1F600}": 2.5, "a/b": 3, "a": ["b": 4, "": 5], "\"quoted\",": "x,\"y\"\r\nz", "": 6,
            "empty": [:],
            "list": [1, "two", .null, [3]], "tensor": .tensor(StateTensor([1, 2] as [Float], shape: [2])),
            "bytes": .bytes([0, 255]), "large": .int(.max), "small": .int(.min),
            "tiny": .double(.leastNonzeroMagnitude), "minus": -0.0, "no": nil,
        ]
        try withTemporaryDirectory { folder in
            let log = try TrialLog(folder: "\(folder)/\u{1F600} x", trial: Self.record(odd), searched: odd)
            for number in 1...3 {
                var result = odd
                result[long] = .double(number == 2 ? .nan : -.infinity)
                if number == 3 { result["late\n"] = "end" }
                log.append(Self.result(number, result))
            }
            #expect(log.finish(isOver: true) == [])
            let lines = try RecordedExperiment.lines(of: text(of: "\(folder)/\u{1F600} x/result.json"))
            #expect(lines.map(\.count) == [odd.count + 4, odd.count + 4, odd.count + 5])
            #expect(lines[2]["\"quoted\","] == odd["\"quoted\","] && lines[2]["large"] == .int(.max))
            #expect(lines[0]["tensor"] == [1.0, 2.0] && lines[0]["minus"] == -0.0)
            _ = try JSON.parse(text(of: "\(folder)/\u{1F600} x/params.json"))
            let reader = try EventReader(bytes(of: #require(eventFiles(in: "\(folder)/\u{1F600} x").first)))
            #expect(reader.values.contains { $0.tag == "ray/tune/a\nb" && $0.scalar == 1 && $0.step == 3 })
            #expect(!reader.values.contains { $0.tag == "ray/tune/\(long)" && $0.step == 2 })
        }
    }

    @Test("The step of an event is that of the steps trained, and where they are none that of the iteration")
    func steps() throws {
        let cases: [(StateTree?, Int)] = [(100, 100), (0, 7), (nil, 7), (.null, 7), (250.0, 250), ("many", 7)]
        for (steps, expected) in cases {
            try withTemporaryDirectory { folder in
                let log = try TrialLog(folder: folder, trial: Self.record())
                var result = Self.result(7, ["score": 1])
                result["timesteps_total"] = steps
                log.append(result)
                #expect(log.finish(isOver: true) == [])
                let values = try EventReader(bytes(of: #require(eventFiles(in: folder).first))).values
                #expect(values.first { $0.tag == "ray/tune/score" }?.step == expected)
                // Nothing was chosen for it.
                #expect(values.allSatisfy { $0.plugin == nil })
            }
        }
    }

    @Test("What lies in the place of a file is said, or set aside and said")
    func taken() throws {
        try withTemporaryDirectory { folder in
            let file = "\(folder)/file"
            try "".write(toFile: file, atomically: false, encoding: .utf8)
            let error = #expect(throws: StateError.self) { _ = try TrialLog(folder: file, trial: Self.record()) }
            #expect(error?.path.hasPrefix(file) == true)
            for name in ["progress.csv", "result.json"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/trial/\(name)", withIntermediateDirectories: true)
            }
            let log = try TrialLog(folder: "\(folder)/trial", trial: Self.record())
            #expect(log.takeWarnings().filter { $0.contains(".damaged") }.count == 2)
            log.append(Self.result(1))
            #expect(log.finish(isOver: true) == [])
            #expect(try RecordedExperiment.lines(of: text(of: "\(folder)/trial/result.json")).count == 1)
        }
    }

    @Test("Failures stand behind one another, also those of a trial that never had a folder")
    func failures() throws {
        try withTemporaryDirectory { folder in
            try FailureFile.append(to: "\(folder)/trial", number: 1, "planned\nsecond line", at: 0)
            try FailureFile.append(to: "\(folder)/trial", number: 2, "again", at: 90_000)
            let lines = try text(of: "\(folder)/trial/error.txt").split(separator: "\n").map(String.init)
            #expect(lines.count == 5 && lines[1...2] == ["planned", "second line"] && lines[4] == "again")
            for (line, number) in [(lines[0], 1), (lines[3], 2)] {
                let pattern = try Regex(
                    "Failure # \(number) \\(occurred at 19(69|70)-\\d\\d-\\d\\d_\\d\\d-\\d\\d-\\d\\d\\)")
                #expect(line.wholeMatch(of: pattern) != nil)
            }
        }
    }
}
