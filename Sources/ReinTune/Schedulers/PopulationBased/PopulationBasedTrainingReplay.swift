public import ReinCheckpoints

/// Trains one trial with the settings, and changes them at the times, by which a trial of population-based training came
/// to its own.
///
///     let replay = try PopulationBasedTrainingReplay(policy: text, name: "pbt_policy_00003.txt")
public struct PopulationBasedTrainingReplay: Sendable {
    /// The settings that the trial begins with; nil for a policy without lines, where it keeps its own.
    public let configuration: StateMap?
    /// The iterations from which on the trial goes on with other settings, the first first.
    public let changes: [PopulationPolicy.Change]

    let tag: String
    var trial: TrialID?
    /// The number of changes that were made.
    public internal(set) var changeCount = 0

    /// Reads the file of a trial, Ray's or that of `PopulationLog`.
    ///
    /// - Parameters:
    ///   - policy: the text of the file.
    ///   - name: its name, which the tags of the trial begin with.
    /// - Throws: `StateError` with the number of the line that is none.
    public init(policy: String, name: String = "pbt_policy.txt") throws(StateError) {
        do {
            let policy = try PopulationPolicy(policy)
            configuration = policy.configuration
            changes = policy.changes
        } catch { throw error.nested(under: name) }
        tag = "replay_\(name)"
    }
}

extension PopulationBasedTrainingReplay: TrialScheduler {
    /// Takes note of the trial.
    ///
    /// - Returns: the settings that it begins with; nil when they are its own.
    /// - Throws: `StateError` for a second trial, and for one without settings when the policy has none.
    public mutating func add(_ trial: TrialRecord) throws(StateError) -> StateMap? {
        if let first = self.trial {
            throw StateError(
                .alreadyExists, "the trial \(first) repeats the policy; \(trial.id) would only do the same again")
        }
        guard configuration != nil || !trial.configuration.isEmpty else {
            throw StateError(.missingKey, "neither the policy nor the trial \(trial.id) has settings")
        }
        self.trial = trial.id
        return configuration == trial.configuration ? nil : configuration
    }

    /// Has the trial go on from where it is with the next settings, when it is time for them.
    ///
    /// - Throws: `StateError` for an iteration that is no number.
    public mutating func decide(
        on result: StateTree, of id: TrialID, in trials: TrialTable
    ) throws(StateError) -> [SchedulerAction] {
        let iteration = try result.number(of: MetricName.trainingIteration)
        guard let iteration, changeCount < changes.count, iteration >= Double(changes[changeCount].iteration) else {
            return []
        }
        let configuration = changes[changeCount].configuration
        changeCount += 1
        let changed = configuration.sorted(byBytesOf: \.key).map { (path: SpacePath().key($0.key), value: $0.value) }
        return [
            .pause(id),
            .exploit(
                SchedulerAction.Exploit(
                    target: id, donor: id, configuration: configuration,
                    tag: TrialTag.text(of: tag, perturbed: changed))),
        ]
    }

    /// Does nothing.
    public mutating func complete(
        _ id: TrialID, result: StateTree, in trials: TrialTable
    ) -> [SchedulerAction] { [] }

    /// Does nothing.
    public mutating func remove(_ id: TrialID, in trials: TrialTable) -> [SchedulerAction] { [] }

    /// The trial, whenever it does not run.
    public mutating func next(in trials: TrialTable) -> TrialID? {
        let status: (TrialStatus) -> TrialID? = { status in trials.records.first { $0.status == status }?.id }
        return status(.pending) ?? status(.paused)
    }
}

extension PopulationBasedTrainingReplay: Checkpointable {
    /// Which trial it is, and how many changes were made.
    public var state: StateTree {
        ["trial": trial.map { .string($0.string) } ?? .null, "change_count": .int(Int64(changeCount))]
    }

    /// Takes over the state of a replay of the same policy.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectKeys(["trial", "change_count"])
        let trial = try reader.optionalChild("trial")?.string()
        let count = try reader.child("change_count")
        let changeCount = try count.int()
        guard (0...changes.count).contains(changeCount) else {
            throw count.error(.outOfRange, "the policy has \(changes.count) changes, not \(changeCount)")
        }
        self.trial = trial.map { TrialID($0) }
        self.changeCount = changeCount
    }
}
