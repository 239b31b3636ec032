/// Where the bytes of a file go, piece by piece.
protocol ByteSink: AnyObject {
    /// Takes the next bytes; the pointer is not kept.
    func write(_ bytes: UnsafeRawBufferPointer) throws(StateError)
}

/// Gathers bytes in memory.
final class MemorySink: ByteSink {
    /// Everything that was written.
    private(set) var bytes: [UInt8] = []

    func write(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }
}
