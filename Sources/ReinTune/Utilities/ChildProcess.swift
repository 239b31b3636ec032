import CSystemCalls
import ReinCheckpoints

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
    private let outputPipe: Int32
    private let errorPipe: Int32
    private var outputBytes: [UInt8] = []
    private var errorBytes: [UInt8] = []
    private var isKilled = false

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
        defer {
            close(output.writing)
            close(errors.writing)
        }
        do throws(StateError) {
            process = try SpawnedProcess(path, arguments, passing: [(output.writing, 1), (errors.writing, 2)])
        } catch {
            close(output.reading)
            close(errors.reading)
            throw error
        }
        self.path = path
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
        guard rein_pipe(&ends) == 0 else { throw .system("run the program", path) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }
}
