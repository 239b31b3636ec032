import Rein

/// The directory of a run: `params.json`, `progress.csv`, `result.json` and `checkpoint_000000`, `checkpoint_000001` ...
struct RunDirectory: Equatable {
    /// Where it is.
    let path: String

    /// The parameters of the run.
    var parametersPath: String { path + "/params.json" }
    /// The table of results, a row for each iteration.
    var progressPath: String { path + "/progress.csv" }
    /// The results in full, one JSON object a line.
    var resultPath: String { path + "/result.json" }

    /// How the run stands, as the process that trains writes it down.
    var statusPath: String { path + "/.run.json" }

    /// The largest number of bytes of `params.json`: 16 MB, those of the settings of ten thousand policies.
    static let parametersSizeLimit = 1 << 24

    /// The names of files that are written in the directory and then replace others.
    static let replacedNames = ["params.json", "progress.csv", "result.json", ".run.json", LatestRun.name]

    /// Whether there is a run in the directory.
    ///
    /// - Throws: `StateError` when the system does not tell.
    var holdsRun: Bool {
        get throws(StateError) {
            for path in [parametersPath, progressPath, resultPath] where try LocalFile.exists(path) { return true }
            return try newestCheckpoint != nil
        }
    }

    /// The checkpoint of the highest number, if there is one.
    ///
    /// - Throws: `StateError` when the directory cannot be listed.
    var newestCheckpoint: String? {
        get throws(StateError) { try checkpointNumbers.max().map(checkpointPath) }
    }

    /// All checkpoints, that of the highest number first.
    ///
    /// - Throws: `StateError` when the directory cannot be listed.
    var checkpoints: [String] {
        get throws(StateError) { try checkpointNumbers.ascending.reversed().map(checkpointPath) }
    }

    /// Where the next checkpoint goes: one number above the highest there is.
    ///
    /// - Throws: `StateError` when the directory cannot be listed.
    var nextCheckpoint: String {
        get throws(StateError) { checkpointPath((try checkpointNumbers.max() ?? -1) + 1) }
    }

    /// Where the checkpoint of a name is.
    func path(ofCheckpoint name: String) -> String { "\(path)/\(name)" }

    /// The name of the checkpoint at a path, nil if it is none of this run's.
    func checkpointName(of path: String) -> String? {
        guard path.hasPrefix(self.path + "/") else { return nil }
        let name = String(path.dropFirst(self.path.count + 1))
        return isCheckpointName(name) ? name : nil
    }

    /// Whether a name is that of a checkpoint.
    func isCheckpointName(_ name: String) -> Bool { CheckpointName.index(in: name) != nil }

    private var checkpointNumbers: [Int] {
        get throws(StateError) { try LocalFile.names(in: path).compactMap { CheckpointName.index(in: $0) } }
    }

    private func checkpointPath(_ number: Int) -> String { path(ofCheckpoint: CheckpointName.name(number)) }

    /// The run that is meant by the path of its directory or of one of its checkpoints, nil when it is neither.
    ///
    /// - Throws: `StateError` when the system does not tell.
    static func meant(by path: String) throws(StateError) -> RunDirectory? {
        guard let absolute = try LocalFile.absolutePath(path) else { return nil }
        if let slash = absolute.lastIndex(of: "/"),
            CheckpointName.index(in: String(absolute[absolute.index(after: slash)...])) != nil
        {
            return try existing(at: String(absolute[..<slash]))
        }
        return try CheckpointDirectory.exists(at: absolute) ? nil : existing(at: absolute)
    }

    /// The run in a directory: it has a `params.json` that is not another program's.
    private static func existing(at absolute: String) throws(StateError) -> RunDirectory? {
        let run = RunDirectory(path: LocalFile.displayPath(absolute))
        return try LocalFile.exists(run.parametersPath) && !run.holdsForeignParameters ? run : nil
    }

    /// Whether `params.json` is another program's: it is data in which nothing is ours. A damaged one is not.
    private var holdsForeignParameters: Bool {
        guard let text = try? LocalFile.read(parametersPath, limit: Self.parametersSizeLimit),
            case .map(let map)? = try? JSON.parse(text)
        else { return false }
        return !map.isEmpty && ["algorithm", "stop", "configuration"].allSatisfy { map[$0] == nil }
    }
}
