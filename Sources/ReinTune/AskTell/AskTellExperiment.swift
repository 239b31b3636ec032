public import ReinCheckpoints

/// An experiment whose trials are trained by whoever asks for them; `AskTellTuner` makes one.
///
/// Everything that is told is in the journal before it is answered. So the process may be killed at any moment: reopened by
/// `AskTellTuner.resume`, the experiment has the same trials asked for again and comes to the same decisions. What was told
/// before and is told again, by a trial that had to go back, is not judged again; the number of a result,
/// `training_iteration`, tells.
///
/// Checkpoints are the caller's: a verdict says when one is to be made, and an assignment says which one to go on from, by
/// the trial that made it and the number of its result. Those in `checkpoints` have to stay.
///
/// One task at a time uses it.
public final class AskTellExperiment {
    /// The absolute path of its folder.
    public let folder: String
    let tuner: AskTellTuner
    var state: ExperimentState
    var records: ExperimentRecords
    /// The trials that may begin or go on, the first first.
    var ready: [TrialID] = []
    /// The trials that are out.
    var given: [TrialID: GivenTrial] = [:]
    private var experiment: ExperimentFolder?
    private var events: [TrialEvent] = []
    private var warnings: [String]
    /// What has left the journal behind, so that the experiment has to be resumed.
    private(set) var problem: StateError?
    private var isSuspended = false
    private let begun = ContinuousClock.now
    private let secondsBefore: Double

    init(
        _ tuner: AskTellTuner, in experiment: ExperimentFolder, _ state: ExperimentState, warnings: [String]
    ) throws(StateError) {
        self.tuner = tuner
        self.experiment = experiment
        self.state = state
        self.warnings = warnings
        folder = experiment.path
        records = ExperimentRecords(
            in: experiment, space: tuner.space, checkpoints: nil, synchronizes: tuner.synchronizes)
        secondsBefore = state.seconds
        _ = try decide(.opened)
        try tellTime(isBeginning: true)
        try commit()
    }

    /// All trials that there are so far, in the order of their making, each with its newest result.
    public var trials: [TrialRecord] { state.trials }

    /// Whether the experiment is over: all trials have ended and there will be no more.
    public var isFinished: Bool { state.controller.isClosed }

    /// Whether nothing will be asked for any more until the experiment is resumed: it is finished or closed, or has ended
    /// for now since a trial failed whose failure ends all.
    public var isClosed: Bool { isFinished || isSuspended || experiment == nil }

    /// The seconds that the experiment has run, in all its processes.
    public var seconds: Double { secondsBefore + (ContinuousClock.now - begun) / .seconds(1) }

    /// The checkpoints that trials may be told to go on from: one of each trial at most. Others may be deleted.
    public var checkpoints: [Origin] {
        var known: Set<Origin> = []
        return trials.compactMap { record in
            guard !record.status.isFinished, let origin = origin(of: record.id) else { return nil }
            return known.insert(origin).inserted ? origin : nil
        }
    }

    /// What a person should know since the last call: records that could not be written, a journal that was cut off.
    public func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    /// The best result so far, by what is in the folder.
    ///
    /// - Throws: `StateError` when no trial has the metric, with the nearest name that there is.
    public func bestResult(
        _ metric: String, _ order: ScoreOrder, scope: GridScope = .best
    ) throws(StateError) -> BestResult {
        try ResultGrid(reading: folder).bestResult(metric, order, scope: scope)
    }

    /// Ends the experiment for now, or for good if it is finished, and gives the folder back. Trials that are out are asked
    /// for again when it is resumed. Of no effect the second time.
    ///
    /// - Throws: `StateError` when the folder cannot be written; the experiment can be resumed all the same.
    public func close() throws(StateError) {
        guard let experiment else { return }
        // What has passed since the last result counts when it goes on.
        let failure = noteTime()
        for id in given.keys.sorted(byBytesOf: \.string) { takeBack(id) }
        writeState()
        self.experiment = nil
        if let failure { throw failure }
        if problem == nil { try experiment.compact(state) }
    }

    /// Tells what decides how much time has passed, and writes it down, unless the journal was left behind before.
    ///
    /// - Returns: why that was not possible.
    private func noteTime() -> StateError? {
        guard problem == nil else { return nil }
        do throws(StateError) {
            try tellTime()
            try commit()
            return nil
        } catch {
            return error
        }
    }

    /// The path of the folder of a trial.
    func path(of id: TrialID) -> String { "\(folder)/\(state.folder(of: id))" }

    /// The checkpoint that a trial goes on from when it begins the next time.
    func origin(of id: TrialID) -> Origin? {
        state.origins[id].map { Origin(trial: $0.trial, folder: path(of: $0.trial), iteration: $0.iteration) }
    }

    /// Refuses what comes after the end, or after an error that has left the journal behind.
    func requireOpen() throws(StateError) {
        if let problem {
            throw StateError(
                problem.code, "the experiment has to be resumed after an error (\(problem.message))", path: problem.path
            )
        }
        guard experiment != nil else { throw StateError(.unavailable, "the experiment was closed", path: folder) }
    }

    /// Tells what decides how much time has passed, where that matters.
    ///
    /// - Parameter isBeginning: whether time counts from now on.
    func tellTime(isBeginning: Bool = false) throws(StateError) {
        guard state.controller.hasTimeBudget, !isClosed else { return }
        let seconds = max(state.seconds, seconds.rounded(.down))
        if isBeginning || seconds > state.seconds { _ = try decide(.clock(seconds)) }
    }

    /// Decides after an event, which is in the journal after `commit`.
    ///
    /// - Returns: what is to be done.
    func decide(_ event: TrialEvent) throws(StateError) -> [TrialCommand] {
        let commands: [TrialCommand]
        do throws(StateError) { commands = try state.handle(event) } catch {
            problem = error
            throw error
        }
        events.append(event)
        for command in commands {
            switch command {
            case .begin(let id): ready.append(id)
            case .pause(let id, _), .suspend(let id): dismiss(id, .pause, after: event)
            case .end(let id): dismiss(id, .stop, after: event)
            case .close:
                ready = []
                isSuspended = !isFinished
            case .proceed, .save, .takeOver, .refuse: break
            }
        }
        return commands
    }

    /// Writes the events since the last time to the journal, and the state of the experiment when it is time for that.
    func commit() throws(StateError) {
        guard !events.isEmpty, let experiment else { return }
        records.note(state.controller.scheduler)
        do throws(StateError) { try experiment.append(events, synchronizing: tuner.synchronizes) } catch {
            problem = error
            throw error
        }
        events = []
        if records.areDue(at: seconds) { writeState() }
        warnings += records.takeWarnings()
    }

    /// Takes note of a trial that is out no longer.
    func takeBack(_ id: TrialID) {
        guard let trial = given.removeValue(forKey: id) else { return }
        let isOver = state.controller.trials[id].status.isFinished
        warn(id, trial.log?.finish(isOver: isOver) ?? [])
    }

    /// Keeps what a person should know of a trial.
    func warn(_ id: TrialID, _ texts: [String]) { warnings += texts.map { "\(id): \($0)" } }

    /// Takes note that a trial is to stop, if it is not the one that it is told now: it hears of it with its next result.
    private func dismiss(_ id: TrialID, _ verdict: Verdict, after event: TrialEvent) {
        ready.removeAll { $0 == id }
        if id != event.trial { given[id]?.dismissal = verdict }
    }

    private func writeState() {
        records.write(state, at: seconds)
        warnings += records.takeWarnings()
    }
}
