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

    /// The policies, in the order of the source.
    ///
    /// - Parameter checkpoints: those that have been opened, by their paths: each is read once.
    /// - Throws: `CommandFailure` when there is no checkpoint, `StateError` when its manifest cannot be read,
    ///   `ValidationError` for ids and names that do not fit it.
    func policies(from checkpoints: inout [String: SavedCheckpoint]) throws -> [MergedPolicy] {
        let directory = try CheckpointArgument.resolve(path)
        let checkpoint = try checkpoints[directory] ?? SavedCheckpoint(opening: directory)
        checkpoints[directory] = checkpoint
        let manifest = try checkpoint.manifest
        guard checkpoint.kind == .algorithm else {
            guard selection == nil else {
                throw ValidationError("\(path) is a checkpoint of a single policy; nothing can follow after a colon")
            }
            let last = try Self.lastComponent(of: path)
            let id = try name ?? asUsageError(path) { try PolicyID(last) }
            return [MergedPolicy(id: id, checkpoint: checkpoint, savedID: nil)]
        }
        let ids = try asUsageError(path) { try selection?.ids(in: manifest.policyIDs) ?? manifest.policyIDs }
        if let name {
            guard ids.count == 1 else {
                throw ValidationError(
                    "\"\(name)\" can be the name of one policy, not of \(ids.count); say which, as in "
                        + "\(name)=\(path):\(manifest.policyIDs.first ?? .default)")
            }
            return [MergedPolicy(id: name, checkpoint: checkpoint, savedID: ids[0])]
        }
        return ids.map { MergedPolicy(id: $0, checkpoint: checkpoint, savedID: $0) }
    }

    private static func lastComponent(of path: String) throws(StateError) -> String {
        let absolute = try LocalFile.absolutePath(path) ?? path
        return absolute.split(separator: "/").last.map(String.init) ?? ""
    }
}
