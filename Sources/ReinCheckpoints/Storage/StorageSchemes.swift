import Synchronization

/// The kinds of storage that are known by the schemes of their addresses: `file`, `memory`, and what a program registers.
///
///     StorageSchemes.register("vault") { uri in try VaultStorage(uri) }
///     let storage = try StorageSchemes.storage(at: "vault://models/7")
public enum StorageSchemes {
    /// Opens the storage at an address, or says what is wrong with it.
    public typealias Opening = @Sendable (StorageURI) throws(StateError) -> any Storage

    private static let registered = Mutex(own)

    private static var own: Table<String, Opening> {
        let files: Opening = { uri throws(StateError) in try FileStorage(uri) }
        let memory: Opening = { uri throws(StateError) in try MemoryStorage(uri) }
        var schemes = Table<String, Opening>()
        schemes.set(files, for: "file")
        schemes.set(memory, for: "memory")
        return schemes
    }

    /// Makes a scheme known, in the place of another one of the name if there is one.
    ///
    /// - Parameters:
    ///   - scheme: the scheme, in any case.
    ///   - open: opens the storage at an address of the scheme.
    public static func register(_ scheme: String, _ open: @escaping Opening) {
        registered.withLock { $0.set(open, for: scheme.lowercased()) }
    }

    /// The schemes that are known, sorted.
    public static var names: [String] { registered.withLock { $0.keys.sortedByBytes } }

    /// Checks that somebody has made the scheme of an address known.
    ///
    /// - Throws: `StateError` as `storage(at:)`.
    static func require(_ uri: StorageURI) throws(StateError) {
        guard registered.withLock({ $0[uri.scheme] != nil }) else { throw unknown(uri) }
    }

    /// Opens the storage at an address.
    ///
    /// - Throws: `StateError` with `.unsupportedFormat` that lists the schemes there are and names the nearest, or with
    ///   what the scheme has against the address.
    public static func storage(at uri: StorageURI) throws(StateError) -> any Storage {
        guard let open = registered.withLock({ $0[uri.scheme] }) else { throw unknown(uri) }
        return try open(uri)
    }

    /// Opens the storage at an address; see `storage(at:)` for one that has been read.
    ///
    /// - Throws: `StateError` also for a text that is no address.
    public static func storage(at text: String) throws(StateError) -> any Storage {
        try storage(at: StorageURI(text))
    }

    private static func unknown(_ uri: StorageURI) -> StateError {
        let names = names
        let rest =
            uri.scheme == "s3"
            ? "the product ReinStorage has it, for programs that call S3Storage.register()"
            : "the schemes are \(names.map { "\"\($0)\"" }.joined(separator: ", "))"
        return StateError(
            .unsupportedFormat,
            unknownName(
                "there is no scheme \"\(uri.scheme.shortened)\"", nearest: nearestName(to: uri.scheme, in: names),
                rest: rest), path: uri.place.shortened)
    }
}
