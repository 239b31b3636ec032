/// Names that files of a checkpoint have by themselves, whoever it is of.
enum CheckpointLayout {
    /// What a person or a program noted about the checkpoint, as JSON; the name is Ray's.
    static let metadataFile = ".metadata.json"
    /// What the driver of a trainable keeps in a checkpoint, with the checksums of files that no manifest lists.
    static let progressFile = ".trainable.json"
    /// The state of what prepares a policy's inputs.
    static let preprocessorFile = "preprocessor.safetensors"
    /// Where the same state stands in a dictionary.
    static let preprocessorKey = "preprocessor"
    /// The part of a dictionary that is neither a file nor a folder.
    static let dictionaryFile = "dictionary.safetensors"

    /// The files that are there beside whatever the checkpoint is of.
    static let ownFiles = [metadataFile, progressFile, preprocessorFile, dictionaryFile]

    /// Whether a name is that of a file which was to replace one of these, and whose writer was killed.
    static func isUnfinished(_ name: String) -> Bool {
        [metadataFile, progressFile].contains { TemporaryName.matches(name, replacing: $0) }
    }
}
