/// The keys of manifests that Rein wrote. Other programs may have others.
extension CheckpointManifest {
    /// The keys that other programs do not write: one of them makes a manifest one of ours.
    private static let ownKeys = ["rein_version", "replay", "files", addedKey, ManifestSeal.key]

    /// The key of the files that were added.
    static let addedKey = "added_files"

    private static let commonKeys = ["type", "checkpoint_version", "format", "state_file", "policy_ids"]

    /// The keys that a record of a file may have.
    static let recordKeys = ["size", "sha256", "tensors"]

    /// Checks that a manifest of ours has all keys that it must have, and none that nobody knows: what stands under a key
    /// with another name would be overlooked without a word. Newer versions may have more keys.
    ///
    /// - Throws: `StateError` with `.unknownKey` and the nearest key there is, or with `.missingKey`.
    static func requireKeys(
        _ reader: StateReader, _ kind: CheckpointDirectory.Kind, _ format: CheckpointFormat, version: String
    ) throws(StateError) {
        guard ownKeys.contains(where: { reader.optionalChild($0) != nil }), version == currentVersion else { return }
        try reader.expectKeys(ownKeys + commonKeys)
        let needed = ["rein_version", "state_file", "files"] + (kind == .algorithm ? ["policy_ids"] : [])
        for key in needed { _ = try reader.child(key) }
        let file = kind.stateFile(format)
        guard try reader.string("state_file") == file else {
            throw try reader.child("state_file").error(.outOfRange, "is always \"\(file)\"")
        }
    }
}
