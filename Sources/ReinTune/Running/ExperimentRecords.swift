import ReinCheckpoints

/// What is written down of an experiment beside its journal, for people and for Ray's readers: what the trials came to, the
/// failures, the exchanges of a population. What cannot be written waits, and is told as a warning.
struct ExperimentRecords {
    /// What is remembered of a trial that does not run.
    private struct Memory {
        var metrics = MetricSummaries()
        var best: [StoredCheckpoint] = []
        var latest: StoredCheckpoint?
        var failureCount = 0
        var start: Double?
    }

    private let path: String
    private let trainable: String
    private let space: SearchSpace?
    /// How Rein keeps the checkpoints of trials; nil when it keeps none.
    private let checkpoints: CheckpointConfig?
    private let synchronizes: Bool
    private let start = LocalTime.secondsNow
    private var memories: [TrialID: Memory] = [:]
    private var pace = WritePace()
    private var populationFiles: PopulationFiles
    private var warnings: [String] = []

    /// Writes into the folder of an experiment.
    ///
    /// - Parameters:
    ///   - space: what trials differ in; nil when nobody knows.
    ///   - checkpoints: how Rein keeps the checkpoints of trials; nil when it keeps none.
    ///   - synchronizes: whether to wait until the state of the experiment is on the disk.
    init(in folder: ExperimentFolder, space: SearchSpace?, checkpoints: CheckpointConfig?, synchronizes: Bool) {
        path = folder.path
        trainable = folder.description.trainable
        self.space = space
        self.checkpoints = checkpoints
        self.synchronizes = synchronizes
        populationFiles = PopulationFiles(in: folder.path)
    }

    /// What a person should know since the last call.
    mutating func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    /// What was chosen in settings, by paths with slashes.
    func searched(_ configuration: StateMap) -> StateMap {
        var searched = StateMap()
        for (path, value) in space?.searchedSettings(in: configuration) ?? [] { searched[path.description] = value }
        return searched
    }

    /// Writes a result of a trial down, also in its own records.
    mutating func note(_ metrics: StateMap, of id: TrialID, in trialFolder: String, by log: TrialLog?) {
        // What is read from the folder must not have this result already.
        recall(id, trialFolder)
        log?.append(metrics)
        warnings += (log?.takeWarnings() ?? []).map { "\(id): \($0)" }
        memories[id]?.metrics.append(metrics)
    }

    /// Takes note that rows of a trial were removed, whose results come again.
    mutating func forgetRows(of run: TrialRun) {
        memories[run.id]?.metrics = (try? MetricSummaries(resultsAt: "\(run.folder)/result.json")) ?? MetricSummaries()
    }

    /// Writes a failure down.
    mutating func note(failure reason: String, of id: TrialID, in trialFolder: String) {
        recall(id, trialFolder)
        memories[id]?.failureCount += 1
        do {
            try FailureFile.append(
                to: trialFolder, number: memories[id]?.failureCount ?? 1, reason, at: LocalTime.secondsNow)
        } catch {
            warnings.append("\(id): \(error)")
        }
    }

    /// Writes down who took over from whom.
    mutating func note(_ scheduler: any TrialScheduler) {
        guard let population = scheduler as? PopulationBasedTraining else { return }
        do { try populationFiles.update(population.log) } catch { warnings.append("\(error)") }
    }

    /// Remembers what is to be told of a trial that gives its worker back.
    mutating func remember(_ run: TrialRun) {
        guard let store = run.work?.store else { return }
        recall(run.id, run.folder)
        memories[run.id]?.best = store.bestCheckpoints
        memories[run.id]?.latest = store.latest
        warnings += store.takeWarnings().map { "\(run.id): \($0)" }
    }

    /// Whether it is time to write the state of the experiment.
    func areDue(at seconds: Double) -> Bool { pace.isDue(at: seconds) }

    /// Writes the state of the experiment.
    ///
    /// - Parameters:
    ///   - stores: the checkpoints of the trials that have a worker.
    ///   - seconds: now.
    mutating func write(_ state: ExperimentState, stores: [TrialID: CheckpointStore] = [:], at seconds: Double) {
        let begun = ContinuousClock.now
        do {
            let file = try ExperimentStateFile(
                in: path, trainable: trainable, at: LocalTime.secondsNow)
            for record in state.trials { recall(record.id, "\(path)/\(state.folder(of: record.id))") }
            let records = self
            try file.write(
                state.trials.lazy.map { records.summary(of: $0, in: state, store: stores[$0.id]) },
                startTime: Double(start), synchronizing: synchronizes)
        } catch {
            warnings.append("\(error)")
        }
        pace.note(from: seconds, to: seconds + (ContinuousClock.now - begun) / .seconds(1))
    }

    private func summary(
        of record: TrialRecord, in state: ExperimentState, store: CheckpointStore?
    ) -> TrialSummary {
        let memory = memories[record.id] ?? Memory()
        return TrialSummary(
            record: record, folder: state.folder(of: record.id), searched: searched(record.configuration),
            metrics: memory.metrics, bestCheckpoints: store?.bestCheckpoints ?? memory.best,
            latestCheckpoint: store.map(\.latest) ?? memory.latest, failureCount: memory.failureCount,
            hasErrorFile: memory.failureCount > 0, startTime: memory.start)
    }

    /// Reads what an earlier process has left of a trial, unless something is known of it.
    private mutating func recall(_ id: TrialID, _ trialFolder: String) {
        if memories[id] == nil { memories[id] = remembered(trialFolder) }
    }

    /// What an earlier process has left of a trial.
    private func remembered(_ trialFolder: String) -> Memory {
        var memory = Memory()
        guard (try? LocalFile.isDirectory(trialFolder)) == true else { return memory }
        memory.start = Double(LocalTime.secondsNow)
        memory.metrics = (try? MetricSummaries(resultsAt: "\(trialFolder)/result.json")) ?? MetricSummaries()
        memory.failureCount = FailureFile.count(in: trialFolder)
        // Read only: opening the folders of all trials for writing would take long.
        guard let checkpoints, let noted = (try? CheckpointRecords.metrics(in: trialFolder)) ?? nil else {
            return memory
        }
        var ranking = CheckpointRanking(checkpoints)
        for index in noted.keys.ascending { _ = ranking.register(index, metrics: noted[index] ?? .null) }
        func stored(_ index: Int) -> StoredCheckpoint {
            let path = "\(trialFolder)/\(CheckpointName.name(index))"
            return StoredCheckpoint(index: index, path: path, metrics: noted[index] ?? .null)
        }
        memory.best = ranking.bestCheckpoints.map(stored)
        memory.latest = ranking.latest.map(stored)
        return memory
    }
}
