#if Serving
import ReinCheckpoints

extension ServeSettings {
    /// The number of bytes of the largest settings file.
    private static let fileLimit = 1 << 20

    /// Takes over what a settings file says: an object of JSON, whose keys are the names of the options without their dashes,
    /// and `checkpoints` for the arguments. Paths are as on the command line.
    ///
    /// - Throws: `StateError` with the file and the key: of one that is unknown, with the nearest one, and of a value of
    ///   another type or out of range.
    mutating func read(file path: String) throws(StateError) {
        let tree: StateTree
        do throws(StateError) {
            tree = try JSON.parse(try RegularFile(opening: path).array(limit: Self.fileLimit))
        } catch { throw error.path.hasPrefix(path) ? error : error.nested(under: path) }
        try read(StateReader(tree, path: path))
    }

    /// Takes over what a tree says.
    ///
    /// - Throws: `StateError` as `read(file:)`.
    mutating func read(_ reader: StateReader) throws(StateError) {
        let keys = Self.keys
        let entries = try reader.map()
        for (key, value) in entries where key == "token" {
            throw value.error(
                .unknownKey,
                "a settings file holds no secrets; name a file with the token, \"token-file\", or set REIN_SERVE_TOKEN")
        }
        try reader.expectKeys(keys.map(\.name))
        for (name, value) in entries {
            for key in keys where key.name == name {
                do throws(SettingProblem) {
                    try key.read(value.tree, &self)
                } catch { throw value.error(.outOfRange, error.message) }
            }
        }
    }

    /// Takes over what was given for options, by their names.
    ///
    /// - Throws: `OptionProblem` that names the option.
    mutating func read(options: [(name: String, texts: [String])]) throws(OptionProblem) {
        let keys = Self.keys
        for (name, texts) in options where !texts.isEmpty {
            guard let key = keys.first(where: { $0.name == name }) else {
                preconditionFailure("there is no setting for --\(name)")
            }
            do throws(SettingProblem) {
                try key.parse(texts, &self)
            } catch { throw OptionProblem(description: "--\(name): \(error.message)") }
        }
    }
}

/// Why an option cannot be what it is said to be.
struct OptionProblem: Error, CustomStringConvertible {
    let description: String
}
#endif
