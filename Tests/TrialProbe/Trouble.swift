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
        case "leaves a child and hangs":
            try leaveChild()
            try hang()
        case "leaves a child and crashes":
            try leaveChild()
            raise(SIGKILL)
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

    /// Starts a program that goes on for longer than any test.
    private func leaveChild() throws {
        var id: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("100000"), nil]
        guard posix_spawn(&id, "/bin/sleep", nil, nil, &words, environ) == 0 else {
            throw StateError(.unavailable, "there is no sleep")
        }
        if let folder { try LocalFile.replace("\(folder)/child", with: "\(id)") }
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
