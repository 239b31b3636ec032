import CSystemCalls
import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a process has started, and what that has started, wherever it has gone since.
///
/// A group of processes is not enough: Foundation, shells and Python give the programs that they start groups of their own.
/// Those are still of the session of the first process. What has made a session of its own still has the mark, a variable
/// that programs hand on unless they are told not to. Where the system has no `/proc`, nothing is found.
package struct ProcessFamily: Sendable {
    private static let variable = "REIN_PROCESS_FAMILY"
    /// The variable with its value.
    private let mark: String

    /// A family that has no member yet.
    package init() {
        let number = UInt64.random(in: 0 ... .max)
        mark = "\(Self.variable)=\(getpid())-\(String(number, radix: 36))"
    }

    private init(value: String) { mark = "\(Self.variable)=\(value)" }

    /// That of which this process is the first; nil when it was started otherwise.
    package static var ofThisProcess: ProcessFamily? {
        guard getsid(0) == getpid() else { return nil }
        return SystemText.variable(variable).map { ProcessFamily(value: $0) }
    }

    /// Gives the variables that the first process gets, for posix_spawn(3): those of this process, the mark, and others
    /// that this process does not have.
    func withVariables<Result>(
        adding others: [(name: String, value: String)], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let name = "\(Self.variable)="
        var variables: [UnsafeMutablePointer<CChar>?] = []
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
        while let place = next, let variable = place.pointee {
            if strncmp(variable, name, name.utf8.count) != 0 { variables.append(variable) }
            next = place + 1
        }
        let missing = others.filter { SystemText.variable($0.name) == nil }.map { "\($0.name)=\($0.value)" }
        let own = ([mark] + missing).map { strdup($0) }
        defer { for variable in own { free(variable) } }
        return body(variables + own + [nil])
    }

    /// Ends all members but the first one. It goes through all processes, which takes milliseconds.
    ///
    /// - Parameter first: the number of the first process, the leader of its session, which is still its own.
    package func end(first: Int32) {
        var ended: Set<pid_t> = [first, getpid()]
        // Those that are started meanwhile are found the next time; one that starts others for ever is no reason to hang.
        for _ in 0..<100 {
            let found = Self.processes.filter { !ended.contains($0) && isMember($0, session: first) }
            if found.isEmpty { return }
            for process in found {
                kill(process, SIGKILL)
                ended.insert(process)
            }
        }
    }

    private func isMember(_ process: pid_t, session: pid_t) -> Bool {
        if getsid(process) == session { return true }
        guard let variables = SystemText.bytes(of: "/proc/\(process)/environ", limit: 1 << 22) else { return false }
        return variables.withUnsafeBytes { variables in
            rein_contains(variables.baseAddress, variables.count, mark, mark.utf8.count) != 0
        }
    }

    private static var processes: [pid_t] { ((try? LocalFile.names(in: "/proc")) ?? []).compactMap { pid_t($0) } }
}
