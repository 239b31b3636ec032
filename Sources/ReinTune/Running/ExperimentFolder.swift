import ReinCheckpoints

/// The folder of an experiment, which one process has at a time, and its journal.
final class ExperimentFolder {
    /// Its absolute path.
    let path: String
    /// What tells the experiment from others.
    let description: ExperimentDescription
    private let lock: DirectoryLock
    private var journal: ExperimentJournal

    /// Begins an experiment in a folder, which is made.
    ///
    /// - Throws: `StateError` when somebody else has the folder, when there is an experiment in it, and when it cannot be
    ///   written.
    init(beginningAt path: String, _ description: ExperimentDescription) throws(StateError) {
        (self.path, lock) = try Self.locked(path)
        self.description = description
        journal = try ExperimentJournal(beginningIn: self.path, experiment: description.tree)
    }

    /// Opens the folder of an experiment, and replaces its journal by what it comes to.
    ///
    /// - Parameters:
    ///   - replay: makes the state that the experiment began with, from what tells it from others; gets the state that it
    ///     has come to, to change it as is wanted.
    ///   - warning: gets what was dropped at the end of the journal.
    /// - Throws: `StateError` when somebody else has the folder, when there is no experiment in it, and what `begin` and
    ///   `change` throw.
    init(
        openingAt path: String, state: inout ExperimentState?, warning: inout String?,
        beginning begin: (ExperimentDescription) throws(StateError) -> ExperimentState,
        changing change: (inout ExperimentState) throws(StateError) -> Void
    ) throws(StateError) {
        guard try LocalFile.exists("\(path)/\(ExperimentJournal.fileName)") else {
            throw StateError(.notFound, "there is no experiment", path: path)
        }
        (self.path, lock) = try Self.locked(path)
        var opened: (description: ExperimentDescription, replay: ExperimentState.Replay)?
        let old = try ExperimentJournal(openingIn: self.path) { experiment throws(StateError) in
            let description = try ExperimentDescription(StateReader(experiment, path: "experiment"))
            opened = (description, ExperimentState.Replay(try begin(description)))
        } _: { record throws(StateError) in
            try opened?.replay.take(record)
        }
        warning = old.warning
        guard var (description, replay) = opened else {
            throw StateError(.malformed, "does not begin as the journal of an experiment", path: path)
        }
        try change(&replay.state)
        description.concurrency = replay.state.controller.settings.concurrency
        self.description = description
        state = replay.state
        journal = try ExperimentJournal(
            beginningIn: self.path, experiment: description.tree, records: replay.state.records, replacing: true)
    }

    /// The name of the folder, which is that of the experiment.
    var name: String { lastComponent(of: path) }

    /// The path of the folder of a trial.
    func path(of trialFolder: String) -> String { "\(path)/\(trialFolder)" }

    /// Notes what has happened.
    ///
    /// - Throws: `StateError` when it cannot be written.
    func append(_ events: [TrialEvent], synchronizing: Bool) throws(StateError) {
        // A clock that ticks is not worth a wait for the disk.
        let isWorthIt = events.contains { if case .clock = $0 { false } else { true } }
        try journal.append(events.map(\.tree), synchronizing: synchronizing && isWorthIt)
    }

    /// Replaces the journal by what it has come to, so that it is read fast.
    ///
    /// - Throws: `StateError` when that cannot be written; it is then what it was.
    func compact(_ state: ExperimentState) throws(StateError) {
        journal = try ExperimentJournal(
            beginningIn: path, experiment: description.tree, records: state.records, replacing: true)
    }

    private static func locked(_ path: String) throws(StateError) -> (path: String, lock: DirectoryLock) {
        try LocalFile.makeDirectories(path)
        guard let absolute = try LocalFile.absolutePath(path) else {
            throw StateError(.notFound, "there is no such folder", path: path)
        }
        let lock = try DirectoryLock(on: absolute)
        removeRemains(in: absolute)
        return (absolute, lock)
    }

    /// Removes what a killed process was about to replace a file by, whatever the file is called.
    private static func removeRemains(in path: String) {
        let files = ((try? LocalFile.names(in: path)) ?? []).compactMap { name in
            name.firstRange(of: ".partial-").map { String(name[..<$0.lowerBound]) }
        }
        let ours = files.filter { name in
            name == ExperimentJournal.fileName || ["experiment_state-", "pbt_"].contains { name.hasPrefix($0) }
        }
        if !ours.isEmpty { CheckpointDirectory.removeRemains(in: path, andOf: ours) }
    }
}
