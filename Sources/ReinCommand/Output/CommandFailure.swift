import ArgumentParser
import Rein

/// Something that failed, in words that say what and where.
struct CommandFailure: Error, CustomStringConvertible {
    /// The words.
    let description: String
    /// The exit code that goes with them.
    let exitCode: Int32

    /// Creates a failure.
    init(_ description: String) { self.init(description, exitCode: ExitStatus.failed) }

    private init(_ description: String, exitCode: Int32) {
        self.description = description
        self.exitCode = exitCode
    }

    /// A path among the arguments that leads to nothing, to something of another kind, or to a place that is taken.
    static func wrongPath(_ path: String, _ problem: String) -> CommandFailure {
        .wrongChoice("\(path): \(problem)")
    }

    /// Things among the arguments that do not go together.
    static func wrongChoice(_ description: String) -> CommandFailure {
        CommandFailure(description, exitCode: ExitStatus.wrongUsage)
    }
}

/// Runs `body`, and calls what it finds wrong wrong usage: for settings that people write. What the machine lacks is
/// none.
func asUsageError<Result>(_ prefix: String = "", _ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch let error as ThreadError {
        throw error
    } catch {
        throw ValidationError(prefix.isEmpty ? "\(error)" : "\(prefix): \(error)")
    }
}
