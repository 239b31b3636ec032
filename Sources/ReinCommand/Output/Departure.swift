import ArgumentParser
import Rein

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// How the process ends: the exit codes, and the words that go with them.
enum Departure {
    /// Something failed; a message says what and where.
    static let failed: Int32 = 1
    /// The command line or the configuration is wrong.
    static let wrongUsage: Int32 = 2
    /// Interrupted, after everything was saved.
    static let interrupted: Int32 = 130

    /// Ends the process with the words and the exit code that belong to an error, or to a request for help.
    static func leave(_ command: any ParsableCommand.Type, because error: any Error) -> Never {
        if let code = error as? ExitCode { exit(code.rawValue) }
        switch command.exitCode(for: error) {
        case .success:
            // The error is a request: for help, for the version, for a completion script.
            try? StandardStream.output.writeLine(command.fullMessage(for: error))
            exit(0)
        case .validationFailure:
            StandardStream.error.log(usageMessage(command, error))
            exit(wrongUsage)
        default:
            StandardStream.error.log("rein: \(error)")
            exit(failed)
        }
    }
}

extension Departure {
    /// What is wrong and how it is done right. The parser's own message does not know the whole name of a subcommand
    /// whose arguments could be read and turned out to be wrong later.
    private static func usageMessage(_ command: any ParsableCommand.Type, _ error: any Error) -> String {
        guard let wrong = error as? ValidationError, let name = command.configuration.commandName else {
            return command.fullMessage(for: error)
        }
        return """
            Error: \(wrong.message)
            Usage: \(RootCommand.usageString(for: command))
              See 'rein \(name) --help' for more information.
            """
    }
}

/// Something that failed, in words that say what and where.
struct CommandFailure: Error, CustomStringConvertible {
    /// The words.
    let description: String

    /// Creates a failure.
    init(_ description: String) { self.description = description }
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
