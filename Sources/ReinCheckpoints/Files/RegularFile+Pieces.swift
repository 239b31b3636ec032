extension RegularFile {
    /// Calls `body` with all bytes in order, piece by piece, so that little of the file is in memory at once; the pointer
    /// must not leave it.
    ///
    /// - Throws: the error of `body`, and `StateError` when the file cannot be read or has become shorter.
    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(StateError) -> Void) throws(StateError) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: min(max(size, 1), 1 << 18), alignment: 64)
        defer { memory.deallocate() }
        var done = 0
        while done < size {
            let wanted = UnsafeMutableRawBufferPointer(rebasing: memory[..<min(memory.count, size - done)])
            guard try read(into: wanted, at: done) == wanted.count else {
                throw StateError(.inputOutput, "became shorter while it was read", path: path)
            }
            try body(UnsafeRawBufferPointer(wanted))
            done += wanted.count
        }
    }

    /// SHA-256 of the file, 64 hexadecimal digits.
    ///
    /// - Throws: `StateError` when it cannot be read.
    func checksum() throws(StateError) -> String {
        let checksum = RunningChecksum()
        try forEachPiece { checksum.update($0) }
        return checksum.hexadecimal()
    }
}
