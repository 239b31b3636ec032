import ReinCheckpoints

/// Finds the results after which checkpoints were made that do not say so themselves.
struct CheckpointMatching {
    /// What a trial's results say of its checkpoints.
    private struct Notes {
        /// The rows of the results that name a checkpoint, by the names.
        var rowsByName: [String: Int] = [:]
        /// Nil when the results are not numbered 1, 2, 3 ...
        var course: CheckpointSchedule.Course?
        /// Whether the trial went on from a checkpoint.
        var isRestored = false
    }

    /// What a person should know.
    private(set) var warnings: [String] = []

    /// Fills in what is missing in trials.
    ///
    /// Results of a function name their checkpoint; those of a class go by `CheckpointSchedule`. A trial that went on from a
    /// checkpoint without having failed was paused, which made one that no schedule has.
    ///
    /// - Parameter isPopulation: whether the trials took checkpoints over from one another.
    mutating func match(_ trials: inout [TrialResult], isPopulation: Bool) {
        let open = trials.indices.filter { trials[$0].checkpoints.contains { $0.metrics == nil } }
        guard !open.isEmpty else { return }
        let notes = open.map { read(trials[$0]) }
        let isNamed = notes.contains { !$0.rowsByName.isEmpty }
        let wasPaused = zip(open, notes).contains { place, notes in
            trials[place].status == .paused || (notes.isRestored && trials[place].errorText == nil)
        }
        let schedules =
            isNamed || isPopulation || wasPaused ? [] : CheckpointSchedule.explaining(notes.compactMap(\.course))
        for (place, notes) in zip(open, notes) { fill(&trials[place], notes, schedules) }
    }

    private mutating func read(_ trial: TrialResult) -> Notes {
        var notes = Notes()
        guard let file = trial.resultFile else { return notes }
        var wanted: [Int] = []
        var isCounted = true
        var isDone = false
        var count = 0
        // The warnings are those that counting the results has given already.
        var known: [String] = []
        file.forEachResult(&known) { row, result in
            if case .string(let name)? = result[MetricName.checkpointName] { notes.rowsByName[name] = row }
            if case .bool(true)? = result[MetricName.shouldCheckpoint] { wanted.append(row) }
            let sinceRestore = result.count(ofMetric: MetricName.iterationsSinceRestore) ?? row + 1
            if sinceRestore < row + 1 { notes.isRestored = true }
            if row != count || result.count(ofMetric: MetricName.trainingIteration) != row + 1 { isCounted = false }
            isDone = result[MetricName.done] == .bool(true)
            count = row + 1
            return true
        }
        guard isCounted, count > 0, let newest = trial.checkpoints.last else { return notes }
        notes.course = CheckpointSchedule.Course(
            count: count, isDone: isDone, isRunning: !trial.status.isFinished, wanted: wanted,
            checkpointCount: newest.index + 1)
        return notes
    }

    private mutating func fill(_ trial: inout TrialResult, _ notes: Notes, _ schedules: [CheckpointSchedule]) {
        let scheduled = notes.course.map { CheckpointSchedule.rows(of: $0, by: schedules) } ?? []
        var places: [Int: [Int]] = [:]
        for place in trial.checkpoints.indices where trial.checkpoints[place].metrics == nil {
            let checkpoint = trial.checkpoints[place]
            let row =
                notes.rowsByName[checkpoint.name]
                ?? (scheduled.indices.contains(checkpoint.index) ? scheduled[checkpoint.index] : nil)
            if let row { places[row, default: []].append(place) }
        }
        if let file = trial.resultFile, let last = places.keys.max() {
            var known: [String] = []
            var checkpoints = trial.checkpoints
            file.forEachResult(&known, where: { places[$0] != nil }) { row, result in
                for place in places[row] ?? [] { checkpoints[place].take(result) }
                return row < last
            }
            trial.checkpoints = checkpoints
        }
        let unknown = trial.checkpoints.count { $0.metrics == nil }
        guard unknown > 0, let folder = trial.folder else { return }
        let words = unknown == 1 ? "1 checkpoint" : "\(unknown) checkpoints"
        warnings.append("\(folder): nothing tells after which result \(words) came to be")
    }
}
