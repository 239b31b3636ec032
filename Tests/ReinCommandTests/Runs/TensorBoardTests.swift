import Foundation
import Rein
import ReinTestSupport
import Testing

@Suite("rein train --tensorboard", .timeLimit(.minutes(30)))
struct TensorBoardTests {
    /// The event files of a run, the oldest first.
    private func events(_ scratch: Scratch, _ run: String = "run") throws -> [EventReader] {
        try scratch.files(run).filter { $0.key.hasPrefix("events.out.tfevents.") }.sorted { $0.key < $1.key }
            .map { try EventReader([UInt8]($0.value)) }
    }

    /// The numbers of the table by their columns, each with the steps of its row. They are 32-bit ones, as in event files.
    private func table(_ scratch: Scratch, _ run: String = "run") throws -> [String: [Row]] {
        let lines = try scratch.text("\(run)/progress.csv").split(separator: "\n").map {
            CommaSeparated.fields(String($0))
        }
        let place = try #require(lines.first?.firstIndex(of: "environmentSteps"))
        var table: [String: [Row]] = [:]
        for line in lines.dropFirst() {
            for (column, cell) in zip(lines[0], line) {
                guard let number = Float(cell), !number.isNaN else { continue }
                table[column, default: []].append(Row(step: try #require(Int(line[place])), value: number))
            }
        }
        return table
    }

    private struct Row: Equatable {
        var step: Int
        var value: Float
    }

    private func rows(_ readers: some Sequence<EventReader>) -> [String: [Row]] {
        var rows: [String: [Row]] = [:]
        for value in readers.flatMap(\.values) {
            rows[value.tag, default: []].append(Row(step: value.step, value: value.scalar ?? .nan))
        }
        return rows
    }

    @Test("Events have the numbers of the table under its names, a resumed run goes on with them, and no bit changes")
    func numbers() throws {
        let scratch = try Scratch()
        let evaluation = ["--evaluate-every", "2", "--evaluation-episodes", "1"]
        try scratch.train("plain", steps: 128, evaluation)
        try scratch.train("run", steps: 64, evaluation + ["--tensorboard"])
        #expect(try rows(events(scratch)) == table(scratch))
        #expect(try table(scratch)["evaluation/returnMean"]?.map(\.step) == [64])
        try scratch.done(["train", "--resume", "run", "--stop-steps", "128", "--quiet"])
        #expect(try rows(events(scratch)) == table(scratch))
        #expect(try events(scratch).map(\.starts) == [[], [96]])
        #expect(try scratch.files("run/checkpoint_000001") == scratch.files("plain/checkpoint_000000"))
        #expect(try events(scratch, "plain").isEmpty)
        try scratch.done(["train", "--resume", "run", "--stop-steps", "160", "--quiet", "--no-tensorboard"])
        try scratch.done(["train", "--resume", "run", "--stop-steps", "192", "--quiet"])
        #expect(try events(scratch).count == 2)
        try scratch.done(["train", "--config", "run/params.json", "--tensorboard", "--output", "again", "--quiet"])
        #expect(try rows(events(scratch, "again")) == table(scratch, "again"))
    }

    @Test("Iterations that are done again are told again, from their first step on")
    func again() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 128, ["--checkpoint-every", "1", "--tensorboard"])
        try scratch.done(["train", "--resume", "run/checkpoint_000001", "--stop-steps", "160", "--quiet"])
        let readers = try events(scratch)
        #expect(readers.map(\.starts) == [[], [96]])
        let table = try table(scratch)
        #expect(table["iteration"]?.map(\.step) == [32, 64, 96, 128, 160])
        #expect(
            rows(readers.dropFirst())
                == table.compactMapValues { rows in
                    let later = rows.filter { $0.step >= 96 }
                    return later.isEmpty ? nil : later
                })
        guard let python = PythonInterpreter(variable: "REIN_TENSORBOARD_PYTHON") else { return }
        let scalars = table.mapValues { rows -> StateTree in
            .list(rows.map { [.int(Int64($0.step)), .double(Double($0.value))] })
        }
        let expected: StateTree = [
            "scalars": .map(StateMap(uniqueEntries: scalars.map { ($0.key, $0.value) })), "histograms": [:],
            "hparams": [:],
        ]
        try scratch.write(JSON.text(expected), to: "expected.json")
        #expect(python.run(script: "read_events.py", [scratch.path("run"), scratch.path("expected.json")]) == 0)
    }

    @Test("Parameters that do not say whether are refused")
    func refusal() throws {
        let scratch = try Scratch()
        try scratch.write(#"{"tensorboard": "yes"}"#, to: "params.json")
        let refused = try scratch.rein("train", "--config", "params.json")
        #expect(refused.code == 2 && refused.errors.contains("tensorboard"), "\(refused.errors)")
    }
}
