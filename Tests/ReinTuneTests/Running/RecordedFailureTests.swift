import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

/// Failures and resumed experiments, as they were recorded from Ray Tune; but iterations that are done again replace the
/// old ones in the logs.
struct RecordedFailureTests {
    /// A recorded log without the iterations that were done again later.
    private static func replaced(_ log: StateReader) throws -> StateTree {
        var kept: [(iteration: Int, entry: StateTree)] = []
        for entry in try log.list() {
            let iteration = try entry.list()[0].int()
            kept.removeAll { $0.iteration >= iteration }
            kept.append((iteration, entry.tree))
        }
        return .list(kept.map(\.entry))
    }

    /// The log of a trial's folder.
    private static func log(_ folder: String, counter: String) throws -> StateTree {
        .list(
            try rows(in: folder).map { row in
                .list(
                    try ["training_iteration", counter, "iterations_since_restore"].map { .int(Int64(try row.int($0))) }
                )
            })
    }

    /// The number of failures that are written down.
    private static func failures(_ folder: String) throws -> Int {
        guard FileManager.default.fileExists(atPath: "\(folder)/error.txt") else { return 0 }
        return try String(contentsOfFile: "\(folder)/error.txt", encoding: .utf8).components(separatedBy: "Failure #")
            .count - 1
    }

