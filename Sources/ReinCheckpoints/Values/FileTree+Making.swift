extension FileTree {
    /// Makes a directory with everything in it, whole or not at all. Its files may be changed, other than those of
    /// checkpoints.
    ///
    /// - Parameter path: the directory to make, where nothing is. Its parent must exist.
    /// - Throws: `StateError` with `.alreadyExists` when something is there, or that names what cannot be written.
    package func makeDirectory(at path: String) throws(StateError) {
        let place = try NewDirectory(at: path)
        try place.make { workspace throws(StateError) in
            for (name, bytes) in entries().map({ ($0.name, $0.bytes) }) {
                let file = "\(workspace.path)/\(name)"
                guard let bytes else {
                    try LocalFile.makeDirectories(file)
                    continue
                }
                try LocalFile.makeDirectories(parentPath(of: file))
                try LocalFile.replace(file, synchronizing: false) { sink throws(StateError) in
                    try bytes.withUnsafeBytes { memory throws(StateError) in try sink.write(memory) }
                }
                try place.reached(.fileWritten)
            }
        }
    }
}
