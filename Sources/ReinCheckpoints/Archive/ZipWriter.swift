import CZip

/// Makes zip archives of which equal contents have equal bytes: entries in the order they are given in, not compressed,
/// all of the first moment that such archives know.
package enum ZipWriter {
    /// An entry to be: a file with its bytes, or a folder, whose name ends with a slash.
    package struct Entry {
        /// The path; that of a folder ends with a slash.
        package let name: String
        /// What the file holds; nil for a folder.
        package let bytes: StateBytes?

        /// A file.
        package init(file name: String, _ bytes: StateBytes) {
            self.name = name
            self.bytes = bytes
        }

        /// A folder that would not be there without an entry, since nothing is in it.
        package init(folder name: String) {
            self.name = name + "/"
            bytes = nil
        }

        /// About the number of bytes that it takes, with its name in two headers.
        fileprivate var largestSize: Int { (bytes?.count ?? 0) + 2 * name.utf8.count + 160 }
    }

    /// The archive of some entries.
    ///
    /// - Throws: `StateError` when there is no memory for it.
    package static func archive(_ entries: [Entry]) throws(StateError) -> [UInt8] {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        let buffer = ArchiveBuffer(capacity: entries.reduce(64) { $0 + $1.largestSize })
        guard let output = buffer.makeSource(&error) else { throw failure(&error) }
        guard let archive = zip_open_from_source(output, ZIP_CREATE | ZIP_TRUNCATE, &error) else {
            let reason = failure(&error)
            zip_source_free(output)
            throw reason
        }
        for entry in entries {
            do {
                try add(entry, to: archive)
            } catch {
                zip_discard(archive)
                throw error
            }
        }
        guard zip_close(archive) == 0 else {
            let reason = failure(zip_get_error(archive))
            zip_discard(archive)
            throw reason
        }
        // The entries' memory is read, and the buffer written to, until the archive is closed.
        withExtendedLifetime(entries) {}
        return buffer.bytes
    }

    private static func add(_ entry: Entry, to archive: OpaquePointer) throws(StateError) {
        let memory = entry.bytes.map { $0.withUnsafeBytes { $0 } }
        guard let source = zip_source_buffer(archive, memory?.baseAddress, UInt64(memory?.count ?? 0), 0) else {
            throw failure(zip_get_error(archive))
        }
        let flags = zip_flags_t(ZIP_FL_ENC_UTF_8)
        let index = zip_file_add(archive, entry.name, source, flags)
        guard index >= 0 else {
            zip_source_free(source)
            throw failure(zip_get_error(archive))
        }
        let place = UInt64(index)
        let mode: UInt32 = entry.bytes == nil ? 0o040755 : 0o100644
        guard zip_set_file_compression(archive, place, ZIP_CM_STORE, 0) == 0,
            zip_file_set_dostime(archive, place, 0, firstDay, 0) == 0,
            zip_file_set_external_attributes(archive, place, 0, UInt8(ZIP_OPSYS_UNIX), mode << 16) == 0
        else { throw failure(zip_get_error(archive)) }
    }

    /// 1 January 1980 as archives have it: years since then, months from 1, days from 1.
    private static let firstDay: UInt16 = 1 << 5 | 1

    private static func failure(_ error: UnsafeMutablePointer<zip_error_t>?) -> StateError {
        StateError(
            .inputOutput, "no zip archive can be made: \(error.map { String(cString: zip_error_strerror($0)) } ?? "")")
    }
}
