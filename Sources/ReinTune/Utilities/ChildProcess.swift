import ReinCheckpoints
import ReinProcesses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A running program whose output is read by and by. The processes that it starts end with it.
final class ChildProcess {
    private let path: String
    private let process: SpawnedProcess
    private let outputPipe: OpenStream
    private let errorPipe: OpenStream
    private var outputBytes: [UInt8] = []
    private var errorBytes: [UInt8] = []
    private var isKilled = false

    /// Starts a program.
    ///
    /// - Throws: `StateError` when that fails.
    init(_ path: String, _ arguments: [String]) throws(StateError) {
        let output = try OpenStream.pipe()
        let errors = try OpenStream.pipe()
        for pipe in [output.reading, errors.reading] { pipe.stopWaiting() }
        // The ends that it writes to are open until it has them.
        process = try withExtendedLifetime((output.writing, errors.writing)) { () throws(StateError) in
            try SpawnedProcess(
                path, arguments, name: RunningProgram.name(of: path),
                passing: [(output.writing.descriptor, 1), (errors.writing.descriptor, 2)])
        }
        self.path = path
        outputPipe = output.reading
        errorPipe = errors.reading
    }

    deinit { kill() }

    /// What has been read of what it prints.
    var output: String { String(decoding: outputBytes, as: UTF8.self) }
    /// What has been read of its complaints.
    var errors: String { String(decoding: errorBytes, as: UTF8.self) }

    /// Whether it has ended.
    func hasEnded() -> Bool { process.hasEnded() }

    /// Whether it ended by itself with code 0. Known after `kill()`.
    var isSuccess: Bool { process.end == .exit(code: 0) }

    /// How it ended, in words. Known after `kill()`.
    var end: String { "\(process.end ?? .unknown)" }

    /// Ends it and all that it started. Of no effect the second time.
    func kill() {
        guard !isKilled else { return }
        isKilled = true
        if !process.release() { process.releaseLater() }
    }

    /// Reads what is there.
    ///
    /// - Throws: `StateError` for more than `limit` bytes, and when it cannot be read.
    func takeOutput(limit: Int) throws(StateError) {
        try take(outputPipe.descriptor, into: &outputBytes, limit: limit)
        try take(errorPipe.descriptor, into: &errorBytes, limit: limit)
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
}
