import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct CheckpointMatchingTests {
    private typealias Schedule = CheckpointSchedule

    private func course(_ schedule: Schedule, _ count: Int, isDone: Bool = true, wanted: [Int] = []) -> Schedule.Course
    {
        var course = Schedule.Course(
            count: count, isDone: isDone, isRunning: false, wanted: wanted, checkpointCount: 0)
        course.checkpointCount = schedule.rows(of: course).count
        return course
    }

    @Test("What is said of a checkpoint is true, whatever the schedule, and counting agrees with listing")
    func soundness() {
        var agreedCount = 0
        for frequency in 0...6 {
            for atEnd in [false, true] {
                let schedule = Schedule(frequency: frequency, atEnd: atEnd)
                for counts in [[6], [7], [5, 9], [12, 3, 8], [1, 2, 13]] {
                    let courses = counts.enumerated().map { place, count in
                        course(schedule, count, isDone: place != 1, wanted: count > 4 ? [1, 3] : [])
                    }
                    let found = Schedule.explaining(courses)
                    #expect(found.contains(schedule))
                    for course in courses {
                        #expect(schedule.rowCount(of: course) == schedule.rows(of: course).count)
                        let rows = Schedule.rows(of: course, by: found)
                        for (row, agreed) in zip(schedule.rows(of: course), rows) where agreed != nil {
                            #expect(agreed == row)
                            agreedCount += 1
                        }
                    }
                }
            }
        }
        #expect(agreedCount > 200)
    }

    @Test("Several trials tell together what none of them tells alone")
    func together() {
        let schedule = Schedule(frequency: 3, atEnd: true)
        let (long, short) = (course(schedule, 8), course(schedule, 4))
        // Two checkpoints of four results: every two, or every three and at the end.
        #expect(Schedule.rows(of: short, by: Schedule.explaining([short])) == [nil, 3])
        #expect(Schedule.rows(of: short, by: Schedule.explaining([short, long])) == [2, 3])
    }

    @Test("A trial that runs may not have its newest checkpoint yet")
    func running() {
        var course = course(Schedule(frequency: 2, atEnd: false), 6, isDone: false)
        course.checkpointCount = 2
        #expect(Schedule.explaining([course]).allSatisfy { $0.frequency == 3 })
        course.isRunning = true
        #expect(Schedule.explaining([course]).contains(Schedule(frequency: 2, atEnd: false)))
    }

    @Test("Nothing is claimed where schedulers have had trials saved")
    func paused() throws {
        func known(_ extra: (SampleExperiment, String) throws -> Void, restoredAfter row: Int) throws -> Bool {
            try withTemporaryDirectory { folder in
                let sample = SampleExperiment(folder: folder)
                let trial = try sample.addTrial(0, ["x": 1], scores: [1, 2, 3, 4]) { index in
                    ["iterations_since_restore": .int(Int64(index < row ? index + 1 : index + 1 - row))]
                }
                for index in 0..<4 { try sample.write("", to: "\(trial)/\(CheckpointName.name(index))/file") }
                try extra(sample, trial)
                let checkpoints = try ResultGrid(reading: folder).trials[0].checkpoints
                #expect(checkpoints.count == 4)
                return checkpoints.map { $0.score("score") } == [1, 2, 3, 4]
            }
        }
        #expect(try known({ _, _ in }, restoredAfter: 4))
        #expect(try !known({ _, _ in }, restoredAfter: 2))
        #expect(try known({ try $0.write("Failure # 1\nx", to: "\($1)/error.txt") }, restoredAfter: 2))
        #expect(try !known({ sample, _ in try sample.write("", to: "pbt_global.txt") }, restoredAfter: 4))
        let state: (SampleExperiment, String) throws -> Void = { sample, trial in
            let text: StateTree = ["status": "PAUSED", "relative_logdir": .string(trial)]
            try sample.write(
                JSON.text(["trial_data": [[.string(JSON.text(text))]]]), to: "experiment_state-1.json")
        }
        #expect(try !known(state, restoredAfter: 4))
    }

    @Test("Results of a function name their checkpoints, and what nothing tells is not claimed")
    func named() throws {
        try withTemporaryDirectory { folder in
            let sample = SampleExperiment(folder: folder)
            let trial = try sample.addTrial(0, ["x": 1], scores: [5, 7, 6, 9]) { row in
                row == 3 ? [:] : ["checkpoint_dir_name": .string(CheckpointName.name(row))]
            }
            for index in [1, 2, 3] { try sample.write("", to: "\(trial)/\(CheckpointName.name(index))/file") }
            let grid = try ResultGrid(reading: folder)
            #expect(grid.trials[0].checkpoints.map { $0.score("score") } == [7, 6, nil])
            #expect(grid.warnings.count == 1 && grid.warnings[0].contains("after which result 1 checkpoint came to be"))
            let best = try grid.bestResult("score", .max)
            #expect(best.value == 7 && best.iteration == 2 && best.checkpoint?.index == 1)
            #expect(try grid.bestResult("score", .max, scope: .best).value == 9)
            #expect(try grid.bestResult("score", .max, scope: .best).checkpoint == nil)
        }
    }

    @Test("Our own folders say themselves what their checkpoints are")
    func journal() throws {
        try withTemporaryDirectory { folder in
            let sample = SampleExperiment(folder: folder)
            let trial = try sample.addTrial(0, ["x": 1], scores: [1, 2, 3, 4])
            let store = try CheckpointStore(at: "\(folder)/\(trial)", config: CheckpointConfig(), synchronizing: false)
            for score in [4.0, .nan, 8] {
                let metrics: StateTree = ["score": .double(score), "training_iteration": 3, "config": ["x": 7]]
                try store.add(metrics: metrics) { path in
                    try sample.write("x", to: "\(trial)/\(lastComponent(of: path))/file")
                }
            }
            // One that is being made, while the store is in use.
            let index = try store.begin()
            try sample.write("x", to: "\(trial)/\(CheckpointName.name(index))/file")
            let grid = try ResultGrid(reading: folder)
            #expect(grid.trials[0].checkpoints.map { $0.score("score") } == [4, nil, 8])
            #expect(grid.trials[0].latestCheckpoint?.index == 2 && grid.warnings.isEmpty)
            let best = try grid.bestResult("score", .min)
            #expect(best.checkpoint?.index == 0 && best.configuration == ["x": 7] && best.metrics["config"] == nil)
            #expect(store.checkpoints.count == 3)
        }
    }

    @Test("A checkpoint that a driver made says what it is where there is no journal")
    func progress() throws {
        try withTemporaryDirectory { folder in
            let sample = SampleExperiment(folder: folder)
            let trial = try sample.addTrial(0, ["x": 1], scores: [1, 2])
            var checkpoint = try Checkpoint(dictionary: ["weights": 1])
            var progress = TrainableProgress(experimentID: "e")
            progress.lastResult = ["score": 2.5, "training_iteration": 2]
            try checkpoint.setProgress(progress.state)
            try checkpoint.write(to: "\(folder)/\(trial)/checkpoint_000004", synchronizing: false)
            let grid = try ResultGrid(reading: folder)
            #expect(try grid.bestResult("score", .max).checkpoint?.name == "checkpoint_000004")
            #expect(try grid.bestResult("score", .max).value == 2.5)
            #expect(grid.warnings.isEmpty)
        }
    }
}
