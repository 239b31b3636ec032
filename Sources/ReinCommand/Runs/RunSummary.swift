import Rein

/// A run in a few words, from the files of its directory. What cannot be read is nil; nothing is changed, and a process
/// that trains there is not disturbed.
struct RunSummary {
    /// The directory.
    let run: RunDirectory
    /// The name of the method.
    let algorithm: String?
    /// The id of the environment.
    let environment: String?
    /// The environment steps since the start of training.
    let steps: Int?
    /// The mean return of the last 100 episodes.
    let meanReturn: Double?
    /// How long ago the last iteration ended, in seconds.
    let age: Int?
    /// How the run stands.
    let state: State

    /// How a run stands.
    enum State: Equatable {
        /// A process trains.
        case running(DirectoryLock.Owner)
        /// What the last process wrote down.
        case ended(RunStatus.State)
        /// The process that trained was killed.
        case killed
        /// Nobody knows.
        case unknown

        /// One word.
        var word: String {
            switch self {
            case .running: "running"
            case .ended(let state): state.rawValue
            case .killed: "killed"
            case .unknown: "unknown"
            }
        }
    }

    /// Looks at a run; nil when there is none in the directory.
    init?(of run: RunDirectory) {
        guard run.holdsRun else { return nil }
        self.run = run
        let parameters = Self.reader(
            of: try? LocalFile.read(run.parametersPath, limit: RunDirectory.parametersSizeLimit))
        algorithm = try? parameters?.string("algorithm")
        environment = try? parameters?.string("environment")
        let result = Self.reader(of: LineFile.lastLine(of: run.resultPath))
        steps = try? result?.int("environmentSteps")
        meanReturn = try? result?.double("episodeReturnMean")
        age = LocalFile.secondsSinceChange(of: run.resultPath) ?? LocalFile.secondsSinceChange(of: run.path)
        let status = RunStatus(of: run).state
        if let owner = DirectoryLock.owner(of: run.path) {
            state = .running(owner)
        } else if status == .training {
            state = .killed
        } else {
            state = status.map { .ended($0) } ?? .unknown
        }
    }

    private static func reader(of text: [UInt8]?) -> StateReader? {
        text.flatMap { try? JSON.parse($0) }.map { StateReader($0) }
    }

    /// The runs in a directory, or the run that it is; the last active one first.
    static func all(in path: String) -> [RunSummary] {
        if let run = RunSummary(of: RunDirectory(path: path)) { return [run] }
        var seen: Set<String> = []
        return LocalFile.names(in: path)
            // Names before links to them.
            .map { "\(path)/\($0)" }.sorted { !LocalFile.isLink($0) && LocalFile.isLink($1) }
            .filter { seen.insert(LocalFile.absolutePath($0) ?? $0).inserted }
            .compactMap { RunSummary(of: RunDirectory(path: $0)) }
            .sorted { ($0.age ?? .max, $0.run.path) < ($1.age ?? .max, $1.run.path) }
    }

    /// The run as data.
    var tree: StateTree {
        var process = StateTree.null
        if case .running(let owner) = state { process = owner.processID.map { .int(Int64($0)) } ?? .null }
        return [
            "runDirectory": .string(run.path),
            "algorithm": algorithm.map { .string($0) } ?? .null,
            "environment": environment.map { .string($0) } ?? .null,
            "environmentSteps": steps.map { .int(Int64($0)) } ?? .null,
            "episodeReturnMean": meanReturn.map { .double($0) } ?? .null,
            "ageSeconds": age.map { .int(Int64($0)) } ?? .null,
            "state": .string(state.word),
            "process": process,
            "checkpoint": run.newestCheckpoint.map { .string($0) } ?? .null,
        ]
    }
}
