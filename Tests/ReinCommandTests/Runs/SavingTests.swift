import Foundation
import Rein
import Testing

@testable import ReinCommand

@Suite("Saving while training", .timeLimit(.minutes(30)))
struct SavingTests {
    @Test(
        "Intervals are iterations, times, or never",
        arguments: [
            ("20", CheckpointInterval.iterations(20)), ("1", .iterations(1)), ("30s", .seconds(30)),
            ("90s", .seconds(90)), ("10m", .seconds(600)), ("1h", .seconds(3600)), ("never", .never),
        ])
    func intervals(_ text: String, _ interval: CheckpointInterval) throws {
        #expect(CheckpointInterval(text) == interval)
        #expect(interval.text == text)
        #expect(try CheckpointInterval(StateReader(interval.tree)) == interval)
    }

    @Test("What is none of them is refused, with what is allowed")
    func wrongIntervals() throws {
        let scratch = try Scratch()
        for text in ["0", "-3", "s", "0s", "-1m", "1.5h", "10 m", "5d", "9223372036854775807h", "often", ""] {
            #expect(CheckpointInterval(text) == nil, "\(text)")
        }
        let outcome = try scratch.rein("train", "--checkpoint-every", "5d")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("10m"), "\(outcome.errors)")
        try scratch.write(#"{"checkpointEvery": "0s"}"#, to: "wrong.json")
        let file = try scratch.rein("train", "--config", "wrong.json")
        #expect(file.code == 2)
        #expect(file.errors.contains("checkpointEvery") && file.errors.contains("10m"), "\(file.errors)")
    }

    @Test("By the clock a checkpoint is due when so much time has passed since the last one")
    func clock() {
        var schedule = SaveSchedule(.seconds(10), at: 100)
        func isDue(after iteration: Int, at time: Double) -> Bool { schedule.isDue(after: iteration, at: time) }
        #expect(!isDue(after: 1, at: 109.9))
        #expect(isDue(after: 2, at: 110))
        schedule.succeed(at: 113)
        #expect(!isDue(after: 3, at: 120))
        #expect(isDue(after: 4, at: 123))
        schedule = SaveSchedule(.never, at: 0)
        #expect(!isDue(after: 1, at: 1e9))
    }

    @Test("The end of an iteration is waited for until the clock's checkpoint is late by a quarter")
    func deadline() {
        var schedule = SaveSchedule(.seconds(300), at: 100)
        #expect(schedule.deadline == 475)
        schedule.succeed(at: 500)
        #expect(schedule.deadline == 875)
        _ = schedule.isDue(after: 1, at: 875)
        for delay in [1.0, 2, 4] { #expect(schedule.fail(at: 900) == delay && schedule.deadline == 900 + delay) }
        #expect(SaveSchedule(.never, at: 0).deadline == nil)
        #expect(SaveSchedule(.iterations(1), at: 0).deadline == nil)
    }

    @Test("An iteration that takes long is saved inside, and ends with the bits that it would have had")
    func insideIteration() throws {
        let scratch = try Scratch()
        let faulty = try FaultyAlgorithm(delay: 0.4)
        let (session, claim) = try session(scratch, faulty, steps: 2 * 32, every: .seconds(1))
        let outcome = try session.train()
        claim.release()
        #expect(outcome.reason == .steps)
        #expect(faulty.stops > 0 && faulty.tries.first == 0, "\(faulty.tries)")
        try scratch.train("whole", steps: 2 * 32, ["--seed", "3"])
        let last = try #require(try checkpoints(scratch).last)
        #expect(try scratch.files("run/\(last)") == scratch.files("whole/checkpoint_000000"))
        #expect(try scratch.text("run/progress.csv").split(separator: "\n").count == 3)
    }

    @Test("A checkpoint that failed stays due, and is tried after one second, two, four ... and every five minutes")
    func backOff() {
        var schedule = SaveSchedule(.iterations(5), at: 0)
        func isDue(after iteration: Int, at time: Double) -> Bool { schedule.isDue(after: iteration, at: time) }
        #expect(!isDue(after: 4, at: 0))
        #expect(isDue(after: 5, at: 0))
        var time = 0.0
        for delay in [1.0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            let given = schedule.fail(at: time)
            #expect(given == delay)
            #expect(schedule.hasFailed)
            #expect(!isDue(after: 6, at: time + delay - 0.01))
            // An iteration of the plan is no reason to try more often.
            #expect(!isDue(after: 10, at: time + delay - 0.01))
            #expect(isDue(after: 7, at: time + delay))
            time += delay
        }
        schedule.succeed(at: time)
        #expect(!schedule.hasFailed)
        #expect(!isDue(after: 11, at: time + 1000))
        #expect(isDue(after: 15, at: time + 1000))
    }

    @Test("A run saves every five minutes unless something else is said")
    func standard() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        #expect(try document(scratch.text("run/params.json")).string("checkpointEvery") == "5m")
        try scratch.train("never", ["--checkpoint-every", "never"])
        #expect(try document(scratch.text("never/params.json")).string("checkpointEvery") == "never")
        try scratch.done(["train", "--resume", "never", "--stop-steps", "96", "--quiet"])
        #expect(try document(scratch.text("never/params.json")).string("checkpointEvery") == "never")
        try scratch.train("counted", ["--checkpoint-every", "7"])
        #expect(try document(scratch.text("counted/params.json")).int("checkpointEvery") == 7)
    }

