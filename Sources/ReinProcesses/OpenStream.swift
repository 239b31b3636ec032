import CSystemCalls
package import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One end of a stream between two processes. It is closed with the last who has it.
package final class OpenStream: Sendable {
    /// Its number.
    package let descriptor: Int32

    /// Takes over an open stream.
    package init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Takes over a socket that this process was started with, so that no other program inherits it. Nil if there is none.
    package convenience init?(inherited descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK,
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        else { return nil }
        self.init(descriptor)
    }

    deinit { close(descriptor) }

    /// Two ends of a socket, for both directions, that no other program inherits.
    ///
    /// - Throws: `StateError` when there are too many open files.
    package static func pair() throws(StateError) -> (OpenStream, OpenStream) {
        var ends: [Int32] = [-1, -1]
        guard rein_socket_pair(&ends) == 0 else { throw .system("talk to a process", "") }
        return (OpenStream(ends[0]), OpenStream(ends[1]))
    }

    /// The two ends of a pipe that no other program inherits.
    ///
    /// - Throws: `StateError` when there are too many open files.
    package static func pipe() throws(StateError) -> (reading: OpenStream, writing: OpenStream) {
        var ends: [Int32] = [-1, -1]
        guard rein_pipe(&ends) == 0 else { throw .system("talk to a process", "") }
        return (OpenStream(ends[0]), OpenStream(ends[1]))
    }

    /// Waits until there is something to read, or nobody left who writes. It keeps the thread.
    ///
    /// - Returns: whether there is.
    package func isReadable(within limit: Duration) -> Bool {
        let milliseconds = max(0, min(limit / .milliseconds(1), Double(Int32.max)))
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return uninterrupted { poll(&entry, 1, Int32(milliseconds)) } != 0
    }

    /// Lets reading and writing say that nothing is there, or no room, instead of waiting.
    package func stopWaiting() { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }

    /// Sends what there is room for now into a socket.
    ///
    /// - Returns: the number of bytes. All of them when there is nobody to read them any more.
    package func sendAtOnce(_ bytes: [UInt8]) -> Int { send(bytes[...], waits: false) }

    /// Sends bytes into a socket, and waits for room. It keeps the thread. Ends early when there is nobody to read them any
    /// more.
    package func send(_ bytes: ArraySlice<UInt8>) { _ = send(bytes, waits: true) }

    /// Ends a socket's stream for both. What has arrived can still be read.
    package func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func send(_ bytes: ArraySlice<UInt8>, waits: Bool) -> Int {
        bytes.withUnsafeBytes { memory in
            var done = 0
            while done < memory.count, let start = memory.baseAddress {
                let count = uninterrupted { rein_send(descriptor, start + done, memory.count - done, waits ? 1 : 0) }
                if count < 0 { return errno == EAGAIN ? done : memory.count }
                done += count
            }
            return done
        }
    }
}
