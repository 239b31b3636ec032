import ReinCheckpoints
import ReinTune

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What tests start as a process that trains trials, or as one that has such a process train one:
///
///     TrialProbe parent FOLDER TROUBLE
///     TrialProbe speed NUMBER
@main
struct TrialProbe {
    static let definitions = [
        TrainableDefinition(TroubledTrainable.self).withParameter("shared", 7),
        TrainableDefinition(named: "function") { configuration, session in
            for count in 0..<Int64(3) { try await session.report(["count": .int(count)]) }
            return nil
        },
    ]

    static func main() async throws {
        if try await TrialWorker.runIfStarted(definitions) { return }
        let arguments = CommandLine.arguments
        switch arguments.dropFirst().first {
        case "parent" where arguments.count == 4: try await parent(arguments[2], arguments[3])
        case "speed" where arguments.count == 3: try await speed(Int(arguments[2]) ?? 1)
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

    /// Prints how long processes take to start, and steps in them, in microseconds.
    private static func speed(_ number: Int) async throws {
        let clock = ContinuousClock()
        let program = try WorkerProgram.again()
        var starts = Duration.zero
        for _ in 0..<20 {
            let worker = ProcessWorker(definitions[0], program: program)
            starts += try await clock.measure { try await worker.prepare(start([:])) }
            worker.kill()
        }
        let worker = ProcessWorker(definitions[0], program: program)
        try await worker.prepare(start(["metrics": ["loss": 0.123456789, "accuracy": 0.5]]))
        let before = clock_gettime_nsec()
        let steps = try await clock.measure {
            for _ in 0..<number { _ = try await worker.step() }
        }
        let ours = clock_gettime_nsec() - before
        let trials = try await clock.measure {
            for _ in 0..<number {
                try await worker.release(keeping: true)
                try await worker.prepare(start([:]))
            }
        }
        print(
            "start", starts / .microseconds(20), "step", steps / .microseconds(number), "of which here",
            ours / Double(number), "next trial", trials / .microseconds(number))
    }

    /// The processor's time that this process has used, in microseconds.
    private static func clock_gettime_nsec() -> Double { Double(clock()) * 1e6 / Double(CLOCKS_PER_SEC) }
}
