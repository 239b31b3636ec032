extension FileTree {
    /// The tree as a zip archive: entries sorted and not compressed, so that equal trees have equal bytes.
    ///
    /// - Throws: `StateError` when there is no memory for it.
    package func archive() throws(StateError) -> [UInt8] {
        let entries = entries()
        // libzip makes no archive of nothing.
        return entries.isEmpty ? Self.emptyArchive : try ZipWriter.archive(entries)
    }

    /// Reads a zip archive that may have been made to do harm, and whose entries may be compressed.
    ///
    /// - Throws: `StateError` that names the entry: for damage, names that lead elsewhere or are there twice, links and
    ///   devices, and sizes that are not those of the bytes; and when they claim to hold together more than sixteen times
    ///   what they take, and 64 MB.
    package init(archive bytes: StateBytes) throws(StateError) {
        self.init()
        // An archive of nothing is its end alone, which the reader of archives takes for none.
        if bytes.count == Self.emptyArchive.count, bytes.array == Self.emptyArchive { return }
        let archive = try ZipArchive(bytes, maximumEntries: Self.maximumCount)
        var rest = bytes.count.multipliedReportingOverflow(by: 16).partialValue + Self.freeSize
        for (name, entry) in archive.entries {
            guard entry.size <= rest else {
                throw StateError(
                    .outOfRange, "an archive of \(bytes.count) bytes that claims to hold far more", path: name.shortened
                )
            }
            rest -= entry.size
        }
        for name in archive.entries.keys.sortedByBytes {
            if name.hasSuffix("/") {
                try insert(nil, at: String(name.dropLast()))
            } else {
                try insert(try archive.bytes(of: name, limit: .max), at: name)
            }
        }
    }

    /// What entries may hold in any case: 64 MB.
    private static let freeSize = 1 << 26

    /// What marks the end of an archive, of one without entries.
    private static let emptyArchive: [UInt8] = [0x50, 0x4b, 5, 6] + [UInt8](repeating: 0, count: 18)
}
