import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// Folders of real Ray Tune, and what Ray itself says of them.
struct RecordedGridTests {
    @Test("The trials of a recorded experiment are what Ray says they are")
    func trials() throws {
        let grid = try ResultGrid(reading: SampleExperiment.recorded("experiment"))
        let summary = try SampleExperiment.recording("experiment_summary")
        #expect(grid.warnings == [])
        #expect(grid.errored.count == (try summary.int("num_errors")))
        #expect(grid.trials.count { $0.status == .terminated } == (try summary.int("num_terminated")))
        #expect(grid.trials.map(\.id) == ["abcde_00000", "abcde_00001", "abcde_00002"])
        #expect(grid.trials.map(\.number) == [0, 1, 2])
        #expect(grid.trials.map(\.tag) == ["0_lr=0.1000", "1_lr=0.2000", "2_lr=0.3000"])
        let recorded = try summary.list("results")
        #expect(recorded.count == grid.trials.count)
        for (trial, reader) in zip(grid.trials, recorded) {
            #expect(trial.folder.map { lastComponent(of: $0) } == (try reader.string("folder")))
            #expect(trial.iteration == (try reader.int("iterations")))
            #expect(trial.resultCount == trial.iteration)
            #expect(trial.latestCheckpoint?.name == (try reader.string("checkpoint")))
            #expect(
                trial.checkpoints.map(\.name) == (try reader.list("best_checkpoints").map { try $0.string() }))
            #expect((trial.errorText != nil) == (reader.optionalChild("error") != nil))
            // Every checkpoint was made by a trainable that wrote down how far it was.
            for checkpoint in trial.checkpoints {
                let saved = try StateReader(JSON.parse(LocalFile.read("\(checkpoint.path)/state.json", limit: 100)))
                #expect(checkpoint.iteration == (try saved.int("n")))
            }
        }
        #expect(grid.trials[2].errorText?.hasPrefix("Failure # 1") == true)
        #expect(grid.trials[2].errorText?.hasSuffix("RuntimeError: planned failure") == true)
        #expect(grid.trials[0].configuration["net"] == ["hidden": [64, 64], "activation": "tanh"])
    }

    @Test("The best result of a recorded experiment is Ray's when failed trials take part, and another one when not")
    func best() throws {
        let grid = try ResultGrid(reading: SampleExperiment.recorded("experiment"))
        let recorded = try SampleExperiment.recording("experiment_summary").child("best")
        let best = try grid.bestResult("score", .max, scope: .last, includingErrored: true)
        #expect(best.value == (try recorded.double("score")))
        #expect(best.iteration == (try recorded.int("iteration")))
        #expect(best.checkpoint?.name == (try recorded.string("checkpoint")))
        #expect(StateTree.map(best.configuration) == (try recorded.child("config").tree))

        let sound = try grid.bestResult("score", .max)
        #expect(sound.trial.id == "abcde_00001" && sound.value == 24 && sound.checkpoint?.name == "checkpoint_000001")
        // The metric is infinite in the fourth result, NaN in the first, and best in the last.
        let loss = try grid.bestResult("loss", .min)
        #expect(loss.trial.id == "abcde_00000" && loss.value == 0.1 && loss.iteration == 6)
        // The mean of a trial with an infinite value cannot be compared.
        #expect(throws: StateError.self) { try grid.bestResult("loss", .min, scope: .mean) }
        #expect(try grid.bestResult("loss", .min, scope: .mean, includingErrored: true).value == 0.5)
        #expect(try grid.bestResult("evaluation/score", .min, scope: .best).iteration == 1)
    }

    @Test("Each trial's best step is the one that Ray finds")
    func bestSteps() throws {
        let folder = try SampleExperiment.recorded("experiment")
        let grid = try ResultGrid(reading: folder)
        let steps = try SampleExperiment.recording("experiment_summary").list("dataframe_best_iterations")
        let tracks = grid.tracks.tracks(of: "loss")
        #expect(try steps.map { try $0.int() } == tracks.map { ($0?.bestRow(.min) ?? -1) + 1 })
    }

    @Test("A folder that was not written by Ray and that Ray opens is read the same")
    func minimal() throws {
        let grid = try ResultGrid(reading: SampleExperiment.recorded("experiment_minimal"))
        let works = try SampleExperiment.recording("experiment_minimal").list("cases")[0].child("works")
        #expect(grid.trials.map(\.id.string) == (try works.list("results").map { try $0.string() }))
        #expect(grid.trials.count == (try works.int("grid_length")))
        for trial in grid.trials {
            #expect(.map(trial.configuration) == (try works.child("configs").child(trial.id.string).tree))
            #expect([3, 3, 1][trial.number ?? 0] == trial.resultCount)
        }
        #expect(grid.errored.map(\.errorText) == ["Failure # 1 (occurred at 2024-01-01_00-00-00)\nplanned"])

        let last = try grid.bestResult("score", .max, scope: .last)
        #expect(last.trial.id.string == (try works.string("best_last")))
        let best = try grid.bestResult("score", .max, scope: .best)
        #expect(.map(best.configuration) == (try works.child("best_config").tree))
        #expect(best.checkpoint?.name == (try works.string("best_checkpoint")))
        #expect(try grid.bestResult("score", .max).checkpoint == best.checkpoint)
        let recorded = try works.list("grid_best_checkpoints").map { try $0.list() }
        #expect(best.trial.checkpoints.map(\.name) == (try recorded.map { try $0[0].string() }))
        #expect(best.trial.checkpoints.map { $0.score("score") } == (try recorded.map { try $0[1].double() }))
    }

    @Test(
        "Without its state, or without its results as objects, a folder says nearly the same", arguments: [true, false])
    func poorer(keepsObjects: Bool) throws {
        let source = try SampleExperiment.recorded("experiment")
        try withTemporaryDirectory { folder in
            let copy = "\(folder)/moved"
            try copyFiles(from: source, to: copy) { name in
                keepsObjects ? !name.hasPrefix("experiment_state") : !name.hasSuffix("/result.json")
            }
            let (grid, full) = (try ResultGrid(reading: copy), try ResultGrid(reading: source))
            #expect(grid.trials.map(\.id) == full.trials.map(\.id))
            #expect(grid.trials.map(\.status) == full.trials.map(\.status))
            #expect(grid.trials.map(\.resultCount) == full.trials.map(\.resultCount))
            #expect(grid.trials.map(\.configuration["lr"]) == full.trials.map(\.configuration["lr"]))
            #expect(grid.trials.map(\.checkpoints.count) == full.trials.map(\.checkpoints.count))
            for metric in ["score", "loss", "evaluation/score", "flag"] {
                #expect(grid.summaries(of: metric) == full.summaries(of: metric), "\(metric)")
            }
            #expect(grid.trials[0].lastMetrics.metricText("label") == "abc")
            #expect(try grid.bestResult("score", .max).checkpoint?.name == "checkpoint_000001")
        }
    }
}

extension StateMap {
    fileprivate func metricText(_ name: String) -> String? {
        guard case .string(let text)? = self[name] else { return nil }
        return text
    }
}
