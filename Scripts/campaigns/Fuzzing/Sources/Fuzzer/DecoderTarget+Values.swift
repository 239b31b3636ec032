@testable import ReinCheckpoints

extension DecoderTarget {
    /// Reads the bytes of a checkpoint, turns it into each of its faces, and compares.
    func archive(_ bytes: [UInt8]) -> Bool {
        guard let checkpoint = try? Checkpoint(bytes: bytes) else { return false }
        guard let tree = try? FileTree(archive: StateBytes(bytes)) else { fail("an archive is good only once") }
        let size = tree.entries().reduce(0) { $0 + ($1.bytes?.count ?? 0) }
        require(size <= 16 * bytes.count + (1 << 26), "an archive of \(bytes.count) bytes holds \(size)")
        guard let written = try? checkpoint.bytes(), let again = try? Checkpoint(bytes: written) else {
            fail("an archive that was written cannot be read")
        }
        require((try? again.bytes()) == written, "an archive that is read again differs")
        _ = try? checkpoint.metadata()
        if bytes.reduce(0, &+) == 0 { directory(of: checkpoint, written) }
        guard let dictionary = try? checkpoint.dictionary() else { return false }
        // A dictionary of states is more than its files: it has to be one of an algorithm or a policy again.
        guard !dictionary.isEmpty, let other = try? Checkpoint(dictionary: dictionary) else { return true }
        // Files that nobody knows may have the names of states, which come first when they are read as such.
        require((try? other.dictionary()).map(sorted) == sorted(dictionary), "a dictionary that was read differs")
        return true
    }

    private func sorted(_ dictionary: StateMap) -> StateMap {
        StateMap(uniqueEntries: dictionary.keys.sortedByBytes.map { ($0, dictionary[$0] ?? .null) })
    }

    /// Writes a checkpoint to a directory and reads that.
    private func directory(of checkpoint: Checkpoint, _ bytes: [UInt8]) {
        let path = "\(ScratchFolder.path)/checkpoint"
        defer { ScratchFolder.removeFolder("checkpoint") }
        do {
            try checkpoint.write(to: path, synchronizing: false)
        } catch {
            require((try? LocalFile.exists(path)) == false, "a directory that could not be written is there")
            return
        }
        guard let read = try? Checkpoint(directory: path).bytes() else { fail("a directory cannot be read") }
        require(read == bytes, "a directory that was written differs")
    }

    /// Reads metadata, writes them and reads them again.
    func metadata(_ bytes: [UInt8]) -> Bool {
        guard let metadata = try? CheckpointMetadata.read(bytes, path: "metadata") else { return false }
        guard let text = try? CheckpointMetadata.text(metadata),
            let again = try? CheckpointMetadata.read(Array(text.utf8), path: "metadata")
        else { fail("metadata that were read cannot be written and read again") }
        require(again == metadata, "metadata that are read again differ")
        return true
    }

    /// Reads the journal of a folder of checkpoints, shortens it and reads it again.
    func journal(_ bytes: [UInt8]) -> Bool {
        let name = CheckpointJournal.fileName
        ScratchFolder.write(bytes, to: name)
        defer { ScratchFolder.remove(name) }
        var contents = CheckpointJournal.Contents()
        guard var journal = try? CheckpointJournal(in: ScratchFolder.path, &contents) else { return false }
        guard (try? journal.rewrite(contents)) != nil else { fail("a journal that was read cannot be written") }
        var again = CheckpointJournal.Contents()
        guard (try? CheckpointJournal(in: ScratchFolder.path, &again)) != nil else {
            fail("a journal that was written cannot be read")
        }
        require(
            again.metrics == contents.metrics && again.pending.keys.ascending == contents.pending.keys.ascending
                && again.highest == contents.highest, "a journal that is read again differs")
        return true
    }

    /// Reads an address, writes it and reads it again.
    func address(_ text: String) -> Bool {
        guard let uri = try? StorageURI(text) else { return false }
        guard let again = try? StorageURI(uri.description) else { fail("an address that was written cannot be read") }
        require(again == uri, "an address that is read again differs")
        require(!uri.path.split(separator: "/").contains(".."), "an address leads out of its place")
        return true
    }
}
