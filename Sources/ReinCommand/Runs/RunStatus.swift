import Rein

/// How a run stands, as the process that trains writes it down: the file `.run.json` of a run's directory.
///
///     {"state": "training", "replaceableCheckpoints": ["checkpoint_000003"]}
struct RunStatus: Equatable {
    /// What became of the run.
    enum State: String {
        /// Training, or killed in the midst of it.
        case training
        /// A criterion was met.
        case finished
        /// Told to stop, and saved.
        case interrupted
        /// Ended by an error, or without its last checkpoint.
        case failed
    }

    /// What became of the run; nil when nobody wrote it down.
    var state: State?
    /// The names of checkpoints that go when a later one is complete.
    var replaceableCheckpoints: [String] = []

    /// The largest number of bytes that is read.
    private static let sizeLimit = 1 << 16

    /// Nothing known.
    init() {}

    /// Reads the status of a run. What cannot be read says nothing: the run does not depend on it.
    init(of run: RunDirectory) {
        guard let text = try? LocalFile.read(run.statusPath, limit: Self.sizeLimit), let tree = try? JSON.parse(text)
        else { return }
        let reader = StateReader(tree)
        state = (try? reader.string("state")).flatMap { State(rawValue: $0) }
        let names = (try? reader.list("replaceableCheckpoints").map { try $0.string() }) ?? []
        replaceableCheckpoints = names.filter(run.isCheckpointName)
    }

    /// Writes the status of a run.
    ///
    /// - Throws: `StateError` when that fails.
    func write(to run: RunDirectory) throws(StateError) {
        let tree: StateTree = [
            "state": state.map { .string($0.rawValue) } ?? .null,
            "replaceableCheckpoints": .list(replaceableCheckpoints.map { .string($0) }),
        ]
        try LocalFile.replace(run.statusPath, with: JSON.text(tree) + "\n")
    }
}
