/// What the folder of a `CheckpointStore` says of its checkpoints, for those who only read it.
package enum CheckpointRecords {
    /// The name of the journal.
    package static let fileName = CheckpointJournal.fileName

    /// The largest number of bytes of a journal that is read as a whole: 256 MB.
    private static let textLimit = 1 << 28

    /// The text of the journal of a folder.
    ///
    /// - Throws: `StateError` when there is none, or when it cannot be read.
    package static func text(in folder: String) throws(StateError) -> String {
        String(decoding: try LocalFile.read("\(folder)/\(fileName)", limit: textLimit), as: UTF8.self)
    }

    /// The metrics of the checkpoints that stay, by their indices. Nobody needs to have the folder, and nothing in it is
    /// changed: what a process that has it is about to write does not count.
    ///
    /// - Returns: nil when there is no journal of checkpoints.
    /// - Throws: `StateError` when it cannot be read, or that names the line that is damaged.
    package static func metrics(in folder: String) throws(StateError) -> Table<Int, StateTree>? {
        let path = "\(folder)/\(CheckpointJournal.fileName)"
        guard try LocalFile.exists(path), try !LocalFile.isLink(path) else { return nil }
        return try CheckpointJournal.read(path).metrics
    }
}
