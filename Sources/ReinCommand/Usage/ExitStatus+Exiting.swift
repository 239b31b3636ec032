import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension ExitStatus {
    /// Ends the process without a word.
    static func endProcess(_ code: Int32) -> Never { exit(code) }

    /// Ends the process when the arguments name a command that is not there.
    ///
    /// - Parameter arguments: those of the process, without its name.
    static func endProcessUnlessKnown(_ arguments: [String]) {
        guard let problem = UsageMessage(of: RootCommand.self, arguments: arguments).problemWithCommand() else {
            return
        }
        StandardStream.error.log(problem)
        exit(wrongUsage)
    }

    /// Ends the process with the words and the exit code that belong to an error, or to a request for help.
    ///
    /// - Parameter arguments: those of the process, without its name.
    static func endProcess(
        _ command: any ParsableCommand.Type, because error: any Error, arguments: [String]
    ) -> Never {
        if let code = error as? ExitCode { exit(code.rawValue) }
        switch command.exitCode(for: error) {
        case .success:
            // The error is a request: for help, for the version, for a completion script.
            try? StandardStream.output.writeLine(command.fullMessage(for: error))
            exit(0)
        case .validationFailure:
            StandardStream.error.log(UsageMessage(of: command, arguments: arguments).text(error))
            exit(wrongUsage)
        default:
            StandardStream.error.log("rein: \(error)")
            exit((error as? CommandFailure)?.exitCode ?? failed)
        }
    }
}
