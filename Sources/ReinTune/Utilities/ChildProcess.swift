import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A running program whose output is read by and by. It is the first of a group of processes, which ends with it.
final class ChildProcess {
    private let path: String
    private let id: pid_t
    private let outputPipe: Int32
    private let errorPipe: Int32
    private var outputBytes: [UInt8] = []
    private var errorBytes: [UInt8] = []
    private var isKilled = false
    private var status: Int32?

    /// Starts a program.
    ///
    /// - Throws: `StateError` when that fails.
    init(_ path: String, _ arguments: [String]) throws(StateError) {
        let output = try Self.pipe(path)
        let errors: (reading: Int32, writing: Int32)
        do throws(StateError) { errors = try Self.pipe(path) } catch {
            close(output.reading)
            close(output.writing)
            throw error
        }
        let (number, id) = Self.start(path, arguments, output: output.writing, errors: errors.writing)
        close(output.writing)
        close(errors.writing)
        guard number == 0 else {
            close(output.reading)
            close(errors.reading)
            throw .system("run the program", path, number: number)
        }
        self.path = path
        self.id = id
        outputPipe = output.reading
        errorPipe = errors.reading
    }

    deinit {
        kill()
        close(outputPipe)
        close(errorPipe)
    }

    /// What has been read of what it prints.
    var output: String { String(decoding: outputBytes, as: UTF8.self) }
    /// What has been read of its complaints.
    var errors: String { String(decoding: errorBytes, as: UTF8.self) }

    /// Whether it has ended. It keeps its number until `kill()`.
    func hasEnded() -> Bool {
        var information = siginfo_t()
        let result = uninterrupted { waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT) }
        // Somebody who waits for all children may have taken the answer.
        return result != 0 || information.si_signo != 0
    }

    /// Whether it ended by itself with code 0. Known after `kill()`.
    var isSuccess: Bool { status == 0 }

    /// How it ended, in words. Known after `kill()`.
    var end: String {
        guard let status else { return "ended in an unknown way" }
        let signal = status & 0x7f
        return signal == 0 ? "ended with exit code \((status >> 8) & 0xff)" : "was ended by signal \(signal)"
    }

    /// Ends it and all that it started. Of no effect the second time.
    func kill() {
        guard !isKilled else { return }
        isKilled = true
        // Before its number is given back: those that it has left, and that keep its output open, are of its group.
        _ = killpg(id, SIGKILL)
        var status: Int32 = 0
        switch uninterrupted({ waitpid(id, &status, WNOHANG) }) {
        case id: self.status = status
        case 0: Self.reap(id)
        default: break
        }
    }

    /// Takes the number back of a process that will end, by and by: one that hangs in the system takes its time.
    private static func reap(_ id: pid_t) {
        Task.detached {
            var status: Int32 = 0
            for _ in 0..<1_000 where uninterrupted({ waitpid(id, &status, WNOHANG) }) == 0 {
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// Reads what is there.
    ///
    /// - Throws: `StateError` for more than `limit` bytes, and when it cannot be read.
    func takeOutput(limit: Int) throws(StateError) {
        try take(outputPipe, into: &outputBytes, limit: limit)
        try take(errorPipe, into: &errorBytes, limit: limit)
    }

    private func take(_ pipe: Int32, into bytes: inout [UInt8], limit: Int) throws(StateError) {
        var piece = [UInt8](repeating: 0, count: 1 << 14)
        let before = bytes.count
        while true {
            let count = piece.withUnsafeMutableBytes { memory in
                uninterrupted { read(pipe, memory.baseAddress, memory.count) }
            }
            if count == 0 { return }
            if count < 0, errno == EAGAIN {
                // One that is in the middle of printing is read to the end of that, whoever else wants the thread.
                var waiting = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
                guard bytes.count > before, poll(&waiting, 1, 1) > 0 else { return }
                continue
            }
            guard count > 0 else { throw .system("read what it prints", path) }
            bytes += piece[..<count]
            guard bytes.count <= limit else {
                throw StateError(.outOfRange, "prints more than \(limit) bytes", path: path)
            }
        }
    }

    /// A pipe that no other program inherits, and whose reader never waits.
    private static func pipe(_ path: String) throws(StateError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        let result = ends.withUnsafeMutableBufferPointer { systemPipe($0.baseAddress) }
        guard result == 0 else { throw .system("run the program", path) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }

    private static func start(
        _ path: String, _ arguments: [String], output: Int32, errors: Int32
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
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // A group of its own; signals as if this process had changed none.
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var id: pid_t = 0
        return (posix_spawn(&id, path, &actions, &attributes, &words, environ), id)
    }
}

/// pipe(2), which has the name of a method here.
private func systemPipe(_ ends: UnsafeMutablePointer<Int32>?) -> Int32 { ends.map { pipe($0) } ?? -1 }
