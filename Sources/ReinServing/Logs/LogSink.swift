#if Serving
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where lines of a log go.
public struct LogSink: Sendable {
    let write: @Sendable ([UInt8]) -> Void

    /// Hands each line, its end included, to a function, which may be called on several threads at once.
    public init(_ write: @escaping @Sendable ([UInt8]) -> Void) { self.write = write }

    /// The process's standard error. A line is handed over in one piece, so that those of several threads, and of several
    /// processes at one pipe, stay apart. A line that it does not take is lost.
    public static let standardError = LogSink { line in
        line.withUnsafeBytes { line in
            var rest = line[...]
            while !rest.isEmpty {
                #if canImport(Glibc)
                let count = Glibc.write(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #elseif canImport(Musl)
                let count = Musl.write(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #else
                let count = Darwin.write(STDERR_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                #endif
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
#endif
