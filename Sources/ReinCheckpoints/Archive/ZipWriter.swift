import CZip

/// Makes zip archives of which equal contents have equal bytes: entries in the order they are given in, not compressed,
/// all of the first moment that such archives know.
package enum ZipWriter {
    /// An entry to be: a file with its bytes, or a folder, whose name ends with a slash.
    package struct Entry {
        let name: String
        let bytes: StateBytes?

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
    }

    /// The archive of some entries.
    ///
    /// - Throws: `StateError` when there is no memory for it.
    package static func archive(_ entries: [Entry]) throws(StateError) -> StateBytes {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let output = zip_source_buffer_create(nil, 0, 0, &error) else { throw failure(&error) }
        // One use for the archive, which ends when it is closed, and one for reading what it has written.
        zip_source_keep(output)
        defer { zip_source_free(output) }
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
        // The entries' memory is read when the archive is closed.
        withExtendedLifetime(entries) {}
        return try written(output)
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

    private static func written(_ output: OpaquePointer) throws(StateError) -> StateBytes {
        var status = zip_stat_t()
        zip_stat_init(&status)
        guard zip_source_stat(output, &status) == 0, let count = Int(exactly: status.size), zip_source_open(output) == 0
        else { throw failure(zip_source_error(output)) }
        defer { zip_source_close(output) }
        return try StateBytes(count: count) { memory throws(StateError) in
            guard zip_source_read(output, memory.baseAddress, UInt64(count)) == Int64(count) else {
                throw failure(zip_source_error(output))
            }
        }
    }

    private static func failure(_ error: UnsafeMutablePointer<zip_error_t>?) -> StateError {
        StateError(
            .inputOutput, "no zip archive can be made: \(error.map { String(cString: zip_error_strerror($0)) } ?? "")")
    }
}
