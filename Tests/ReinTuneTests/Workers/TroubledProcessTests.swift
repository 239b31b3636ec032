#if os(Linux)
import Foundation
import ReinCheckpoints
import ReinTestSupport
import Synchronization
import Testing

@testable import ReinTune

@Suite(.timeLimit(.minutes(10))) struct TroubledProcessTests {
    /// A trouble, what is said of it, and whether the process survives it.
    struct Case: Sendable, CustomTestStringConvertible {
        var place: String
        var kind: String
        var words: String
        var survives = false

        init(_ place: String, _ kind: String, _ words: String, survives: Bool = false) {
            (self.place, self.kind, self.words, self.survives) = (place, kind, words, survives)
        }

        var testDescription: String { "\(place): \(kind)" }
    }

    /// Does everything with a trial that can be done, until something fails.
    private func train(_ worker: ProcessWorker, _ configuration: StateMap, in folder: String) async throws {
        // Something to be reset.
        try await worker.prepare(ProcessProbe.start(["reset": configuration["reset"] ?? .null]))
        try await worker.release(keeping: configuration["reset"] != nil)
        try await worker.prepare(ProcessProbe.start(configuration, in: folder))
        _ = try await worker.step()
        try await worker.save(to: "\(folder)/checkpoint", synchronizing: false)
        try await worker.release(keeping: false)
        // What happened between the answers is known now.
        _ = try await worker.step()
    }

    static let ended = "seventh: the process of the trial was ended by signal "
    static let exited = "seventh: the process of the trial ended with exit code "
    static let answered = "seventh: the process of the trial has answered "

    @Test(
        "an error, a crash and an exit cost their trial, and are told as they were",
        arguments: [
            Case("init", "throws", "does not like its settings", survives: true),
            Case("step", "throws a state error", "rate: is too much", survives: true),
            Case("step", "is cancelled", "CancellationError()", survives: true),
            Case("save", "throws", "does not like its settings", survives: true),
            Case("reset", "throws a state error", "rate: is too much", survives: true),
            Case("cleanUp", "throws", "does not like its settings", survives: true),
            Case("init", "exits", exited + "3"), Case("step", "exits", exited + "3"),
            Case("step", "leaves", exited + "0"), Case("cleanUp", "exits", exited + "3"),
            Case("step", "crashes", ended), Case("save", "abort", ended + "6 (SIGABRT)"),
            Case("step", "segmentation fault", ended + "11 (SIGSEGV)"), Case("step", "allocates", ended),
            Case("step", "closes the stream", ended + "9 (SIGKILL)"),
            Case("step", "answers nonsense", answered + "with what is no answer"),
            Case("step", "answers without being asked", answered + "without"),
            Case("step", "answers without an end", answered + "with what is no answer"),
        ])
    func troubles(_ trouble: Case) async throws {
        try await withTemporaryDirectory { folder in
            let worker = ProcessProbe.worker()
            let process = try await ProcessProbe.trainOn(worker)
            let configuration = StateMap(uniqueEntries: [(trouble.place, .string(trouble.kind))])
            let error = await #expect(throws: (any Error).self) { try await train(worker, configuration, in: folder) }
            #expect("\(try #require(error))".hasPrefix(trouble.words), "\(String(describing: error))")
            if !trouble.survives {
                // It is gone, and its number was given back.
                while ProcessProbe.isKnown(process) { try await Task.sleep(for: .milliseconds(2)) }
                #expect((error as? StateError)?.message.hasSuffix("is in \(folder)/seventh/stderr") == true)
            }
            let next = try await ProcessProbe.trainOn(worker)
            #expect((next == process) == trouble.survives)
            worker.kill()
            try await ProcessProbe.waitForEnd(of: next)
        }
    }

    @Test("a reset that costs the process costs no trial: another process begins it")
    func crashedReset() async throws {
        let worker = ProcessProbe.worker()
        try await worker.prepare(ProcessProbe.start(["reset": "exits"]))
        let first = try await worker.step()
        try await worker.release(keeping: true)
        try await worker.prepare(ProcessProbe.start([:]))
        let second = try await worker.step()
        #expect(first["pid"] != second["pid"] && second["made"] == 1)
    }

    @Test(
        "whoever waits for a process that hangs is told when it is killed",
        arguments: ["init", "step", "save", "reset", "cleanUp"],
        ["hangs", "ignores signals and hangs", "leaves children and hangs"])
    func hanging(place: String, kind: String) async throws {
        try await withTemporaryDirectory { folder in
            let worker = ProcessProbe.worker()
            let configuration = StateMap(uniqueEntries: [(place, .string(kind)), ("folder", .string(folder))])
            let task = Task {
                // Something to be reset.
                try await worker.prepare(ProcessProbe.start(place == "reset" ? configuration : [:]))
                try await worker.release(keeping: place == "reset")
                try await worker.prepare(ProcessProbe.start(configuration))
                _ = try await worker.step()
                try await worker.save(to: "\(folder)/checkpoint", synchronizing: false)
                try await worker.release(keeping: false)
            }
            let process = try await ProcessProbe.number(in: "\(folder)/hanging")
            worker.kill()
            let error = await #expect(throws: StateError.self) { try await task.value }
            #expect(
                error?.description
                    == "seventh: the process of the trial was ended by signal 9 (SIGKILL)")
            #expect(!ProcessProbe.isKnown(process))
            if kind.hasPrefix("leaves") { try await ProcessProbe.waitForEndOfChildren(in: folder) }
            #expect(try await ProcessProbe.trainOn(worker) != process)
        }
    }

    @Test("a kill at any moment ends what is awaited, and the next trial gets a process")
    func killedAtAnyMoment() async throws {
        let worker = ProcessProbe.worker()
        for microseconds in stride(from: 0, to: 20_000, by: 400) {
            let hasEnded = Mutex(false)
            let task = Task {
                defer { hasEnded.withLock { $0 = true } }
                try await worker.prepare(ProcessProbe.start([:]))
                while true { _ = try await worker.step() }
            }
            repeat {
                // One that comes before the process has none to end.
                try await Task.sleep(for: .microseconds(microseconds))
                worker.kill()
            } while !hasEnded.withLock { $0 }
            let error = await #expect(throws: StateError.self) { try await task.value }
            #expect(error?.message == "the process of the trial was ended by signal 9 (SIGKILL)")
        }
        try await ProcessProbe.trainOn(worker)
    }

    @Test("a task that is cancelled ends the process that it waits for")
    func cancelled() async throws {
        try await withTemporaryDirectory { folder in
            let worker = ProcessProbe.worker()
            let configuration: StateMap = ["step": "hangs", "folder": .string(folder)]
            let task = Task {
                try await worker.prepare(ProcessProbe.start(configuration))
                _ = try await worker.step()
            }
            let process = try await ProcessProbe.number(in: "\(folder)/hanging")
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(!ProcessProbe.isKnown(process))
            try await ProcessProbe.trainOn(worker)
        }
    }

    @Test("a process that ends between two trials is replaced, and what it has started ends with it")
    func betweenTrials() async throws {
        try await withTemporaryDirectory { folder in
            let worker = ProcessProbe.worker()
            let process = try await ProcessProbe.trainOn(worker)
            kill(pid_t(process), SIGKILL)
            #expect(try await ProcessProbe.trainOn(worker) != process)

            let configuration: StateMap = ["step": "leaves children and crashes", "folder": .string(folder)]
            try await worker.prepare(ProcessProbe.start(configuration))
            await #expect(throws: StateError.self) { _ = try await worker.step() }
            try await ProcessProbe.waitForEndOfChildren(in: folder)
            // With its process, the trial is over.
            try await worker.release(keeping: false)

            // What it has left ends at the latest with the process, which the next trial may still have.
            try await worker.prepare(ProcessProbe.start(["step": "leaves children", "folder": .string(folder)]))
            _ = try await worker.step()
            try await worker.release(keeping: false)
            worker.kill()
            try await ProcessProbe.waitForEndOfChildren(in: folder)
        }
    }

    @Test("a worker that nobody has any more takes its process with it")
    func forgotten() async throws {
        let process = try await ProcessProbe.trainOn(ProcessProbe.worker())
        try await ProcessProbe.waitForEnd(of: process)
    }
}
#endif
