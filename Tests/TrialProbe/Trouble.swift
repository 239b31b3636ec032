import CSystemCalls
import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a trainable can do to its process.
struct Trouble {
    private let kind: String
    /// Where it writes the numbers of processes.
    private let folder: String?

    init(_ kind: String, folder: String?) {
        self.kind = kind
        self.folder = folder
    }

    func begin() throws {
        switch kind {
        case "throws": throw Failure(text: "does not like its settings")
        case "throws a state error": throw StateError(.outOfRange, "is too much", path: "rate")
        case "is cancelled": throw CancellationError()
        case "crashes": fatalError("on purpose")
        case "segmentation fault": UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        case "abort": abort()
        case "exits": exit(3)
        case "leaves": exit(0)
        case "hangs": try hang()
        case "leaves children and hangs":
            try leaveChildren()
            try hang()
        case "leaves children and crashes":
            try leaveChildren()
            raise(SIGKILL)
        case "leaves children": try leaveChildren()
        case "ignores signals and hangs":
            for number in [SIGTERM, SIGINT, SIGHUP, SIGPIPE] { signal(number, SIG_IGN) }
            try hang()
        case "prints": for _ in 0..<(16 << 10) { print(String(repeating: "x", count: 1023)) }
        case "says": print("said")
        case "complains": send("complained\n", to: 2)
        case "allocates": allocate()
        case "closes the stream":
            shutdown(3, Int32(SHUT_RDWR))
            try hang()
        case "answers nonsense": answer("nonsense\n")
        case "answers without being asked": answer("{\"answer\":\"done\"}\n{\"answer\":\"done\"}\n")
        case "answers without an end":
            let piece = String(repeating: "x", count: 1 << 20)
            for _ in 0..<17 { answer(piece) }
            try hang()
        default: throw StateError(.outOfRange, "there is no such trouble", path: kind)
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        var text: String
        var description: String { text }
    }

    /// Tells its number, and goes on for ever.
    private func hang() throws {
        if let folder { try LocalFile.replace("\(folder)/hanging", with: "\(getpid())") }
        while true {}
    }

    /// Starts programs in each of the ways to get away from this process.
    private func leaveChildren() throws {
        try leaveChild("child of another group", Int16(POSIX_SPAWN_SETPGROUP))
        try leaveChild("child of another group without variables", Int16(POSIX_SPAWN_SETPGROUP), hasVariables: false)
        try leaveChild("child of another session", rein_spawn_session())
        try leaveChild("child")
    }

    /// Starts a program that goes on for longer than any test.
    private func leaveChild(_ name: String, _ flags: Int16 = 0, hasVariables: Bool = true) throws {
        #if os(Linux)
        var attributes = posix_spawnattr_t()
        #else
        var attributes: posix_spawnattr_t?
        #endif
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, flags)
        var id: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("100000"), nil]
        var none: [UnsafeMutablePointer<CChar>?] = [nil]
        let number =
            hasVariables
            ? posix_spawn(&id, "/bin/sleep", nil, &attributes, &words, environ)
            : posix_spawn(&id, "/bin/sleep", nil, &attributes, &words, &none)
        guard number == 0 else { throw StateError(.unavailable, "there is no sleep") }
        if let folder { try LocalFile.replace("\(folder)/\(name)", with: "\(id)") }
    }

    /// Takes memory until there is none left. There is not much.
    private func allocate() {
        var limit = rlimit(rlim_cur: 1 << 30, rlim_max: 1 << 30)
        #if canImport(Glibc)
        setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        #else
        setrlimit(RLIMIT_AS, &limit)
        #endif
        var all: [[UInt8]] = []
        while true { all.append([UInt8](repeating: 1, count: 64 << 20)) }
    }

    private func answer(_ text: String) { send(text, to: 3) }

    private func send(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            done += count
        }
    }
}
