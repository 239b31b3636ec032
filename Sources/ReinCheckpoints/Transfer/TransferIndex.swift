/// What an upload consists of: its files with sizes and checksums, and its empty folders.
///
/// It lies beside the files as `rein_upload.json` while they are on their way, and as `rein_index.json` when all of them
/// have arrived: without that one there is no checkpoint for whoever downloads.
///
///     {
///       "version": 1,
///       "files": [["policy_state.safetensors", 1024, "9f86d0..."]],
///       "folders": ["logs"],
///       "manifest_sha256": "0c6459..."
///     }
struct TransferIndex: Sendable, Equatable {
    /// A file of the upload.
    struct File: Sendable, Equatable {
        var key: String
        var size: Int
        /// SHA-256 as 64 hexadecimal digits, nil when nobody says.
        var sha256: String?
    }

    /// The files, in the order of their keys' bytes.
    var files: [File]
    /// The folders without anything in them, in the same order.
    var folders: [String]

    /// The object that a complete upload has.
    static let completeName = "rein_index.json"
    /// The object that an upload has which is not complete.
    static let begunName = "rein_upload.json"
    /// Both names.
    static let names = [completeName, begunName]

    /// The largest number of bytes of either.
    static let sizeLimit = 1 << 27

    private static let version: Int64 = 1

    /// The text of both objects.
    ///
    /// - Throws: `StateError` when it would be longer than what is read.
    func text(path: String) throws(StateError) -> [UInt8] {
        // Not as keys of a map: those are equal when they differ only in how accents are written.
        let records = files.map { file in
            StateTree.list([.string(file.key), .int(Int64(file.size)), file.sha256.map { .string($0) } ?? .null])
        }
        let map: StateMap = [
            "version": .int(Self.version), "files": .list(records), "folders": .list(folders.map { .string($0) }),
        ]
        let text = Array(ManifestSeal.sealed(JSON.text(.map(map), pretty: true) + "\n").utf8)
        guard text.count <= Self.sizeLimit else {
            throw StateError(.outOfRange, "has \(files.count) files, too many for an index of them", path: path)
        }
        return text
    }

    /// Makes the index of files.
    init(files: [File], folders: [String]) {
        self.files = files
        self.folders = folders
    }

    /// Reads the text of an index, of which nothing is believed.
    ///
    /// - Throws: `StateError` that names the place.
    init(parsing text: [UInt8], path: String) throws(StateError) {
        guard try ManifestSeal.check(StateBytes(sharing: text), path: path) else {
            throw StateError(.malformed, "has no checksum of its own at its end", path: path)
        }
        let reader: StateReader
        do throws(StateError) { reader = StateReader(try JSON.parse(text), path: path) } catch {
            throw error.nested(under: path)
        }
        let version = try reader.child("version")
        guard try version.int64() == Self.version else {
            throw version.error(.unsupportedVersion, "expected \(Self.version)")
        }
        try reader.expectKeys(["version", "files", "folders", ManifestSeal.key])
        files = []
        for record in try reader.child("files").list() {
            let fields = try record.list()
            guard fields.count == 3 else { throw record.error(.malformed, "expected a name, a size and a checksum") }
            let size = try fields[1].int()
            guard size >= 0 else { throw record.error(.outOfRange, "the size \(size) is negative") }
            let sha256 = try fields[2].string()
            guard sha256.utf8.count == 64, sha256.utf8.allSatisfy({ Self.digits.contains($0) }) else {
                throw record.error(.malformed, "the checksum is not 64 hexadecimal digits")
            }
            files.append(File(key: try fields[0].string(), size: size, sha256: sha256))
        }
        folders = []
        for folder in try reader.child("folders").list() { folders.append(try folder.string()) }
        try requireSound(path: path)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    /// Checks that names are names of files and folders that can lie in one directory.
    ///
    /// - Throws: `StateError` that names the first that cannot.
    func requireSound(path: String) throws(StateError) {
        var seen = KeyList<[UInt8]>()
        for file in files {
            try StorageKey.check(file.key, in: path)
            guard file.key != Self.completeName, file.key != Self.begunName else {
                throw StateError(.malformed, "\"\(file.key)\" is the name of an index of files", path: path)
            }
            guard seen.insert(Array(file.key.utf8)) else {
                throw StateError(.malformed, "\"\(file.key.shortened)\" is there twice", path: path)
            }
        }
        for folder in folders { try StorageKey.check(folder, in: path) }
        for key in files.map(\.key) + folders.map({ "\($0)/x" }) {
            let bytes = Array(key.utf8)
            for slash in bytes.indices where bytes[slash] == UInt8(ascii: "/") {
                guard !seen.contains(Array(bytes[..<slash])) else {
                    let name = String(decoding: bytes[..<slash], as: UTF8.self).shortened
                    throw StateError(.malformed, "\"\(name)\" is a file and a folder", path: path)
                }
            }
        }
    }

    /// Checks that there are no more files and bytes than somebody allows.
    func require(files limit: Int, bytes byteLimit: Int, path: String) throws(StateError) {
        guard files.count + folders.count <= limit else {
            throw StateError(
                .outOfRange, "has \(files.count + folders.count) entries, more than the \(limit) that are allowed",
                path: path)
        }
        var total = 0
        for file in files {
            let (sum, overflow) = total.addingReportingOverflow(file.size)
            guard !overflow, sum <= byteLimit else {
                throw StateError(
                    .outOfRange, "claims to have more than the \(byteLimit) bytes that are allowed", path: path)
            }
            total = sum
        }
    }

    /// Records of objects that are there, of whose bytes nobody says anything.
    static func files(of entries: [StorageEntry]) -> [File] {
        entries.map { File(key: $0.key, size: $0.size, sha256: nil) }
    }

    /// Records by the bytes of their keys, of several with one key the first.
    static func byKey(_ files: [File]) -> Table<[UInt8], File> {
        var table = Table<[UInt8], File>()
        for file in files { table.insert(file, for: Array(file.key.utf8)) }
        return table
    }

    /// Files in the order in which they come: manifests after everything that they list.
    static func sorted(_ files: [File]) -> [File] {
        files.sorted(byBytesOf: \.key).sorted(byNumber: { rank(of: $0.key) })
    }

    private static func rank(of key: String) -> Int {
        let name = CheckpointManifest.fileName
        return key == name ? 2 : key.hasSuffix("/\(name)") ? 1 : 0
    }
}
