import ArgumentParser
import Rein

/// A checkpoint whose policies go into a merged one, as written: `[NAME=]CHECKPOINT[:POLICIES]`.
struct MergeSource {
    /// The policy's name in the merged checkpoint, nil to keep it.
    let name: PolicyID?
    /// The path of the checkpoint.
    let path: String
    /// Which policies of the checkpoint, nil for all.
    let selection: PolicySelection?

    /// Takes a source apart. What exists as a path is one, whatever characters are in it.
    ///
    /// - Throws: `ValidationError` for a name that cannot be an id.
    init(parsing text: String) throws {
        var rest = Substring(text)
        var name: PolicyID?
        if try !LocalFile.exists(text), let mark = text.firstIndex(of: "="), !text[..<mark].contains("/") {
            name = try asUsageError(text) { try PolicyID(String(text[..<mark])) }
            rest = text[text.index(after: mark)...]
        }
        if try !LocalFile.exists(String(rest)), let colon = rest.lastIndex(of: ":") {
            let ids = String(rest[rest.index(after: colon)...])
            selection = try asUsageError(text) { try PolicySelection(parsing: ids) }
            rest = rest[..<colon]
        } else {
            selection = nil
        }
        self.name = name
        path = String(rest)
    }

    /// A policy to put into the merged checkpoint.
    struct Entry {
        /// Its id there.
        let id: PolicyID
        /// The checkpoint that it comes from.
        let directory: CheckpointDirectory
        /// What the checkpoint says about its files.
        let manifest: CheckpointManifest
        /// Its id in that checkpoint, nil in the checkpoint of a policy.
        let savedID: PolicyID?

        /// Where it comes from, in words.
        var origin: String { savedID.map { "\"\($0)\" of \(directory.path)" } ?? directory.path }
    }

    /// The policies, in the order of the source.
    ///
    /// - Throws: `CommandFailure` when there is no checkpoint, `StateError` when its manifest cannot be read,
    ///   `ValidationError` for ids and names that do not fit it.
    func entries() throws -> [Entry] {
        let directory = try CheckpointDirectory(opening: CheckpointArgument.resolve(path))
        let manifest = try directory.manifest
        guard directory.kind == .algorithm else {
            guard selection == nil else {
                throw ValidationError("\(path) is a checkpoint of a single policy; nothing can follow after a colon")
            }
            let last = try Self.lastComponent(of: path)
            let id = try name ?? asUsageError(path) { try PolicyID(last) }
            return [Entry(id: id, directory: directory, manifest: manifest, savedID: nil)]
        }
        let ids = try asUsageError(path) { try selection?.ids(in: manifest.policyIDs) ?? manifest.policyIDs }
        if let name {
            guard ids.count == 1 else {
                throw ValidationError(
                    "\"\(name)\" can be the name of one policy, not of \(ids.count); say which, as in "
                        + "\(name)=\(path):\(manifest.policyIDs.first ?? .default)")
            }
            return [Entry(id: name, directory: directory, manifest: manifest, savedID: ids[0])]
        }
        return ids.map { Entry(id: $0, directory: directory, manifest: manifest, savedID: $0) }
    }

    private static func lastComponent(of path: String) throws(StateError) -> String {
        let absolute = try LocalFile.absolutePath(path) ?? path
        return absolute.split(separator: "/").last.map(String.init) ?? ""
    }
}
