import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct ResultTableTests {
    /// Five trials, one of them failed, one without numbers.
    private func withGrid(_ body: (ResultGrid) throws -> Void) throws {
        try withTemporaryDirectory { folder in
            let sample = SampleExperiment(folder: folder)
            func settings(_ rate: Double, _ name: String, _ width: StateTree) -> StateMap {
                ["env": "Same", "optimizer": ["rate": .double(rate)], "name": .string(name), "net": ["width": width]]
            }
            func seeds(_ row: Int) -> StateMap { ["seeds": [["score": .double(Double(row))]]] }
            try sample.addTrial(0, settings(0.001, "a\nb\u{1B}[31m", 64), scores: [1, 2], others: seeds)
            try sample.addTrial(1, settings(0.25, "🦊 kitsune 狐", 64.0), scores: [5, 3], others: seeds)
            try sample.addTrial(2, settings(1e-7, "plain", 64), scores: [9], error: "Failure # 1\nx", others: seeds)
            try sample.addTrial(3, settings(1, "plain", 64), scores: [.nan], others: seeds)
            try sample.addTrial(12, settings(1, String(repeating: "long ", count: 30), 64), scores: [4])
            try sample.write(
                JSON.text([
                    "trial_data": [
                        [
                            .string(
                                JSON.text([
                                    "trial_id": "abcde_00002", "status": "ERROR",
                                    "relative_logdir": "T_abcde_00002_2_x=2",
                                ]))
                        ]
                    ]
                ]), to: "experiment_state-1.json")
            try body(ResultGrid(reading: folder))
        }
    }

    @Test("Rows are sorted from the best on, with the settings that differ")
    func rows() throws {
        try withGrid { grid in
            let table = try grid.table(["score"])
            #expect(
                table.columns.map(\.name) == ["trial", "status", "rate", "name", "iterations", "seconds", "score"])
            #expect(
                table.rows.map { $0[0] } == [12, 1, 0, 3, 2].map { "abcde_\($0 < 10 ? "0000" : "000")\($0)" })
            #expect(table.rows.map { $0[6] } == ["4", "3", "2", "-", "9"])
            #expect(table.rows.map { $0[2] } == ["1", "0.25", "0.001", "1", "1e-07"])
            #expect(try grid.table(["score"], includingErrored: true).rows[0][6] == "9")
            #expect(try grid.table(["score"], order: .min).rows.map { $0[6] } == ["2", "3", "4", "-", "9"])
            #expect(try grid.table(["score"], scope: .best).rows.map { $0[6] } == ["5", "4", "2", "-", "9"])
            #expect(try grid.table().rows.map { $0[0].suffix(2) } == ["00", "01", "02", "03", "12"])
            let short = try grid.table(["score"], limit: 2)
            #expect(short.rows.count == 2 && short.note == "(and 3 more of 5 trials)")
        }
    }

    @Test("Metrics of single seeds are columns beside their mean")
    func seeds() throws {
        try withTemporaryDirectory { folder in
            let sample = SampleExperiment(folder: folder)
            for trial in 0..<3 {
                try sample.addTrial(trial, ["x": .int(Int64(trial))], scores: [Double(trial)]) { _ in
                    ["seeds": ["0": ["score": .double(Double(trial) - 1)], "1": ["score": .double(Double(trial) + 1)]]]
                }
            }
            let table = try ResultGrid(reading: folder).table(["score", "seeds/0/score", "seeds/1/score"])
            #expect(table.rows.map { $0.suffix(3) } == [["2", "1", "3"], ["1", "0", "2"], ["0", "-1", "1"]])
        }
    }

    @Test("Lines of text are aligned, harmless, and as short as asked for", arguments: [nil, 100, 60, 30])
    func text(width: Int?) throws {
        try withGrid { grid in
            let table = try grid.table(["score"])
            let leftOut = width.map { $0 < 50 ? "(no room for rate, name)" : $0 < 70 ? "(no room for name)" : "" } ?? ""
            let lines = table.text(width: width).split(separator: "\n").map(String.init)
            #expect(lines.count == (leftOut.isEmpty ? 6 : 7))
            for line in lines {
                #expect(line.unicodeScalars.allSatisfy { $0.value >= 32 })
                if let width { #expect(TextWidth.columns(of: line) <= max(width, 51)) }
            }
            let ends = Set(lines.prefix(6).map(TextWidth.columns))
            #expect(ends.count == 1)
            #expect(lines.contains { $0.contains("a\\u{a}") || width != nil })
            #expect(leftOut.isEmpty || lines.last == leftOut)
        }
    }

    @Test("A table of trials gives back what was in them, texts with line ends among it")
    func csv() throws {
        try withGrid { grid in
            try withTemporaryDirectory { folder in
                // Read by the reader of tables, which knows of quotes.
                let sample = SampleExperiment(folder: folder)
                try sample.write(grid.csv(), to: "progress.csv")
                var rows: [StateMap] = []
                var warnings: [String] = []
                ResultFile(path: "\(folder)/progress.csv", isTable: true).forEachResult(&warnings) { _, row in
                    rows.append(row)
                    return true
                }
                #expect(warnings.isEmpty && rows.count == 5)
                #expect(rows[0]["config/name"] == "a\nb\u{1B}[31m" && rows[0]["config/optimizer/rate"] == 0.001)
                #expect(rows.map { $0["score"]! }.map(\.description) == ["2.0", "3.0", "9.0", "null", "4.0"])
                #expect(rows[2]["status"] == "ERROR" && rows[4]["number"] == 12 && rows[1]["results"] == 2)
                #expect(Set(rows.map(\.keys.count)).count <= 2)
            }
        }
    }

    @Test("All results are lines of one table, columns that come late among them")
    func results() throws {
        try withTemporaryDirectory { folder in
            let sample = SampleExperiment(folder: folder)
            try sample.addTrial(0, ["x": 1], scores: [1, 2])
            try sample.addTrial(1, ["x": 2], scores: [3, .infinity]) { row in row == 1 ? ["late": ["y": [1, 2]]] : [:] }
            let grid = try ResultGrid(reading: folder)
            var lines: [String] = []
            grid.forEachResultLine { lines.append($0) }
            #expect(lines[0] == "trial_id,score,training_iteration,time_total_s,done,late/y")
            #expect(lines[1] == "abcde_00000,1.0,1,0.5,false,")
            #expect(lines[4] == "abcde_00001,inf,2,1.0,true,\"[1,2]\"")
            #expect(lines.count == 5)
            struct Full: Error {}
            var count = 0
            #expect(throws: Full.self) {
                try grid.forEachResultLine { (_: String) throws(Full) in
                    count += 1
                    if count == 3 { throw Full() }
                }
            }
            #expect(count == 3)
        }
    }

    @Test("JSON has everything of the trials")
    func json() throws {
        let grid = try ResultGrid(reading: SampleExperiment.recorded("experiment"))
        let trials = try StateReader(JSON.parse(grid.json())).list("trials")
        #expect(trials.count == 3)
        #expect(try trials[2].string("error").hasSuffix("planned failure"))
        #expect(try trials[0].list("checkpoints")[0].int("iteration") == 4)
        #expect(try trials[1].child("config").tree == .map(grid.trials[1].configuration))
    }
}
