extension CheckpointDirectory.Kind {
    /// The names of the files and folders of its states.
    var names: [String] {
        let files = [CheckpointManifest.fileName] + CheckpointFormat.allCases.map { stateFile($0) }
        return self == .policy ? files : files + [CheckpointDirectory.policiesFolder, CheckpointDirectory.replayFolder]
    }
}
