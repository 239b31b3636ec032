#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How a process ended.
package enum ProcessEnd: Sendable, Equatable {
    /// By itself, with a code.
    case exit(code: Int32)
    /// By a signal.
    case signal(Int32)
    /// Somebody else who waits for all children has taken the answer.
    case unknown

    /// Reads what waitpid(2) gives.
    package init(status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exit(code: (status >> 8) & 0xff) : .signal(signal)
    }

    private static let signalNames: [Int32: String] = [
        SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
        SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV",
        SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM", SIGTERM: "SIGTERM", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
        SIGSYS: "SIGSYS",
    ]
}

extension ProcessEnd: CustomStringConvertible {
    /// How it ended, as the rest of a sentence: `was ended by signal 9 (SIGKILL)`.
    package var description: String {
        switch self {
        case .exit(let code): "ended with exit code \(code)"
        case .signal(let signal):
            "was ended by signal \(signal)" + (Self.signalNames[signal].map { " (\($0))" } ?? "")
        case .unknown: "ended in an unknown way"
        }
    }
}
