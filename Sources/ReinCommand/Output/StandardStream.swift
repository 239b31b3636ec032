import ArgumentParser
import Rein

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

    /// Whether it is a terminal that moves its cursor when it is told to: editors and consoles that do not call
    /// themselves dumb.
    var canRedraw: Bool {
        guard isTerminal, let name = getenv("TERM") else { return false }
        return !["", "dumb"].contains(String(cString: name))
    }

    /// The width of the terminal, or nil when there is none or it does not say.
    var columns: Int? { size.flatMap { $0.ws_col > 0 ? Int($0.ws_col) : nil } }

    /// The height of the terminal in lines, or nil when there is none or it does not say.
    var rows: Int? { size.flatMap { $0.ws_row > 0 ? Int($0.ws_row) : nil } }

    private var size: winsize? {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
    }

    /// Writes text.
    ///
    /// - Throws: an `ExitCode` that ends the command quietly when nobody reads any more, `StateError` when the text
    ///   cannot be written for another reason.
    func write(_ text: String) throws {
        let number = send(text)
        guard number != 0 else { return }
        if number == EPIPE { throw ExitCode(0) }
        throw StateError.system("write", "standard output", number: number)
    }

    /// Writes text and ends the line.
    ///
    /// - Throws: as `write`.
    func writeLine(_ text: String) throws { try write(text + "\n") }

    /// Writes a line that may be lost.
    func log(_ text: String) { _ = send(text + "\n") }

    /// Writes text that may be lost, as it is.
    func draw(_ text: String) { _ = send(text) }

    /// Returns 0, or the error's number.
    private func send(_ text: String) -> Int32 {
        Array(text.utf8).withUnsafeBytes { writeAll($0, to: descriptor) }
    }
}
