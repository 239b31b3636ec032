import CSystemCalls
import ReinCheckpoints
import ReinProcesses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The messages to and from a worker: a length in four bytes, then JSON of one object; behind a message with `"bytes"` that
/// many bytes.
struct WorkerChannel: Sendable {
    /// This end of the socket.
    let stream: OpenStream

    /// Takes over this end.
    init(stream: OpenStream) {
        self.stream = stream
        stream.stopWaiting()
    }

    /// Why a message did not come, or could not be sent.
    enum Fault: Error {
        /// The worker has closed its end.
        case closed
        /// It took too long.
        case late
        /// What came is no message.
        case malformed(String)
    }

    /// Sends a message, and bytes behind it.
    func send(_ message: StateTree, bytes: UnsafeRawBufferPointer, _ wait: WorkerWait) throws(Fault) {
        let text = Array(JSON.text(message).utf8)
        let length = UInt32(text.count).littleEndian
        let head = withUnsafeBytes(of: length) { Array($0) } + text
        try head.withUnsafeBytes { head in Result { () throws(Fault) in try send(head, wait) } }.get()
        try send(bytes, wait)
    }

    private func send(_ bytes: UnsafeRawBufferPointer, _ wait: WorkerWait) throws(Fault) {
        guard let start = bytes.baseAddress else { return }
        var done = 0
        while done < bytes.count {
            let count = uninterrupted { rein_send(stream.descriptor, start + done, bytes.count - done, 0) }
            if count >= 0 {
                done += count
            } else if errno == EAGAIN {
                try wait.until(stream.descriptor, POLLOUT)
            } else {
                throw .closed
            }
        }
    }

    /// Waits for the next message.
    ///
    /// - Returns: a map.
    func receive(_ wait: WorkerWait) throws(Fault) -> StateTree {
        let head = try receive(4, wait)
        let length = head.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= WorkerLimits.frameBytes else {
            throw .malformed("a message of \(length) bytes, more than \(WorkerLimits.frameBytes)")
        }
        let text = try receive(length, wait)
        do throws(StateError) {
            let tree = try JSON.parse(text)
            guard case .map = tree else { throw StateError(.wrongType, "expected an object, found \(tree.summary)") }
            return tree
        } catch {
            throw .malformed("a message that is no JSON object: \(error)")
        }
    }

    private func receive(_ count: Int, _ wait: WorkerWait) throws(Fault) -> [UInt8] {
        // Memory grows with what has come, not with what was promised.
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: min(count, 1 << 16))
        while bytes.count < count {
            try wait.until(stream.descriptor, POLLIN)
            let rest = min(piece.count, count - bytes.count)
            let length = piece.withUnsafeMutableBytes { memory in
                uninterrupted { read(stream.descriptor, memory.baseAddress, rest) }
            }
            guard length != 0 else { throw .closed }
            if length < 0 {
                guard errno == EAGAIN else { throw .closed }
                continue
            }
            bytes += piece[..<length]
        }
        return bytes
    }
}
