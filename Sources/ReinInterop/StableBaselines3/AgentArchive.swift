import ReinCheckpoints

/// The zip file of an agent: what `model.save` writes.
struct AgentArchive {
    /// The largest number of bytes of the description, and of the file of the policy's tensors.
    private static let dataLimit = 1 << 24
    static let tensorsLimit = 1 << 31

    /// The entries that an agent has.
    static let requiredNames = ["data", "policy.pth"]
    /// All entries that are read.
    static let names = requiredNames + [versionName]
    private static let versionName = "_stable_baselines3_version"

    private let archive: ZipArchive
    /// The version of Stable-Baselines3 that wrote it; nil when it does not say, as the first ones did not.
    let version: String?
    /// The attributes of the agent: JSON, with pickles as base64 texts inside.
    let data: StateMap

    init(_ archive: ZipArchive) throws(StateError) {
        self.archive = archive
        guard Self.requiredNames.allSatisfy({ archive.entries[$0] != nil }) else {
            throw StateError(
                .malformed, "is no agent of Stable-Baselines3: it has no entries \"data\" and \"policy.pth\"")
        }
        version = try Self.version(of: archive)
        data = try Self.data(of: archive)
    }

    private static func data(of archive: ZipArchive) throws(StateError) -> StateMap {
        let bytes = try archive.read("data", limit: dataLimit)
        let tree: StateTree
        do { tree = try JSON.parse(fromPython: bytes) } catch { throw error.nested(under: "data") }
        guard case .map(let data) = tree else { throw StateError(.wrongType, "expected an object", path: "data") }
        return data
    }

    private static func version(of archive: ZipArchive) throws(StateError) -> String? {
        let entry = versionName
        guard archive.entries[entry] != nil else { return nil }
        let version = String(decoding: try archive.read(entry, limit: 64), as: UTF8.self).filter { !$0.isWhitespace }
        // It is shown to people, so that it must not be able to play with their terminals.
        guard version.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".+-".contains($0)) }) else {
            throw StateError(.malformed, "is no version: \"\(version.shortened)\"", path: entry)
        }
        guard ["0.", "1.", "2."].contains(where: { version.hasPrefix($0) }) else {
            throw StateError(
                .unsupportedVersion,
                "saved by Stable-Baselines3 \(version.shortened), agents of versions up to 2.x are read", path: entry)
        }
        return version
    }

    /// The policy's tensors.
    func tensors() throws(StateError) -> TorchArchive {
        do throws(StateError) {
            return try TorchArchive(try archive.read("policy.pth", limit: Self.tensorsLimit))
        } catch { throw error.nested(under: error.path.hasPrefix("policy.pth") ? "" : "policy.pth") }
    }

    /// The value of an attribute that is pickled; nil when it is there as plain JSON, or not at all.
    ///
    /// - Parameter globals: the names that its pickle may hold.
    func pickle(_ key: String, globals: Set<String>) throws(StateError) -> PickleView? {
        guard case .map(let map)? = data[key], case .string(let text)? = map[":serialized:"] else { return nil }
        let path = "data/\(key)"
        guard let bytes = Base64.bytes(text) else { throw StateError(.malformed, "is not base64", path: path) }
        do throws(StateError) {
            return PickleView(try PickleReader.read(bytes, globals: globals), path: path)
        } catch { throw error.nested(under: path) }
    }

    /// As `pickle`, for an attribute that must be there and is always pickled.
    func requiredPickle(_ key: String, globals: Set<String>) throws(StateError) -> PickleView {
        guard let view = try pickle(key, globals: globals) else {
            throw StateError(.missingKey, "required, but missing, or without its pickle", path: "data/\(key)")
        }
        return view
    }
}
