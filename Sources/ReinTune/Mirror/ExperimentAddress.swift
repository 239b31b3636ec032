import ReinCheckpoints

/// Where an experiment lies: in a folder of this machine, or in a storage.
enum ExperimentAddress {
    /// The path of a folder.
    case folder(String)
    /// An address in a storage.
    case storage(any Storage)

    /// Reads a path, or an address with a scheme.
    ///
    /// - Throws: `StateError` for what is no address, or has a scheme that nobody has registered.
    init(_ text: String) throws(StateError) {
        guard text.contains("://") else {
            self = .folder(text)
            return
        }
        let uri = try StorageURI(text)
        let storage = try StorageSchemes.storage(at: uri)
        // The folder itself, without a copy of it.
        self = uri.scheme == "file" ? .folder("/\(uri.path)") : .storage(RetryingStorage(storage))
    }
}

extension StorageURI {
    /// The name of a folder with what lies here.
    var folderName: String { path.isEmpty ? authority : lastComponent(of: path) }
}
