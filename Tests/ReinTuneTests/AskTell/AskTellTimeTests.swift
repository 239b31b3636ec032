import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// Experiments that are asked, and have so much time.
struct AskTellTimeTests {
    private static func tuner(seconds: Double) throws -> AskTellTuner {
        var tuner = try AskTellKind.random.asked(concurrency: 2)
        tuner.stopRule = .timeBudget(seconds: seconds)
        return tuner
    }

    /// Lets a little more than a second pass.
    private static func wait() { Thread.sleep(forTimeInterval: 1.05) }

    @Test("Time counts from the beginning, not from the first result; what is out then hears that it is over")
    func overWithResult() throws {
        try withTemporaryDirectory { folder in
            let experiment = try Self.tuner(seconds: 1).begin(in: "\(folder)/e")
            let (first, second) = (try #require(try experiment.ask()), try #require(try experiment.ask()))
            Self.wait()
            #expect(try experiment.tell(first.id, ["height": 1]) == .stop)
            #expect(experiment.isFinished && experiment.isClosed)
            #expect(try experiment.ask() == nil)
            #expect(try experiment.tell(second.id, ["height": 1], done: true) == .stop)
            #expect(experiment.trials.allSatisfy { $0.status == .terminated && $0.lastResult == nil })
            try experiment.close()
            #expect(try ResultGrid(reading: "\(folder)/e").trials.allSatisfy { $0.status == .terminated })
        }
    }

    @Test("Whoever asks when the time is over gets nothing more")
    func overWithQuestion() throws {
        try withTemporaryDirectory { folder in
            let experiment = try Self.tuner(seconds: 1).begin(in: "\(folder)/e")
            let trial = try #require(try experiment.ask())
            #expect(try experiment.tell(trial.id, ["height": 1]) == .goOn)
            Self.wait()
            #expect(try experiment.ask() == nil)
            #expect(experiment.isFinished)
            #expect(try !experiment.fail(trial.id, "too late"))
        }
    }

    @Test("One that goes on has what was left, whether it was closed with a trial out or not")
    func resumed() throws {
        try withTemporaryDirectory { folder in
            let tuner = try Self.tuner(seconds: 2)
            let experiment = try tuner.begin(in: "\(folder)/e")
            let trial = try #require(try experiment.ask())
            Self.wait()
            try experiment.close()
            let resumed = try tuner.resume(in: "\(folder)/e")
            #expect(try resumed.ask()?.id == trial.id)
            Self.wait()
            #expect(try resumed.tell(trial.id, ["height": 1]) == .stop)
            #expect(resumed.isFinished)
            // More time than there was: it goes on where it was.
            try resumed.close()
            let longer = try Self.tuner(seconds: 3_600).resume(
                in: "\(folder)/e", revising: ExperimentRevision(continuesStopped: true))
            #expect(try longer.ask() != nil && longer.seconds >= 2)
        }
    }

    @Test("Whoever asks by lines is told so, too")
    func served() throws {
        try withTemporaryDirectory { folder in
            let plan = try ExperimentPlan(
                json: #"{"space": {"rate": {"uniform": [0, 1]}}, "samples": 9, "timeBudget": 1}"#)
            let (requests, answers) = (Pipe(), Pipe())
            let server = Thread {
                _ = try? AskTellServer.serve(
                    plan, in: "\(folder)/e", input: requests.fileHandleForReading.fileDescriptor,
                    output: answers.fileHandleForWriting.fileDescriptor, warning: { _ in })
                try? answers.fileHandleForWriting.close()
            }
            server.start()
            requests.fileHandleForWriting.write(Data("{\"ask\": {}}\n".utf8))
            var text = ""
            func answer() throws -> StateReader {
                while !text.contains("\n") {
                    text += String(decoding: answers.fileHandleForReading.availableData, as: UTF8.self)
                }
                let end = try #require(text.firstIndex(of: "\n"))
                defer { text = String(text[text.index(after: end)...]) }
                return StateReader(try JSON.parse(String(text[..<end])))
            }
            let id = try answer().child("trial").string("id")
            Self.wait()
            requests.fileHandleForWriting.write(
                Data("{\"tell\": {\"trial\": \"\(id)\", \"metrics\": {\"a\": 1}}}\n{\"ask\": {}}\n".utf8))
            #expect(try answer().string("verdict") == "stop")
            let last = try answer()
            #expect(try last.bool("finished") && last.bool("closed"))
            try requests.fileHandleForWriting.close()
            while !answers.fileHandleForReading.availableData.isEmpty {}
        }
    }
}
