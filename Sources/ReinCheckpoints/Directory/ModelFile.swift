/// A file by which other programs run a policy. It lies in a folder beside the policy's state, is carried along with it and
/// compared with its checksum, and is never opened by whoever restores.
package struct ModelFile: Sendable {
    /// Its name in that folder, such as `model.onnx`.
    package let name: String
    /// The checksum of the bytes where it is known before they are there; nil where they still have to be made.
    let sha256: String?
    private let make: @Sendable () throws(StateError) -> StateBytes

    /// A file that is made when it is written, and not at all where the one of an earlier checkpoint can be shared because
    /// the policy is still the same.
    ///
    /// - Parameter make: gives the bytes; the same policy has the same ones.
    package init(_ name: String, making make: @escaping @Sendable () throws(StateError) -> [UInt8]) {
        self.name = name
        sha256 = nil
        self.make = { () throws(StateError) in StateBytes(sharing: try make()) }
    }

    /// A file that is there.
    init(_ name: String, sha256: String, reading read: @escaping @Sendable () throws(StateError) -> StateBytes) {
        self.name = name
        self.sha256 = sha256
        make = read
    }

    /// The bytes.
    ///
    /// - Throws: `StateError` that names the file when it cannot be read or made.
    package func bytes() throws(StateError) -> StateBytes { try make() }

    /// The same file with its bytes in memory.
    ///
    /// - Throws: `StateError` as `bytes()`.
    package func inMemory() throws(StateError) -> ModelFile {
        let bytes = try bytes()
        return ModelFile(name, sha256: sha256 ?? Checksum.hexadecimal(bytes)) { bytes }
    }
}

extension [ModelFile] {
    /// The files as an entry of a dictionary.
    var tree: StateTree {
        get throws(StateError) {
            var map = StateMap()
            for file in self { map[file.name] = .bytes(try file.bytes().array) }
            return .map(map)
        }
    }

    /// Reads such an entry; nil for anything else, which somebody has put there.
    init?(_ tree: StateTree) {
        guard case .map(let map) = tree, !map.isEmpty, map.keys == map.keys.sortedByBytes else { return nil }
        self = []
        for (name, value) in map {
            guard case .bytes(let bytes) = value, ModelFile.isPossible(name) else { return nil }
            let shared = StateBytes(sharing: bytes)
            append(ModelFile(name, sha256: Checksum.hexadecimal(shared)) { shared })
        }
    }
}

extension ModelFile {
    /// Whether a file in the folder can have a name.
    static func isPossible(_ name: String) -> Bool { FileName.isPossible(name) && !FileName.mayNotBeUTF8(name) }
}
