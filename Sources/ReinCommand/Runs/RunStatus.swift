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
    /// The checkpoints of which a number stays; none where all do.
    var keptCheckpoints: [KeptCheckpoint] = []
    /// The key of results that their scores are by.
    var keptBy: String?

    /// The largest number of bytes that is read.
    private static let sizeLimit = 1 << 26

    /// Nothing known.
    init() {}

    /// Reads the status of a run; nothing is known of one without.
    ///
    /// - Throws: `StateError` when the file cannot be read or says something else.
    init(of run: RunDirectory) throws(StateError) {
        guard try LocalFile.exists(run.statusPath) else { return }
        let text = try LocalFile.read(run.statusPath, limit: Self.sizeLimit)
        do throws(StateError) {
            try read(StateReader(try JSON.parse(text)), of: run)
        } catch {
            throw error.nested(under: run.statusPath)
        }
    }

    private mutating func read(_ reader: StateReader, of run: RunDirectory) throws(StateError) {
        let word = try reader.child("state")
        if word.tree != .null {
            state = State(rawValue: try word.string())
            if state == nil { throw word.error(.malformed, "is no state of a run") }
        }
        for name in try reader.list("replaceableCheckpoints") {
            guard run.isCheckpointName(try name.string()) else {
                throw name.error(.malformed, "is no name of a checkpoint")
            }
            replaceableCheckpoints.append(try name.string())
        }
        keptBy = try reader.optionalChild("keptBy")?.string()
        for note in try reader.optionalChild("keptCheckpoints")?.list() ?? .init() {
            keptCheckpoints.append(try KeptCheckpoint(note))
        }
    }

    /// Writes the status of a run.
    ///
    /// - Throws: `StateError` when that fails.
    func write(to run: RunDirectory) throws(StateError) {
        var map: StateMap = [
            "state": state.map { .string($0.rawValue) } ?? .null,
            "replaceableCheckpoints": .list(replaceableCheckpoints.map { .string($0) }),
        ]
        if !keptCheckpoints.isEmpty {
            map["keptCheckpoints"] = .list(keptCheckpoints.map(\.tree))
            map["keptBy"] = keptBy.map { .string($0) } ?? StateTree.null
        }
        try LocalFile.replace(run.statusPath, with: JSON.text(.map(map)) + "\n")
    }
}
