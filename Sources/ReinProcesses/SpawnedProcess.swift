import CSystemCalls
package import ReinCheckpoints
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program that this one has started. What it starts ends with it: its group of processes, or its whole family.
package final class SpawnedProcess: Sendable {
    private struct State {
        /// How it ended; nil as long as its number is its own.
        var end: ProcessEnd?
        /// Whether what it has started was ended.
        var isAlone = false
    }

    /// Its number, which is its own until it was given back.
    package let id: Int32

    private let family: ProcessFamily?
    private let state = Mutex(State())

    /// Starts a program, with an empty standard input, and with signals as if this process had changed none.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - arguments: without its name.
    ///   - name: the name under which it is started; the path unless given.
    ///   - descriptors: what it gets of this process, and under which numbers. What is not named is inherited.
    ///   - family: what it is the first of; nil when it starts nothing that leaves its group.
    ///   - variables: what it gets besides the variables of this process, where they do not say something else. Only the
    ///     first of a family gets them.
    /// - Throws: `StateError` when that fails.
    package init(
        _ path: String, _ arguments: [String], name: String? = nil,
        passing descriptors: [(here: Int32, there: Int32)], family: ProcessFamily? = nil,
        adding variables: [(name: String, value: String)] = []
    ) throws(StateError) {
        // Above all numbers that they get there: none takes the place of another that is still to be copied.
        let copies = descriptors.map { copy(of: $0.here, atLeast: 16) }
        defer { for copy in copies where copy >= 0 { close(copy) } }
        guard !copies.contains(-1) else { throw .system("run the program", path) }
        let pairs = zip(copies, descriptors).map { (here: $0, there: $1.there) }
        let (number, id) = Self.start(path, [name ?? path] + arguments, pairs, family, variables)
        guard number == 0 else { throw .system("run the program", path, number: number) }
        self.id = id
        self.family = family
    }

    /// How it ended; nil before its number was given back.
    package var end: ProcessEnd? { state.withLock(\.end) }

    /// Whether it has ended.
    package func hasEnded() -> Bool { state.withLock { $0.end != nil || hasExited(waiting: false) } }

    /// Waits until it has ended, or for so long. It keeps the thread.
    ///
    /// - Returns: whether it has ended.
    package func hasEnded(within limit: Duration) -> Bool {
        let end = ContinuousClock.now + limit
        while !hasEnded() {
            guard ContinuousClock.now < end else { return false }
            usleep(1_000)
        }
        return true
    }

    /// Ends it and all that it started, without waiting for that.
    package func kill() {
        state.withLock { state in
            guard state.end == nil else { return }
            endAll(&state)
        }
    }

    /// Ends it and all that it started, as long as its number is its own.
    private func endAll(_ state: inout State) {
        _ = killpg(id, SIGKILL)
        // From now on it starts nothing.
        if !state.isAlone { family?.end(first: id) }
        state.isAlone = true
    }

    /// Ends it and all that it started, and gives its number back if it has come to its end.
    ///
    /// - Returns: whether it has.
    @discardableResult
    package func release() -> Bool {
        state.withLock { state in
            guard state.end == nil else { return true }
            // Before its number is given back: those that it has left are of its group.
            endAll(&state)
            var status: Int32 = 0
            switch uninterrupted({ waitpid(id, &status, WNOHANG) }) {
            case id: state.end = ProcessEnd(status: status)
            case 0: return false
            default: state.end = .unknown
            }
            return true
        }
    }

    /// Gives its number back by and by: one that hangs in the system takes its time to end.
    package func releaseLater() {
        Task.detached {
            for _ in 0..<1_000 where !self.release() { try? await Task.sleep(for: .milliseconds(20)) }
        }
    }

    /// Waits until it has ended by itself or was killed, and ends what it has left. It keeps the thread.
    package func waitForEnd() {
        _ = hasExited(waiting: true)
        release()
    }

    private func hasExited(waiting: Bool) -> Bool {
        var information = siginfo_t()
        let options = WEXITED | WNOWAIT | (waiting ? 0 : WNOHANG)
        let result = uninterrupted { waitid(P_PID, id_t(id), &information, options) }
        // Somebody who waits for all children may have taken the answer.
        return result != 0 || information.si_signo != 0
    }

    private static func start(
        _ path: String, _ words: [String], _ descriptors: [(here: Int32, there: Int32)],
        _ family: ProcessFamily?, _ variables: [(name: String, value: String)]
    ) -> (number: Int32, id: pid_t) {
        #if os(Linux)
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #else
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (here, there) in descriptors { posix_spawn_file_actions_adddup2(&actions, here, there) }
        // A group of its own, in a session of its own for a family; signals as if this process had changed none.
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        let group = family == nil ? Int16(POSIX_SPAWN_SETPGROUP) : rein_spawn_session()
        posix_spawnattr_setflags(&attributes, group | Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var id: pid_t = 0
        let number =
            if let family {
                family.withVariables(adding: variables) { posix_spawn(&id, path, &actions, &attributes, &words, $0) }
            } else {
                posix_spawn(&id, path, &actions, &attributes, &words, environ)
            }
        return (number, id)
    }
}

/// The same open file under another number, which no other program inherits; −1 when there is none left.
private func copy(of descriptor: Int32, atLeast lowest: Int32) -> Int32 {
    uninterrupted { fcntl(descriptor, F_DUPFD_CLOEXEC, lowest) }
}
