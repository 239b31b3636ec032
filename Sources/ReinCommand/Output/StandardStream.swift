import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Standard output or standard error, written without a buffer: what is written is out.
struct StandardStream: Sendable {
    /// Standard output, for results.
    static let output = StandardStream(descriptor: STDOUT_FILENO)
    /// Standard error, for progress, logs and errors.
    static let error = StandardStream(descriptor: STDERR_FILENO)

    private let descriptor: Int32

    /// Whether a person looks at it.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The width of the terminal, or nil when there is none or it does not say.
    var columns: Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes text.
    ///
    /// - Throws: an `ExitCode` that ends the command quietly when nobody reads any more, `CommandFailure` when the
    ///   text cannot be written for another reason.
    func write(_ text: String) throws {
        guard !writeAll(Array(text.utf8), to: descriptor) else { return }
        if errno == EPIPE { throw ExitCode(0) }
        throw CommandFailure.system("standard output")
    }

    /// Writes text and ends the line.
    ///
    /// - Throws: as `write`.
    func writeLine(_ text: String) throws { try write(text + "\n") }

    /// Writes a line that may be lost.
    func log(_ text: String) { _ = writeAll(Array((text + "\n").utf8), to: descriptor) }

    /// Writes text that may be lost, as it is.
    func draw(_ text: String) { _ = writeAll(Array(text.utf8), to: descriptor) }
}

/// Writes all bytes to a file descriptor.
///
/// - Returns: false when that fails; `errno` says why.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
        guard let base = buffer.baseAddress else { return true }
        var done = 0
        while done < buffer.count {
            let count = write(descriptor, base + done, buffer.count - done)
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            done += count
        }
        return true
    }
}
