#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A text file that grows by whole lines; each is in the file when `append` returns.
final class LineFile {
    private let path: String
    private let descriptor: Int32

    /// Opens a file to append to, and makes it when it is not there.
    ///
    /// - Throws: `CommandFailure` when that fails.
    init(appendingTo path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw CommandFailure.system(path) }
    }

    deinit { close(descriptor) }

    /// Adds a line.
    ///
    /// - Throws: `CommandFailure` when it cannot be written.
    func append(_ line: String) throws {
        guard writeAll(Array((line + "\n").utf8), to: descriptor) else { throw CommandFailure.system(path) }
    }

    /// The whole lines of a file, without a last one that does not end; empty when there is no such file.
    ///
    /// - Throws: `CommandFailure` when the file is there and cannot be read.
    static func lines(of path: String) throws -> [String] {
        guard LocalFile.exists(path) else { return [] }
        let text = String(decoding: try LocalFile.read(path), as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        lines.removeLast()
        return lines
    }
}
