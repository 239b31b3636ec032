import CZip

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A zip archive that may have been made to do harm: names are checked when it is opened, and nothing is allocated for
/// what an entry claims to hold but what its packed bytes could possibly give.
package final class ZipArchive {
    /// An entry as the archive's directory describes it.
    package struct Entry {
        fileprivate let index: UInt64
        /// The number of bytes it holds.
        package let size: Int
        fileprivate let packedSize: Int
        fileprivate let isCompressed: Bool
        /// Whether it is neither encrypted nor packed by a method that is not read.
        fileprivate let isPlain: Bool
    }

    /// The largest number of entries of an archive, unless said otherwise.
    package static let maximumEntries = 4096
    /// How many times as much as it takes an entry of more than `smallSize` bytes may hold. Numbers become hardly smaller,
    /// and what agents describe themselves with not that much; what claims so only wants memory.
    private static let largestRatio = 16
    private static let smallSize = 1 << 16

    /// The entries by name.
    package let entries: Table<String, Entry>
    private let handle: Handle
    private let allowsCompression: Bool

    /// Opens a file.
    ///
    /// - Throws: `StateError` when there is none, when it is no zip archive, or when a name in it cannot be right.
    package init(opening path: String) throws(StateError) {
        let file = try RegularFile(opening: path)
        let descriptor = try file.duplicate()
        var code: Int32 = 0
        guard let archive = zip_fdopen(descriptor, 0, &code) else {
            close(descriptor)
            throw StateError(.malformed, "cannot be opened as a zip archive: \(Self.message(code))", path: path)
        }
        handle = Handle(archive, memory: StateBytes([]))
        allowsCompression = true
        do { entries = try Self.entries(of: handle, size: file.size, limit: Self.maximumEntries) } catch {
            throw error.nested(under: path)
        }
    }

    /// Opens an archive in memory, which is kept.
    ///
    /// - Parameters:
    ///   - bytes: the archive.
    ///   - allowsCompression: whether entries may be compressed at all.
    ///   - maximumEntries: the largest number of entries.
    /// - Throws: `StateError` as for a file.
    package init(
        _ bytes: StateBytes, allowsCompression: Bool = true, maximumEntries: Int = maximumEntries
    ) throws(StateError) {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        // The archive is read from this memory for as long as the handle keeps it.
        let memory = bytes.withUnsafeBytes { $0 }
        guard let source = zip_source_buffer_create(memory.baseAddress, UInt64(bytes.count), 0, &error) else {
            throw StateError(.inputOutput, "no memory for a zip archive")
        }
        guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
            let reason = Self.message(zip_error_code_zip(&error))
            zip_source_free(source)
            throw StateError(.malformed, "cannot be opened as a zip archive: \(reason)")
        }
        handle = Handle(archive, memory: bytes)
        self.allowsCompression = allowsCompression
        entries = try Self.entries(of: handle, size: bytes.count, limit: maximumEntries)
    }

    /// Opens an archive in memory, of which a copy is made; see the other initialiser.
    package convenience init(_ bytes: [UInt8], allowsCompression: Bool = true) throws(StateError) {
        try self.init(StateBytes(bytes), allowsCompression: allowsCompression)
    }

    /// The bytes of an entry.
    ///
    /// - Parameter limit: the largest number of bytes that it may hold.
    /// - Throws: `StateError` when there is no such entry, when it is larger or not packed as expected, or when its
    ///   checksum is wrong.
    package func read(_ name: String, limit: Int) throws(StateError) -> [UInt8] {
        try bytes(of: name, limit: limit).array
    }

    /// The bytes of an entry, without a copy of them; see `read`.
    package func bytes(of name: String, limit: Int) throws(StateError) -> StateBytes {
        guard let entry = entries[name] else {
            throw StateError(.missingKey, "required, but not in the archive", path: name.shortened)
        }
        func failure(_ code: StateError.Code, _ message: String) -> StateError {
            StateError(code, message, path: name.shortened)
        }
        guard entry.isPlain else {
            throw failure(.unsupportedFormat, "is encrypted, or packed by another method than \"deflate\"")
        }
        guard allowsCompression || !entry.isCompressed else {
            throw failure(.unsupportedFormat, "is compressed, which nothing in such an archive is")
        }
        guard entry.isCompressed || entry.size == entry.packedSize else {
            throw failure(.malformed, "\(entry.packedSize) bytes that claim to be \(entry.size)")
        }
        guard entry.size <= limit else {
            throw failure(.outOfRange, "holds \(entry.size) bytes, more than the \(limit) that are read")
        }
        guard entry.size <= Self.smallSize || entry.size / Self.largestRatio <= entry.packedSize else {
            throw failure(.malformed, "\(entry.packedSize) packed bytes that claim to hold \(entry.size)")
        }
        guard let file = zip_fopen_index(handle.archive, entry.index, 0) else {
            throw failure(.malformed, "cannot be read: \(handle.lastMessage)")
        }
        defer { zip_fclose(file) }
        func fill(_ memory: UnsafeMutableRawBufferPointer) throws(StateError) {
            var done = 0
            while done < memory.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: memory[done...])
                let count = zip_fread(file, rest.baseAddress, UInt64(rest.count))
                guard count >= 0 else { throw failure(.malformed, "is damaged") }
                guard count > 0 else { throw failure(.malformed, "is shorter than it says") }
                done += Int(count)
            }
            // The checksum is compared where the entry ends.
            var next: UInt8 = 0
            let more = zip_fread(file, &next, 1)
            guard more >= 0 else { throw failure(.malformed, "is damaged") }
            guard more == 0 else { throw failure(.malformed, "is longer than it says") }
        }
        // What is not compressed is not larger than the archive; what is may want more memory than there is.
        guard !entry.isCompressed else { return try StateBytes(count: entry.size, filling: fill) }
        var result = Result<Void, StateError>.success(())
        let bytes = [UInt8](unsafeUninitializedCapacity: entry.size) { memory, filled in
            result = Result { () throws(StateError) in try fill(UnsafeMutableRawBufferPointer(memory)) }
            filled = entry.size
        }
        try result.get()
        return StateBytes(sharing: bytes)
    }

    /// - Parameter archiveSize: the number of bytes of the archive, which no entry takes more of.
    private static func entries(
        of handle: Handle, size archiveSize: Int, limit: Int
    ) throws(StateError) -> Table<String, Entry> {
        let count = zip_get_num_entries(handle.archive, 0)
        guard (1...Int64(limit)).contains(count) else {
            throw StateError(.outOfRange, "an archive of \(count) entries (allowed: 1 to \(limit))")
        }
        var entries = Table<String, Entry>()
        for index in 0..<UInt64(count) {
            var status = zip_stat_t()
            guard zip_stat_index(handle.archive, index, 0, &status) == 0,
                let name = zip_get_name(handle.archive, index, zip_flags_t(ZIP_FL_ENC_RAW)).flatMap({
                    String(validatingCString: $0)
                }),
                isPossible(name)
            else { throw StateError(.malformed, "entry \(index) of the archive has no possible name") }
            let needed = UInt64(ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD)
            guard status.valid & needed == needed, let size = Int(exactly: status.size),
                let packedSize = Int(exactly: status.comp_size), packedSize <= archiveSize
            else { throw StateError(.malformed, "has no possible size", path: name.shortened) }
            try requireFile(handle, index, name)
            let method = Int32(status.comp_method)
            let entry = Entry(
                index: index, size: size, packedSize: packedSize, isCompressed: method != ZIP_CM_STORE,
                isPlain: [ZIP_CM_STORE, ZIP_CM_DEFLATE].contains(method)
                    && Int32(status.encryption_method) == ZIP_EM_NONE)
            guard entries.insert(entry, for: name) else {
                throw StateError(.malformed, "is in the archive twice", path: name.shortened)
            }
        }
        return entries
    }

    /// Refuses what an archive made by a system of Unix's kind says is neither a file nor a folder.
    private static func requireFile(_ handle: Handle, _ index: UInt64, _ name: String) throws(StateError) {
        var system: UInt8 = 0
        var attributes: UInt32 = 0
        guard zip_file_get_external_attributes(handle.archive, index, 0, &system, &attributes) == 0,
            Int32(system) == ZIP_OPSYS_UNIX, attributes >> 16 & 0o170000 != 0
        else { return }
        switch FileKind(mode: mode_t(attributes >> 16)) {
        case .regularFile, .directory: return
        case let kind: throw StateError(.malformed, "is \(kind.words), not a file", path: name.shortened)
        }
    }

    /// Whether a name stays inside the archive and is one that a message can show; parts are no longer than names of files.
    private static func isPossible(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("/")
            && !name.utf8.contains { $0 < 32 || $0 == UInt8(ascii: "\\") || $0 == 127 }
            && name.parts(between: "/").allSatisfy { $0 != ".." && $0.utf8.count <= 255 }
    }

    private static func message(_ code: Int32) -> String {
        var error = zip_error_t()
        zip_error_init_with_code(&error, code)
        defer { zip_error_fini(&error) }
        return String(cString: zip_error_strerror(&error))
    }

    /// What libzip holds for an open archive.
    private final class Handle {
        let archive: OpaquePointer
        private let memory: StateBytes

        init(_ archive: OpaquePointer, memory: StateBytes) {
            self.archive = archive
            self.memory = memory
        }

        var lastMessage: String { String(cString: zip_strerror(archive)) }

        deinit { zip_discard(archive) }
    }
}