    private static func compare(_ folder: String, _ recorded: StateReader, counter: String) throws {
        let trial = try #require(try ExperimentContents(folder: folder).trials.first)
        let place = "\(folder)/\(trial)"
        #expect(try log(place, counter: counter) == replaced(recorded.child("log")))
        #expect(try checkpoints(in: place) == recorded.child("folders").tree)
        #expect(try failures(place) == recorded.int("error_txt_blocks"))
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: place))
        for name in try recorded.list("files").map({ try $0.string() }) where !name.hasSuffix(".pkl") {
            let isThere = name.hasPrefix("events") ? names.contains { $0.hasPrefix("events") } : names.contains(name)
            #expect(isThere, "\(name)")
        }
    }

    private static func failurePolicy(_ count: Int) throws -> FailurePolicy {
        try FailurePolicy(maximumFailures: count < 0 ? nil : count)
    }

    @Test("A type that fails goes on from its newest checkpoint as often as it may")
    func types() async throws {
        let cases = try Fixture.named("runs_failures").list("cases").filter {
            try $0.string("kind") == "class fails in step 4"
        }
        #expect(cases.count == 9)
        for recorded in cases {
            try await withTemporaryDirectory { folder in
                let mark = RunCounter.Mark()
                var tuner = try Tuner(RunCounter.withParameter("mark", mark), searching: ["fail_at": .fixed(4)])
                tuner.stopRule = .atLeast("training_iteration", 6)
                tuner.checkpoints = try CheckpointConfig(frequency: recorded.int("frequency"))
                tuner.failures = try Self.failurePolicy(recorded.int("max_failures"))
                tuner.synchronizes = false
                let outcome = try await tuner.run(in: "\(folder)/e")
                #expect(outcome.isFinished && outcome.trials.count == 1)
                #expect((outcome.trials[0].status == .errored) == !(try recorded.child("error").tree.isNull))
                try Self.compare("\(folder)/e", recorded, counter: "n")
            }
        }
    }

    @Test("A function that fails goes on from the checkpoint that it reported last, now or when it is resumed")
    func functions() async throws {
        let cases = try Fixture.named("runs_failures").list("cases")
        let first = try cases.filter { try $0.string("kind").hasPrefix("function fails") }
        #expect(first.count == 6)
        for recorded in first {
            let every = try recorded.int("checkpoint_every")
            let failures = try recorded.int("max_failures")
            try await withTemporaryDirectory { folder in
                let mark = RunCounter.Mark()
                let definition = TrainableDefinition(named: "resumes") { _, session in
                    let before = try await session.checkpoint?.withDirectory { path in
                        Int(try String(contentsOfFile: "\(path)/n", encoding: .utf8)) ?? 0
                    }
                    for i in (before.map { $0 + 1 } ?? 0)..<6 {
                        if i == 3, mark.isFirst() { throw StateError(.outOfRange, "planned") }
                        var checkpoint: Checkpoint?
                        if i % every == 0 {
                            let place = "\(folder)/\(UUID())"
                            try FileManager.default.createDirectory(
                                atPath: place, withIntermediateDirectories: true)
                            try "\(i)".write(toFile: "\(place)/n", atomically: false, encoding: .utf8)
                            checkpoint = try Checkpoint(directory: place)
                        }
                        try await session.report(["i": .int(Int64(i))], checkpoint: checkpoint)
                    }
                    return nil
                }
                var tuner = try Tuner(definition, searching: ["every": .fixed(.int(Int64(every)))])
                tuner.failures = try Self.failurePolicy(failures)
                tuner.synchronizes = false
                let outcome = try await tuner.run(in: "\(folder)/e")
                #expect(outcome.isFinished && (outcome.trials[0].status == .errored) == (failures == 0))
                try Self.compare("\(folder)/e", recorded, counter: "i")
                guard failures == 0 else { return }
                let resumed = try #require(
                    try cases.first {
                        guard try $0.string("kind") == "then Tuner.restore" else { return false }
                        return try $0.int("checkpoint_every") == every
                    })
                let again = try await tuner.resume(
                    in: "\(folder)/e", revising: ExperimentRevision(errored: .resume))
                #expect(again.isFinished && again.trials.count == 1 && again.trials[0].status == .terminated)
                try Self.compare("\(folder)/e", resumed, counter: "i")
            }
        }
    }

    /// The trainable of the recorded experiments that are resumed.
    final class Steps: DirectoryTrainable {
        private let fails: Int
        private let isIll: Bool
        private(set) var n = 0

        init(configuration: StateMap, context: TrainableContext) throws {
            fails = try StateReader(.map(configuration)).int("fails")
            isIll = try context.parameters.value("isIll")
        }

        func step() throws -> StepResult {
            n += 1
            if fails == n, isIll { throw StateError(.outOfRange, "planned") }
            return StepResult(["n": .int(Int64(n))])
        }

        func saveCheckpoint(to directory: String) throws {
            try "\(n)".write(toFile: "\(directory)/n", atomically: false, encoding: .utf8)
        }

        func loadCheckpoint(from directory: String) throws {
            n = try #require(Int(String(contentsOfFile: "\(directory)/n", encoding: .utf8)))
        }
    }

    private static func steps(isIll: Bool) throws -> Tuner {
        var tuner = try Tuner(
            Steps.withParameter("isIll", isIll),
            searching: ["fails": .grid([0, 3]), "slow": .fixed(false)])
        tuner.stopRule = .atLeast("training_iteration", 5)
        tuner.checkpoints = try CheckpointConfig(numToKeep: 2, frequency: 1)
        tuner.machine = try MachineResources(cpus: 1, gpus: 0, memory: 1e9)
        tuner.synchronizes = false
        return tuner
    }

    /// What is in the folders, as the recording has it.
    private static func folders(_ folder: String) throws -> [StateTree] {
        try ExperimentContents(folder: folder).trials.map { trial in
            let date = "_\\d{4}-\\d\\d-\\d\\d_\\d\\d-\\d\\d-\\d\\d$"
            let name = trial.replacingOccurrences(of: date, with: "_<date>", options: .regularExpression)
            let code = name.split(separator: "_")[1]
            return [
                "folder": .string(name.replacingOccurrences(of: code, with: "abcde")),
                "log": try log("\(folder)/\(trial)", counter: "n"),
                "checkpoints": .list(
                    try ExperimentContents(folder: folder).checkpoints(trial).map { .string($0) }),
                "error_txt_blocks": .int(Int64(try failures("\(folder)/\(trial)"))),
            ]
        }
    }

    @Test("A copy of an experiment with a failed trial goes on as each flag says")
    func flags() async throws {
        let cases = try Fixture.named("runs_restore").list("cases")
        try await withTemporaryDirectory { folder in
            let first = try await Self.steps(isIll: true).run(in: "\(folder)/first")
            #expect(first.trials.map(\.status) == [.terminated, .errored])
            #expect(try Self.folders("\(folder)/first") == cases[0].list("folders").map(\.tree))
            var count = 0
            for recorded in cases {
                guard let arguments = recorded.optionalChild("arguments") else { continue }
                count += 1
                let copy = "\(folder)/copy\(count)"
                try FileManager.default.copyItem(atPath: "\(folder)/first", toPath: copy)
                let resumes = arguments.optionalChild("resume_errored") != nil
                let restarts = arguments.optionalChild("restart_errored") != nil
                let outcome = try await Self.steps(isIll: false).resume(
                    in: copy,
                    revising: ExperimentRevision(
                        unfinished: arguments.optionalChild("resume_unfinished") == nil ? .resume : .terminate,
                        errored: resumes ? .resume : restarts ? .restart : .keep))
                #expect(outcome.isFinished)
                var expected = try recorded.list("folders").map(\.tree)
                if restarts, !resumes, case .map(var restarted)? = expected.last {
                    // Ray's goes on with the numbers of the old trial's checkpoints, and its id has no number.
                    restarted["folder"] = "Steps_abcde_00002_2_fails=3_<date>"
                    restarted["checkpoints"] = ["checkpoint_000003", "checkpoint_000004"]
                    expected[expected.count - 1] = .map(restarted)
                }
                let found = try Self.folders(copy)
                #expect(found == expected, "\(arguments.tree): \(found)")
                // The order of trials is that of their making.
                #expect(outcome.trials.map(\.index) == Array(0..<outcome.trials.count))
            }
            #expect(count == 5)
        }
    }

    @Test("Somebody else's experiment, none, and one that is in use are refused")
    func refusals() async throws {
        try await withTemporaryDirectory { folder in
            _ = try await Self.steps(isIll: false).run(in: "\(folder)/e")
            let other = try Tuner(TrainableDefinition(Climber.self), searching: ["fails": .grid([0, 3])])
            let error = await #expect(throws: StateError.self) { try await other.resume(in: "\(folder)/e") }
            #expect(error?.message.contains("\"Steps\"") == true)
            var space = try Self.steps(isIll: false)
            space.searcher = GridRandomSearcher(try VariantSequence(of: ["zz": .fixed(1)], seed: 0))
            await #expect(throws: StateError.self) { try await space.resume(in: "\(folder)/e") }
            let missing = await #expect(throws: StateError.self) { try await other.resume(in: "\(folder)/none") }
            #expect(missing?.code == .notFound)
            let lock = try DirectoryLock(on: "\(folder)/e")
            let busy = await #expect(throws: StateError.self) {
                try await Self.steps(isIll: false).resume(in: "\(folder)/e")
            }
            #expect(busy?.code == .inUse)
            _ = lock
        }
    }
}
