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
    /// The checkpoint of the highest number.
    let newestCheckpoint: String?

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
    ///
    /// - Throws: `StateError` when the directory cannot be looked at.
    init?(of run: RunDirectory) throws(StateError) {
        guard try run.holdsRun else { return nil }
        self.run = run
        newestCheckpoint = try run.newestCheckpoint
        let parameters = Self.reader(
            of: try? LocalFile.read(run.parametersPath, limit: RunDirectory.parametersSizeLimit))
        algorithm = try? parameters?.string("algorithm")
        environment = try? parameters?.string("environment")
        let result = Self.reader(of: LineFile.lastLine(of: run.resultPath))
        steps = try? result?.int("environmentSteps")
        meanReturn = try? result?.double("episodeReturnMean")
        let ageOfResult = try LocalFile.secondsSinceChange(of: run.resultPath)
        age = if let ageOfResult { ageOfResult } else { try LocalFile.secondsSinceChange(of: run.path) }
        let status = try? RunStatus(of: run).state
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
    ///
    /// - Returns: the runs, and what is wrong with the directories that cannot be looked at.
    /// - Throws: `StateError` when the directory itself cannot be listed.
    static func all(in path: String) throws(StateError) -> (runs: [RunSummary], problems: [StateError]) {
        if let run = try RunSummary(of: RunDirectory(path: path)) { return ([run], []) }
        let paths = try LocalFile.names(in: path).map { "\(path)/\($0)" }
        var seen: Set<String> = []
        var runs: [RunSummary] = []
        var problems: [StateError] = []
        // Names before links to them.
        for path in paths.filter({ !isLink($0) }) + paths.filter(isLink) {
            do throws(StateError) {
                guard seen.insert(try LocalFile.absolutePath(path) ?? path).inserted else { continue }
                if let run = try RunSummary(of: RunDirectory(path: path)) { runs.append(run) }
            } catch {
                problems.append(error)
            }
        }
        return (runs.sorted(byBytesOf: \.run.path).sorted(byNumber: { $0.age ?? .max }), problems)
    }

    private static func isLink(_ path: String) -> Bool { (try? LocalFile.isLink(path)) ?? false }

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
            "checkpoint": newestCheckpoint.map { .string($0) } ?? .null,
        ]
    }
}
