/// The address of a place in a storage: `scheme://authority/path?parameter=value`.
///
///     let uri = try StorageURI("s3://bucket/runs/7?region=eu-central-1")
///     print(uri.appending("checkpoint_000010"))
///
/// In the text, `%` and two digits stand for a byte, as everywhere; other characters stand for themselves, but `?` and `#`
/// have to be written that way in a path. It never holds a user or a password.
public struct StorageURI: Sendable, Hashable, CustomStringConvertible {
    /// The kind of storage, in small letters.
    public let scheme: String
    /// What the scheme wants to be named: a bucket, a name, or nothing.
    public let authority: String
    /// The place below it, without slashes at its ends; empty for all of it.
    public let path: String
    /// What the scheme wants to be told besides, in the order of the text.
    public let parameters: [Parameter]

    /// A name and its value behind the question mark.
    public struct Parameter: Sendable, Hashable {
        /// The name.
        public let name: String
        /// The value, empty if there is none.
        public let value: String
    }

    /// The largest number of bytes of an address, as it is written with `%` where that is needed.
    public static let maximumLength = 8_192

    /// Reads an address.
    ///
    /// - Throws: `StateError` that says what is wrong with it.
    public init(_ text: String) throws(StateError) { self = try StorageURIParser(text).parse() }

    // All addresses come from here, so that what one is printed as is never too long to be read back.
    init(scheme: String, authority: String, path: String, parameters: [Parameter] = []) throws(StateError) {
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.parameters = parameters
        let length = description.utf8.count
        guard length <= Self.maximumLength else {
            throw StateError(
                .malformed,
                "has \(length) bytes when it is written as an address, more than the \(Self.maximumLength) it may have",
                path: place.shortened)
        }
    }

    /// The address of a folder of this machine.
    ///
    /// - Throws: `StateError` for a path with `..` or the character NUL, and for one that is too long.
    public init(file path: String) throws(StateError) {
        var absolute = path
        if path.utf8.first != UInt8(ascii: "/") { absolute = "\(try LocalFile.absolutePath(".") ?? "")/\(path)" }
        let parts = StorageKey.parts(of: absolute).filter { $0 != "." }
        guard !parts.contains(".."), !path.utf8.contains(0) else {
            throw StateError(.malformed, "a path with \"..\" or the character NUL has no address", path: path)
        }
        try self.init(scheme: "file", authority: "", path: parts.joined(separator: "/"))
    }

    /// The address of what has a name below this one.
    ///
    /// - Throws: `StateError` for what is no name (see `StorageKey`), and when the address becomes too long.
    public func appending(_ key: String) throws(StateError) -> StorageURI {
        try StorageKey.check(key, in: place)
        return try StorageURI(
            scheme: scheme, authority: authority, path: joinedPath(path, key), parameters: parameters)
    }

    /// The address as text, without its parameters: what messages name.
    public var place: String { place(of: path) }

    private func place(of path: String) -> String {
        let encoded = PercentEncoding.encoded(path, keeping: "/")
        return "\(scheme)://\(authority)" + (encoded.isEmpty && scheme != "file" ? "" : "/\(encoded)")
    }

    /// The address as text, which reads back as the same.
    public var description: String {
        guard !parameters.isEmpty else { return place }
        let words = parameters.map { parameter in
            let value = PercentEncoding.encoded(parameter.value, keeping: "/:")
            return PercentEncoding.encoded(parameter.name) + (value.isEmpty ? "" : "=\(value)")
        }
        return "\(place)?\(words.joined(separator: "&"))"
    }

    /// What an object is called in messages.
    @inline(never)
    package func path(of key: String) -> String {
        scheme == "file" ? "/" + joinedPath(path, key) : place(of: joinedPath(path, key))
    }
}
