import Foundation
import ReinTestSupport
import Testing

@testable import ReinCheckpoints
@testable import ReinTune

struct ExperimentStateFileTests {
    /// A trial of the state that was written by hand, from what stands in it.
    private static func summary(_ trial: StateReader) throws -> TrialSummary {
        let static_ = StateReader(try JSON.parse(trial.list()[0].string()))
        let runtime = StateReader(try JSON.parse(trial.list()[1].string()))
        let folder = try static_.string("relative_logdir")
        let results = results(of: folder)
        let status = try #require(TrialStatus(rawValue: static_.string("status")))
        let record = TrialRecord(
            id: TrialID(try static_.string("trial_id")), index: 0,
            configuration: try static_.child("config").settings(),
            tag: try static_.string("experiment_tag"), status: status, lastResult: results.last.map { .map($0) })
        var summary = TrialSummary(record: record, folder: folder)
        summary.searched = try static_.child("evaluated_params").settings()
        for result in results { summary.metrics.append(result) }
        if folder.hasSuffix("_0") {
            summary.bestCheckpoints = [1, 2].map {
                StoredCheckpoint(index: $0 - 1, path: "x/checkpoint_00000\($0 - 1)", metrics: .map(results[$0]))
            }
            summary.latestCheckpoint = summary.bestCheckpoints.last
        }
        summary.hasErrorFile = runtime.optionalChild("error_filename")?.tree.isNull == false
        return summary
    }

    /// What the trials of the state that was written by hand report.
    private static func results(of folder: String) -> [StateMap] {
        let scores: [Double] = folder.hasSuffix("_0") ? [1, 5, 2] : folder.hasSuffix("_1") ? [3, 4, 3.5] : [0.5]
        return scores.enumerated().map { place, score in
            [
                "score": .double(score), "evaluation": ["score": .double(score / 2)],
                "training_iteration": .int(Int64(place + 1)), "time_total_s": .double(Double(place + 1) * 0.5),
                "done": .bool(place == 2),
            ]
        }
    }

    @Test("What Ray was seen to open is written to the byte where it is a pickle, and with the same values elsewhere")
    func minimal() throws {
        let place = ExperimentPlace(parent: "/tmp/storage/", name: "experiment_minimal")
        let recorded = try Fixture.named("experiment_minimal").child("trial_data").list()
        #expect(recorded.count == 3)
        for trial in recorded {
            let summary = try Self.summary(trial)
            let description = StateReader(summary.description(in: place, trainable: "Native"))
            let theirs = StateReader(try JSON.parse(trial.list()[0].string()))
            #expect(try Set(description.map().map(\.key)) == Set(theirs.map().map(\.key)))
            for (key, value) in try theirs.map() { #expect(try description.child(key).tree == value.tree) }
            let progress = StateReader(summary.progress(in: place))
            let runtime = StateReader(try JSON.parse(trial.list()[1].string()))
            for key in ["checkpoint_manager", "error_filename", "last_result"] {
                #expect(try progress.child(key).tree == runtime.child(key).tree)
            }
            for (metric, analysis) in try runtime.child("metric_analysis").map() {
                let ours = try progress.child("metric_analysis").child(metric)
                for (key, value) in try analysis.map() { #expect(try ours.double(key) == value.double()) }
            }
        }
    }

    @Test("The file is JSON, has one name as long as the experiment is there, and nothing is left beside it")
    func file() throws {
        try withTemporaryDirectory { folder in
            let first = try ExperimentStateFile(in: folder, trainable: "T", at: 0)
            var summary = TrialSummary(record: try RecordedExperiment.record(of: 0), folder: "a \u{1F600}\n\"")
            summary.metrics.append(["loss": .double(.nan)])
            try first.write([summary, summary], startTime: 12.5)
            try "".write(toFile: "\(first.path).partial-1", atomically: false, encoding: .utf8)
            let second = try ExperimentStateFile(in: folder, trainable: "T", at: 86_400)
            #expect(second.path == first.path)
            for count in [1, 0] {
                try second.write(Array(repeating: summary, count: count), startTime: 12.5)
                let reader = StateReader(try JSON.parse(text(of: first.path)))
                #expect(try reader.child("trial_data").list().count == count)
                #expect(try reader.child("stats").double("start_time") == 12.5)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [lastComponent(of: first.path)])
            // The newest is the one that Ray reads.
            let newest = "\(folder)/experiment_state-9999-01-01_00-00-00.json"
            try "".write(toFile: newest, atomically: false, encoding: .utf8)
            #expect(try ExperimentStateFile(in: folder, trainable: "T", at: 0).path == newest)
            #expect(throws: StateError.self) { _ = try ExperimentStateFile(in: "\(folder)/no", trainable: "T", at: 0) }
        }
    }

    @Test("No setting and no result is opened as a pickle by whoever reads the file")
    func pickles() throws {
        let armed: StateMap = ["a": [["_type": "CLOUDPICKLE_FALLBACK", "value": "80"]], "b": ["_type": "other"]]
        let record = TrialRecord(id: "t0", index: 0, configuration: armed, lastResult: .map(armed))
        let summary = TrialSummary(record: record, folder: "t", searched: armed)
        let place = ExperimentPlace(parent: "/", name: "e")
        let disarmed: StateTree = ["a": [["_type": nil, "value": "80"]], "b": ["_type": "other"]]
        let description = StateReader(summary.description(in: place, trainable: "T"))
        #expect(try description.child("config").tree == disarmed)
        #expect(try description.child("evaluated_params").tree == disarmed)
        let last = try StateReader(summary.progress(in: place)).child("last_result")
        #expect(try last.child("a").tree == [["_type": nil, "value": "80"]] && last.child("config").tree == disarmed)
    }

    @Test("Places end where the folder of all folders is")
    func places() throws {
        #expect(ExperimentPlace(parent: "/", name: "e").path(of: "t") == "/e/t")
        #expect(ExperimentPlace(parent: "/a//", name: "e").path(of: "t") == "/a/e/t")
        try withTemporaryDirectory { folder in
            let place = try ExperimentPlace(of: "\(folder)/../\(lastComponent(of: folder))/")
            #expect(place.path(of: "t") == "\(try #require(try LocalFile.absolutePath(folder)))/t")
        }
    }

    @Test("What is written again and again keeps its distance, and takes no more than its share")
    func pace() {
        var pace = WritePace(interval: 10, share: 0.05)
        #expect(pace.isDue(at: -5))
        pace.note(from: 0, to: 0.25)
        #expect(!pace.isDue(at: 10.2) && pace.isDue(at: 10.25))
        pace.note(from: 100, to: 102)
        #expect(!pace.isDue(at: 139.9) && pace.isDue(at: 140))
        pace.note(from: 7, to: 6)
        #expect(!pace.isDue(at: 15.9) && pace.isDue(at: 16))
    }
}
