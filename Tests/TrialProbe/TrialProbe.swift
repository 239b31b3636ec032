import ReinCheckpoints
import ReinTune

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What tests start as a process that trains trials, or as one that has such processes: for one trial with a trouble, to
/// count the streams to them, to measure what they cost, or for a whole experiment; and what programs in other languages
/// ask for trials.
///
///     TrialProbe parent FOLDER TROUBLE
///     TrialProbe streams
///     TrialProbe speed NUMBER
///     TrialProbe ask-tell begin|resume FOLDER PLAN
///     TrialProbe tune asha|population|parzen threads|processes FOLDER
@main
struct TrialProbe {
    static let definitions = [
        TrainableDefinition(TroubledTrainable.self).withParameter("shared", 7),
        TrainableDefinition(named: "function") { configuration, session in
            for count in 0..<Int64(3) { try await session.report(["count": .int(count)]) }
            return nil
        },
        TunerProbe.definition, TrainableDefinition(EnvironmentTrainable.self),
    ]

    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.dropFirst().first == "forgetful" { forget() }
        do { if try await TrialWorker.runIfStarted(definitions) { return } } catch { return print(error) }
        switch arguments.dropFirst().first {
        case "parent" where arguments.count == 4: try await parent(arguments[2], arguments[3])
        case "streams": try await streams()
        case "speed" where arguments.count == 3: try await speed(Int(arguments[2]) ?? 1)
        case "ask-tell" where arguments.count == 5: try serve(arguments[2], arguments[3], plan: arguments[4])
        case "tune" where arguments.count == 5:
            guard let kind = TunerProbe.Kind(rawValue: arguments[2]) else { return print("no such kind") }
            let placement = arguments[3] == "processes" ? TrialPlacement.processes(try .again()) : .threads
            do { try await TunerProbe(kind, in: placement, folder: arguments[4]).run() } catch {
                // Without the report of a crash.
                print(error)
                exit(1)
            }
        default: print("nothing to do")
        }
    }

    private static func start(_ configuration: StateMap, in folder: String? = nil) -> TrialStart {
        var context = TrainableContext()
        context.folder = folder
        return TrialStart(configuration: configuration, context: context)
    }

    /// Has a process train a trial with a trouble in its second step, and waits for that.
    private static func parent(_ folder: String, _ trouble: String) async throws {
        let worker = ProcessWorker(definitions[0], program: try .again())
        try await worker.prepare(start(["step": .string(trouble), "at": 2, "folder": .string(folder)]))
        _ = try await worker.step()
        _ = try await worker.step()
    }

    /// Answers requests about an experiment.
    private static func serve(_ word: String, _ folder: String, plan path: String) throws {
        let plan = try ExperimentPlan(
            json: String(decoding: LocalFile.read(path, limit: 1 << 20), as: UTF8.self))
        _ = try AskTellServer.serve(
            plan, in: folder, resuming: word == "resume" ? ExperimentRevision() : nil, input: STDIN_FILENO,
            output: STDOUT_FILENO
        ) { warning in _ = Array((warning + "\n").utf8).withUnsafeBytes { writeAll($0, to: STDERR_FILENO) } }
    }

    /// Starts itself once more, as a program would that does not call `TrialWorker.runIfStarted`.
    private static func forget() -> Never {
        do {
            _ = try WorkerProgram.again()
            exit(0)
        } catch {
            exit(error.code == .unavailable ? 5 : 6)
        }
    }

    /// Prints how many streams this process has before and after it has had others train, and how many those have.
    private static func streams() async throws {
        let before = Streams.count()
        let program = try WorkerProgram.again()
        let results = try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    let worker = ProcessWorker(definitions[0], program: program)
                    try await worker.prepare(start(["streams": true]))
                    return (worker, try await worker.step())
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        func numbers(_ key: String) -> String {
            results.map { result in result.1[key].map { "\((try? StateReader($0).int()) ?? -1)" } ?? "?" }
                .joined(separator: " ")
        }
        let (there, children) = (numbers("streams"), numbers("streamsOfChild"))
        for (worker, _) in results {
            worker.kill()
            // It says so when the process is gone.
            _ = try? await worker.step()
        }
        // The threads that have waited for them take a moment to end.
        for _ in 0..<10_000 where Streams.count() != before { usleep(1_000) }
        print("here \(before), there \(there), in their children \(children), left \(Streams.count())")
    }

    /// Prints what a process costs, in microseconds: to be started, for a step, for another trial.
    private static func speed(_ number: Int) async throws {
        let program = try WorkerProgram.again()
        let starts = try await microseconds(20) {
            try await ProcessWorker(definitions[0], program: program).prepare(start([:]))
        }
        let worker = ProcessWorker(definitions[0], program: program)
        try await worker.prepare(start(["metrics": ["loss": 0.123456789, "accuracy": 0.5]]))
        let before = clock()
        let steps = try await microseconds(number) { _ = try await worker.step() }
        let ours = Double(clock() - before) * 1e6 / Double(CLOCKS_PER_SEC) / Double(number)
        let trials = try await microseconds(number) {
            try await worker.release(keeping: true)
            try await worker.prepare(start([:]))
        }
        print("start \(starts), step \(steps) (processor time here \(ours)), trial \(trials)")
    }

    private static func microseconds(_ number: Int, _ body: () async throws -> Void) async throws -> Double {
        let start = ContinuousClock.now
        for _ in 0..<number { try await body() }
        return (ContinuousClock.now - start) / .microseconds(number)
    }
}