    private func checkpoints(_ scratch: Scratch, _ run: String = "run") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: scratch.path(run))
            .filter { $0.hasPrefix("checkpoint_") }.sorted()
    }

    @Test("Checkpoints of the clock replace each other, also those of a process that was killed, and change no bits")
    func byClock() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000", "--quiet", "--checkpoint-every", "1s"]
                + Scratch.tiny, in: scratch.directory)
        try wait {
            let names = (try? checkpoints(scratch)) ?? []
            return names.count == 1 && names != ["checkpoint_000000"]
        }
        process.send(SIGKILL)
        _ = try process.wait()
        // One, or two if it was killed between making the second and removing the first.
        let kept = try checkpoints(scratch)
        #expect((1...2).contains(kept.count))
        let iteration = try document(scratch.done(["inspect", "run", "--json"]).output)
            .child("counters").int("iterations")
        let steps = (iteration + 3) * 32
        try scratch.done(["train", "--resume", "run", "--stop-steps", "\(steps)", "--quiet"])
        let last = try checkpoints(scratch)
        #expect(last.count == 1 && last != kept, "\(last)")
        try scratch.train("whole", steps: steps, ["--checkpoint-every", "never"])
        #expect(try scratch.files("run/\(last[0])") == scratch.files("whole/checkpoint_000000"))
    }

    /// A session in a new run directory.
    private func session(
        _ scratch: Scratch, _ faulty: FaultyAlgorithm, steps: Int, every interval: CheckpointInterval
    ) throws -> (session: TrainingSession, claim: ClaimedRun) {
        let algorithm = AnyAlgorithm(erasing: faulty)
        var parameters = RunParameters(of: algorithm)
        parameters.stop.steps = steps
        parameters.checkpointEvery = interval
        let claim = try ClaimedRun.make(at: scratch.path("run"))
        let planned = PlannedRun(algorithm: algorithm, parameters: parameters, claim: claim)
        return (try TrainingSession(planned, sharesFiles: true, quiet: true), claim)
    }

    @Test("When a checkpoint cannot be saved, training goes on, and the checkpoint of the end is that of a good run")
    func failureInPassing() throws {
        let scratch = try Scratch()
        let faulty = try FaultyAlgorithm { $1 < 6 }
        let (session, claim) = try session(scratch, faulty, steps: 6 * 32, every: .iterations(1))
        let outcome = try session.train()
        claim.release()
        #expect(outcome.reason == .steps)
        // Not after each iteration: the next try is a second later, the one after that two.
        #expect(faulty.tries.first == 1 && faulty.tries.last == 6 && faulty.tries.count < 6)
        #expect(outcome.checkpoint == scratch.path("run/checkpoint_000000"))
        try scratch.train("whole", steps: 6 * 32, ["--seed", "3"])
        #expect(try scratch.files("run/checkpoint_000000") == scratch.files("whole/checkpoint_000000"))
    }

    @Test("The checkpoint of the end is tried twice; then the error says what is lost")
    func failureAtTheEnd() throws {
        let scratch = try Scratch()
        let faulty = try FaultyAlgorithm { $1 > 2 }
        let (session, claim) = try session(scratch, faulty, steps: 5 * 32, every: .iterations(2))
        let error = try #require(throws: CommandFailure.self) { _ = try session.train() }
        claim.release()
        #expect(faulty.tries.starts(with: [2, 4]) && faulty.tries.suffix(2) == [5, 5])
        for words in ["No space left", "iterations 3 to 5 are lost", "checkpoint_000000"] {
            #expect(error.description.contains(words), "\(error)")
        }
        #expect(try RunStatus(of: claim.directory).state == .failed)
        #expect(try checkpoints(scratch) == ["checkpoint_000000"])
    }

    @Test("A number of the environment's that is none ends training; what was trained before is saved")
    func faultyEnvironment() throws {
        let scratch = try Scratch()
        let fault = EnvironmentFault(
            environment: "CartPole-v1", episode: .copy(1), step: 3, quantity: .reward, value: .nan)
        let faulty = try FaultyAlgorithm(fault: (iterations: 2, fault: fault))
        let (session, claim) = try session(scratch, faulty, steps: 6 * 32, every: .never)
        let error = try #require(throws: TrainingError.self) { _ = try session.train() }
        claim.release()
        #expect(error == .environment(fault))
        #expect(faulty.tries == [2])
        #expect(try RunStatus(of: claim.directory).state == .failed)
        try scratch.train("whole", steps: 2 * 32, ["--seed", "3"])
        #expect(try scratch.files("run/checkpoint_000000") == scratch.files("whole/checkpoint_000000"))
    }

    @Test("One that succeeds the second time is as good as any")
    func secondTry() throws {
        let scratch = try Scratch()
        let faulty = try FaultyAlgorithm { tries, _ in tries == 0 }
        let (session, claim) = try session(scratch, faulty, steps: 32, every: .never)
        _ = try session.train()
        claim.release()
        #expect(faulty.tries == [1, 1])
        try scratch.done(["verify", "run"])
    }

    @Test("Replaceable checkpoints go when a later one is complete, others and strangers stay")
    func replacing() throws {
        let scratch = try Scratch()
        let algorithm = try PPO(environment: CartPole.self, configuration: Scratch.configuration)
        let claim = try ClaimedRun.make(at: scratch.path("run"))
        var made = try RunCheckpoints(of: claim.directory)
        func make(_ isReplaceable: Bool) throws -> String {
            try made.make(replaceable: isReplaceable) { path, earlier in
                try algorithm.save(to: path, format: .native, sharingWith: earlier)
            }
        }
        _ = try make(false)
        _ = try make(true)
        #expect(try checkpoints(scratch) == ["checkpoint_000000", "checkpoint_000001"])
        _ = try make(true)
        #expect(try checkpoints(scratch) == ["checkpoint_000000", "checkpoint_000002"])
        // A later process goes on where this one was killed.
        made = try RunCheckpoints(of: claim.directory)
        _ = try make(false)
        #expect(try checkpoints(scratch) == ["checkpoint_000000", "checkpoint_000003"])
        // A failed one replaces nothing.
        _ = try make(true)
        #expect(throws: StateError.self) {
            _ = try made.make(replaceable: true) { path, _ in throw StateError(.inputOutput, "full", path: path) }
        }
        #expect(try checkpoints(scratch) == ["checkpoint_000000", "checkpoint_000003", "checkpoint_000004"])
        // The number of the failed one is used by one that stays.
        made = try RunCheckpoints(of: claim.directory)
        _ = try make(false)
        _ = try make(false)
        let kept = ["checkpoint_000000", "checkpoint_000003", "checkpoint_000005", "checkpoint_000006"]
        #expect(try checkpoints(scratch) == kept)
    }

    @Test("A checkpoint whose number is taken takes the next, and the other one stays")
    func takenNumber() throws {
        let scratch = try Scratch()
        let claim = try ClaimedRun.make(at: scratch.path("run"))
        let made = try RunCheckpoints(of: claim.directory)
        let algorithm = try PPO(environment: CartPole.self, configuration: Scratch.configuration)
        var tried: [String] = []
        for isReplaceable in [true, false] {
            _ = try made.make(replaceable: isReplaceable) { path, _ in
                tried.append(path.split(separator: "/").last.map(String.init) ?? "")
                if tried.count % 2 == 1 { try algorithm.save(to: path) }
                try algorithm.save(to: path, format: .native, sharingWith: nil)
            }
        }
        #expect(tried == (0...3).map { "checkpoint_00000\($0)" })
        #expect(try checkpoints(scratch) == ["checkpoint_000000", "checkpoint_000002", "checkpoint_000003"])
        // Something else that is there already is no reason to try again.
        var count = 0
        #expect(throws: StateError.self) {
            _ = try made.make(replaceable: false) { path, _ in
                count += 1
                throw StateError(.alreadyExists, "the policy is given twice", path: path)
            }
        }
        #expect(count == 1)
    }

    @Test(
        "A status that says nonsense removes nothing, and is set aside",
        arguments: [
            "", "[]", "{}", #"{"state": "asleep", "replaceableCheckpoints": []}"#,
            #"{"state": null, "replaceableCheckpoints": ["../x"]}"#,
            #"{"state": null, "replaceableCheckpoints": ["checkpoint_000000", 3]}"#,
        ])
    func nonsense(_ text: String) throws {
        let scratch = try Scratch()
        try scratch.train("run")
        try FileManager.default.createDirectory(atPath: scratch.path("x"), withIntermediateDirectories: false)
        try scratch.write("{}", to: "x/rllib_checkpoint.json")
        try scratch.write(text, to: "run/.run.json")
        let errors = try scratch.done(["train", "--resume", "run", "--stop-steps", "128", "--quiet"]).errors
        #expect(errors.contains("run/.run.json") && errors.contains("it is now"), "\(errors)")
        #expect(errors.split(separator: ".run.json").count == 3, "\(errors)")
        #expect(scratch.exists("x") && scratch.exists("run/params.json"))
        #expect(try RunStatus(of: RunDirectory(path: scratch.path("run"))).state == .finished)
        #expect(try checkpoints(scratch) == ["checkpoint_000000", "checkpoint_000001"])
    }

    @Test("A directory in the place of the status stops no run")
    func directory() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        try FileManager.default.removeItem(atPath: scratch.path("run/.run.json"))
        try FileManager.default.createDirectory(
            atPath: scratch.path("run/.run.json"), withIntermediateDirectories: false)
        let errors = try scratch.done(["train", "--resume", "run", "--stop-steps", "128", "--quiet"]).errors
        #expect(errors.contains("it is now"), "\(errors)")
        #expect(try RunStatus(of: RunDirectory(path: scratch.path("run"))).state == .finished)
    }
}
