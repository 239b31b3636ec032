import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program of the system's that is run for what it prints.
struct HelperProgram {
    /// Where it is.
    let path: String

    /// The largest number of bytes that are read of what it prints.
    private static let outputLimit = 1 << 20

    /// A program whose place is known.
    init(path: String) { self.path = path }

    /// Finds a program.
    ///
    /// - Parameters:
    ///   - name: the name of its file.
    ///   - searchPath: directories with colons between, the first of which that has it counts.
    /// - Throws: `StateError` with `.notFound` when none has it.
    init(named name: String, in searchPath: String) throws(StateError) {
        let paths = searchPath.split(separator: ":").map { "\($0)/\(name)" as String }
        guard let path = paths.first(where: { access($0, X_OK) == 0 }) else {
            throw StateError(.notFound, "there is no such program in PATH", path: name)
        }
        self.path = path
    }

    /// Runs the program, and waits without keeping a thread.
    ///
    /// It gets an empty standard input. When it has ended, does not end in time or prints too much, whatever it has started
    /// is killed with it; nobody waits for those who keep its output open.
    ///
    /// - Returns: what it prints.
    /// - Throws: `StateError` when it cannot be run, takes too long (`.timedOut`), prints more than a megabyte, or ends with
    ///   another code than 0, with what it said; `CancellationError` when the task is cancelled.
    func output(_ arguments: [String], timeLimit: Duration) async throws -> String {
        let process = try ChildProcess(path, arguments)
        let clock = ContinuousClock()
        let end = clock.now + timeLimit
        var pause = Duration.milliseconds(1)
        do {
            while true {
                let ended = process.hasEnded()
                // What was printed before the end is there after the end was seen.
                try process.takeOutput(limit: Self.outputLimit)
                if ended { break }
                guard clock.now < end else {
                    throw StateError(.timedOut, "has not answered in \(timeLimit)", path: path)
                }
                try await Task.sleep(for: min(pause, end - clock.now), clock: clock)
                pause = min(pause * 2, .milliseconds(50))
            }
        } catch {
            process.kill()
            throw error
        }
        process.kill()
        guard process.isSuccess else {
            let said = (process.errors.isEmpty ? process.output : process.errors).split(whereSeparator: \.isNewline)
            let words = said.first.map { ": \(String($0).shortened)" } ?? ", and says nothing"
            throw StateError(.unavailable, "\(process.end)\(words)", path: path)
        }
        return process.output
    }
}
