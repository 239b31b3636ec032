extension CheckpointDirectory.Kind {
    /// The names of the files and folders of its states.
    var names: Set<String> {
        var names: Set = [CheckpointManifest.fileName]
        for format in CheckpointFormat.allCases { names.insert(stateFile(format)) }
        if self == .algorithm {
            names.formUnion([CheckpointDirectory.policiesFolder, CheckpointDirectory.replayFolder])
        }
        return names
    }
}
