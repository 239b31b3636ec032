import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct MutatedFolderTests {
    @Test("Whatever the files hold, a folder is read or refused", arguments: 0..<8)
    func mutations(seed: Int) throws {
        let source = try SampleExperiment.recorded("experiment_minimal")
        let originals = try files(below: source).filter { !$0.key.contains("checkpoint_") }
        var mutations = ByteMutations(seed: UInt64(seed), marks: "{}[]\",:\\\nNI-0e9\r#/")
        try withTemporaryDirectory { folder in
            let copy = "\(folder)/copy"
            try copyFiles(from: source, to: copy) { _ in true }
            // Without objects the tables are read.
            if seed % 2 == 1 {
                for trial in originals.keys where trial.hasSuffix("result.json") {
                    try FileManager.default.removeItem(atPath: "\(copy)/\(trial)")
                }
            }
            for _ in 0..<12 {
                for (path, bytes) in originals.sorted(by: { $0.key < $1.key }) {
                    guard FileManager.default.fileExists(atPath: "\(copy)/\(path)") else { continue }
                    let text = String(decoding: bytes, as: UTF8.self)
                    try Data(mutations.mutated(text)).write(to: URL(fileURLWithPath: "\(copy)/\(path)"))
                }
                let grid = try ResultGrid(reading: copy)
                #expect(grid.trials.count >= 3)
                for scope in GridScope.allCases {
                    _ = try? grid.bestResult("score", .max, scope: scope)
                    _ = try? grid.table(["score", "evaluation/score"], scope: scope).text(width: 80)
                }
                _ = try? grid.curveChart("score", .max)
                _ = try? grid.parallelChart("score", .min)
                let scores = grid.scores("score", .max, scope: .best)
                _ = ImportanceReport(
                    metric: "score",
                    configurations: (0..<12).map { grid.trials[$0 % grid.trials.count].configuration },
                    targets: (0..<12).map { scores[$0 % grid.trials.count] ?? Double($0) })
                _ = try JSON.parse(grid.json())
                #expect(grid.csv().hasPrefix("trial_id,"))
            }
        }
    }

    @Test("Schedules that would take long to be found are not looked for")
    func longCourses() {
        let course = CheckpointSchedule.Course(
            count: 1_000_000, isDone: true, isRunning: false, wanted: Array(0..<100), checkpointCount: 101)
        #expect(CheckpointSchedule.explaining([course]).isEmpty)
        var plain = course
        plain.wanted = []
        plain.checkpointCount = 1
        let schedules = CheckpointSchedule.explaining([plain])
        #expect(schedules.count > 100_000)
        #expect(CheckpointSchedule.rows(of: plain, by: schedules).allSatisfy { $0 == nil })
    }
}
