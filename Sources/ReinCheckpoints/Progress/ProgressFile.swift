/// What the driver of a trainable keeps in a checkpoint beside what a user saves there: its counters, in a hidden file.
///
/// Where no manifest lists the files of the checkpoint, this one does.
///
///     {
///       "version": 1,
///       "progress": {"iteration":3},
///       "files": [["weights.bin",1024,"9f86d0..."],["logs/",0,"e3b0c4..."]],
///       "manifest_sha256": "0c6459..."
///     }
struct ProgressFile {
    /// The counters, and whatever else the driver wants to find again.
    var progress: StateMap
    /// The files of the checkpoint; nil when a manifest lists them.
    var files: FileList?

    /// The largest number of bytes that are written and read: 64 MB.
    static let sizeLimit = 1 << 26

    private static let version: Int64 = 1

    /// The bytes of the file, the same ones for the same content.
    ///
    /// - Throws: `StateError` with the place of a tensor, and when there are too many bytes.
    func bytes() throws(StateError) -> [UInt8] {
        let tree: StateTree = ["progress": .map(progress)]
        if let tensor = try TreeMarkup.tensors(of: tree).first {
            throw StateError(.wrongType, "a tensor cannot be kept there; give numbers", path: tensor.name)
        }
        var writer = JSONWriter(pretty: false)
        writer.put("{\n  \"version\": ")
        writer.write(Self.version)
        writer.put(",\n  \"progress\": ")
        TreeMarkup.write(.map(progress), to: &writer)
        if let files {
            writer.put(",\n  \"files\": ")
            writer.write(files.tree)
        }
        writer.put("\n}\n")
        let bytes = Array(ManifestSeal.sealed(writer.text).utf8)
        guard bytes.count <= Self.sizeLimit else {
            throw StateError(
                .outOfRange, "takes \(bytes.count) bytes, more than the \(Self.sizeLimit) that are read",
                path: "progress")
        }
        return bytes
    }

    /// Makes the content of a file.
    init(_ progress: StateMap, files: FileList? = nil) {
        self.progress = progress
        self.files = files
    }

    /// Reads the bytes of a file, of which nothing is believed.
    ///
    /// - Throws: `StateError` that names the file, and the place in it.
    init(reading bytes: StateBytes, path: String) throws(StateError) {
        guard bytes.count <= Self.sizeLimit else {
            throw StateError(
                .outOfRange, "has \(bytes.count) bytes, more than the \(Self.sizeLimit) that are read", path: path)
        }
        let tree: StateTree
        do throws(StateError) {
            // Bytes and numbers that are not finite are maps in the text, which the tree does not count.
            tree = try bytes.withUnsafeBytes { bytes throws(StateError) in
                try JSON.parse(bytes, maximumDepth: StateTree.maximumDepth + 1)
            }
        } catch {
            throw error.nested(under: path)
        }
        let reader = StateReader(tree, path: path)
        let version = try reader.child("version")
        guard try version.int64() == Self.version else {
            throw version.error(.unsupportedVersion, "expected \(Self.version)")
        }
        guard try ManifestSeal.check(bytes, path: path) else {
            throw StateError(.malformed, "has no checksum of its own at its end", path: path)
        }
        try reader.expectKeys(["version", "progress", "files", ManifestSeal.key])
        let marked = try reader.child("progress")
        do throws(StateError) {
            var markup = TreeMarkup(tensors: Table())
            guard case .map(let map) = try markup.unmark(marked.tree) else {
                throw StateError(.wrongType, "expected a map, found \(marked.tree.kind)")
            }
            progress = map
        } catch {
            throw error.nested(under: marked.path)
        }
        if let saved = reader.optionalChild("files") { files = try FileList(saved) }
    }
}

extension ProgressFile {
    /// Reads the file of a directory; nil when there is none.
    ///
    /// - Throws: `StateError` that names it when it is damaged.
    static func read(in directory: borrowing Directory) throws(StateError) -> ProgressFile? {
        let name = CheckpointLayout.progressFile
        guard let file = try directory.existingFile(name) else { return nil }
        return try ProgressFile(reading: file.bytes(limit: sizeLimit), path: file.path)
    }

    /// Puts the file into a directory in which nobody else works, in the place of another one. A manifest that lists the
    /// files of the directory lists it, too, and whatever else lies beside them; otherwise it lists them itself.
    ///
    /// - Parameters:
    ///   - progress: what it holds; there is none when nil.
    ///   - directory: the directory, whose files are all there.
    /// - Throws: `StateError` that names what cannot be read, written or listed.
    static func put(_ progress: StateMap?, in directory: borrowing Directory) throws(StateError) {
        let name = CheckpointLayout.progressFile
        try directory.removeFile(name)
        guard var manifest = listingManifest(of: directory) else {
            guard let progress else { return }
            let files = try FileList(of: directory) { !CheckpointLayout.isListed($0) }
            return try directory.write(ProgressFile(progress, files: files).bytes(), to: name)
        }
        if let progress { try directory.write(ProgressFile(progress).bytes(), to: name) }
        let names = manifest.kind.names
        manifest.added.removeAll { $0.path == name }
        var known = KeyList(manifest.added.map(\.path))
        let others = try FileList(of: directory) { names.contains(FileList.firstName(of: $0)) || known.contains($0) }
        for record in others.records {
            guard FileList.isPossible(record.path), known.insert(record.path) else {
                throw StateError(
                    .malformed, "has a name that no file beside those of a checkpoint can have",
                    path: directory.path(of: record.path.shortened))
            }
            manifest.added.append(record)
        }
        try directory.removeFile(CheckpointManifest.fileName)
        try directory.write(Array(manifest.text.utf8), to: CheckpointManifest.fileName)
    }

    /// The manifest of an algorithm or a policy that lists its files; nil when there is none, or when it cannot be read.
    private static func listingManifest(of directory: borrowing Directory) -> CheckpointManifest? {
        guard (try? directory.contains(CheckpointManifest.fileName)) == true,
            let (kind, format, text) = try? CheckpointDirectory.identify(directory),
            let manifest = try? CheckpointDirectory.manifest(of: directory, expecting: (kind, format), text: text)
        else { return nil }
        return manifest.files == nil ? nil : manifest
    }
}

extension CheckpointLayout {
    /// Whether the file of progress lists a file of the checkpoint: not itself, and not what is noted afterwards.
    static func isListed(_ path: String) -> Bool {
        path != progressFile && path != metadataFile && !isUnfinished(path)
    }
}
