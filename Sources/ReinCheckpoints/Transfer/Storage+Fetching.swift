extension Storage {
    /// The number of bytes that are read at once.
    private static var piece: Int { 1 << 23 }

    /// Reads an object into a new file.
    ///
    /// - Parameters:
    ///   - object: the object, with its size and, if somebody says so, its checksum.
    ///   - place: the file's path below the directory. Folders are made where they are not there.
    ///   - workspace: the directory.
    ///   - synchronizing: whether to wait until it is on the disk.
    /// - Returns: the object with the checksum that it has.
    /// - Throws: `StateError` with `.checksumMismatch` when it is not as long as it should be or has another checksum.
    func fetch(
        _ object: TransferIndex.File, to place: String, in workspace: borrowing Directory, _ deadline: StorageDeadline,
        synchronizing: Bool = true
    ) throws(StateError) -> TransferIndex.File {
        let path = uri.path(of: object.key)
        var parts = StorageKey.parts(of: place)
        guard let name = parts.popLast() else { throw StateError(.malformed, "has no name", path: path) }
        let folder = try workspace.newOrExistingDirectory(at: parts)
        let sink = try folder.create(name)
        var done = 0
        while true {
            try deadline.check(path)
            // One byte more than there should be shows what is longer.
            let end = min(object.size - done, Self.piece) + 1
            let bytes = try read(object.key, range: done..<(done + end), by: deadline)
            let wanted = min(bytes.count, object.size - done, Self.piece)
            try bytes.withUnsafeBytes { bytes in
                Result { () throws(StateError) in try sink.write(UnsafeRawBufferPointer(rebasing: bytes[..<wanted])) }
            }.get()
            done += wanted
            if done == object.size, bytes.count > wanted {
                throw StateError(.checksumMismatch, "has more than its \(object.size) bytes", path: path)
            }
            if done == object.size { break }
            guard bytes.count == end else {
                throw StateError(.checksumMismatch, "ends after \(done) of its \(object.size) bytes", path: path)
            }
        }
        let (size, sha256) = try sink.finish()
        guard sha256 == object.sha256 ?? sha256 else {
            throw StateError(.checksumMismatch, "is not what was uploaded: its checksum differs", path: path)
        }
        if synchronizing { try sink.synchronize() }
        return TransferIndex.File(key: object.key, size: size, sha256: sha256)
    }

    /// The size and the checksum of an object, which is read for it; nil when there is none.
    ///
    /// - Throws: `StateError` when it cannot be read.
    package func content(of key: String, by deadline: StorageDeadline) throws(StateError) -> FileContent? {
        let checksum = RunningChecksum()
        var size = 0
        while true {
            let bytes: [UInt8]
            do throws(StateError) {
                bytes = try read(key, range: size..<(size + Self.piece), by: deadline)
            } catch {
                if error.code == .notFound { return nil }
                throw error
            }
            bytes.withUnsafeBytes { checksum.update($0) }
            size += bytes.count
            if bytes.count < Self.piece { return FileContent(size: size, sha256: checksum.hexadecimal()) }
        }
    }
}
