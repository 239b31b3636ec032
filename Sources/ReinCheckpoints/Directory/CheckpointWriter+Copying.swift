extension CheckpointWriter {
    /// Adds copies of everything in a directory.
    ///
    /// - Throws: `StateError` that names what is no file or folder, or cannot be read or written.
    func addCopy(of path: String) throws(StateError) {
        let source = try Directory(opening: path)
        let unfinished = try source.names().filter(CheckpointLayout.isUnfinished)
        try place.workspace.copyContents(of: source, leavingOut: unfinished)
    }

    /// Makes the checkpoint what another one is, with one of its files replaced or left out; all others are shared with it.
    ///
    /// - Parameters:
    ///   - path: the other checkpoint.
    ///   - name: the file in its uppermost folder.
    ///   - bytes: what the file is to hold; there is none when nil.
    ///   - manifest: the manifest without that file.
    /// - Throws: `StateError` that names what cannot be read or written.
    func rewrite(
        _ path: String, _ name: String, _ bytes: [UInt8]?, _ manifest: CheckpointManifest
    ) throws(StateError) {
        try place.workspace.copyContents(
            of: Directory(opening: path), leavingOut: [name, CheckpointManifest.fileName], sharing: true)
        try reached(.fileWritten)
        var manifest = manifest
        if let bytes {
            try place.workspace.write(bytes, to: name)
            try reached(.fileWritten)
            manifest.added.append(.init(path: name, size: bytes.count, sha256: Checksum.hexadecimal(bytes)))
        }
        try place.workspace.write(Array(manifest.text.utf8), to: CheckpointManifest.fileName)
        try reached(.fileWritten)
    }
}
