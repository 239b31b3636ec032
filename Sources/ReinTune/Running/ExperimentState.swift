import ReinCheckpoints

/// What decides in an experiment, and what has to be known besides to carry the decisions out: a value that the same events
/// bring to the same state, now or when they are read from a journal.
struct ExperimentState: Sendable {
    /// What decides.
    var controller: TrialController
    /// The names of the folders of trials, in the order of the trials.
    var folders: [String] = []
    /// When trials report where the order of arrival is not to matter.
    var schedule = TrialSchedule()
    /// The trials that go on from a checkpoint of another one and have had no result since.
    var takenOver: Set<TrialID> = []
    /// The trials that are to make a checkpoint after their next result, since others wanted it while they were at work.
    var savesNext: Set<TrialID> = []
    /// Where trials go on when they begin the next time, as far as decisions have asked for checkpoints.
    var origins: [TrialID: CheckpointOrigin] = [:]
    /// The seconds that the experiment has run, as far as they are known.
    var seconds = 0.0

    private let trainable: String
    private let date: String

    /// Begins an experiment.
    ///
    /// - Parameters:
    ///   - controller: one that nothing was told yet, or that took over what another one knew.
    ///   - trainable: what is trained, for the names of folders.
    ///   - date: when the experiment was begun, for the names of folders.
    init(_ controller: TrialController, trainable: String, date: String) {
        self.controller = controller
        self.trainable = trainable
        self.date = date
    }

    /// All trials.
    var trials: [TrialRecord] { controller.trials.records }

    /// The folder of a trial.
    func folder(of id: TrialID) -> String { folders[controller.trials[id].index] }

    /// The number of the newest result of a trial that was judged; 0 when none was.
    func judgedIteration(of id: TrialID) -> Int { controller.trials[id].lastResult?.iteration ?? 0 }

    /// Whether a result was judged before the trial had to go back.
    func isRepeated(_ iteration: Int, of id: TrialID) -> Bool {
        !takenOver.contains(id) && iteration <= judgedIteration(of: id)
    }

    /// The trial that reports next where the order of arrival does not matter.
    var nextToReport: TrialID? { schedule.next { controller.trials[$0].index } }

    /// Trials in the order in which they report.
    func order(of ids: [TrialID]) -> [TrialID] {
        let ids = Set(ids)
        return schedule.order { controller.trials[$0].index }.filter { ids.contains($0) }
    }

    /// Decides after an event.
    ///
    /// - Returns: what is to be done.
    /// - Throws: as `TrialController.handle`.
    mutating func handle(_ event: TrialEvent) throws(StateError) -> [TrialCommand] {
        var saves = false
        switch event {
        case .reported(let id, _):
            takenOver.remove(id)
            saves = savesNext.remove(id) != nil
            schedule.advance(id)
        case .returned(let id), .failed(let id, _): schedule.advance(id)
        case .clock(let time): seconds = max(seconds, time)
        case .opened, .interrupted: break
        }
        let commands = try controller.handle(event)
        nameFolders()
        if case .reported(let id, let result) = event, let iteration = result.iteration,
            saves || commands.contains(where: { $0 == .save(id) || $0 == .pause(id, saving: true) })
        {
            origins[id] = CheckpointOrigin(trial: id, iteration: iteration)
        }
        for command in commands {
            switch command {
            case .begin(let id): schedule.begin(id)
            case .pause(let id, _), .end(let id): schedule.remove(id)
            case .takeOver(let id, let donor):
                takenOver.insert(id)
                if let origin = origins[donor] { origins[id] = origin }
            case .save(let id) where id != event.trial: savesNext.insert(id)
            case .save, .proceed, .suspend, .refuse, .close: break
            }
        }
        if case .failed(let id, _) = event, controller.trials[id].status != .running { schedule.remove(id) }
        return commands
    }

    /// Changes what becomes of trials, before the experiment is opened again.
    ///
    /// - Throws: as `TrialController.revise`.
    mutating func revise(_ revision: ExperimentRevision) throws(StateError) {
        try controller.revise(revision)
        nameFolders()
        for record in trials where record.status != .running { schedule.remove(record.id) }
    }

    /// Names the folders of trials that are new.
    private mutating func nameFolders() {
        for record in trials.dropFirst(folders.count) {
            folders.append(TrialFolderName.name(trainable: trainable, id: record.id, tag: record.tag, date: date))
        }
    }
}

extension TrialEvent {
    /// The trial that something has happened to.
    var trial: TrialID? {
        switch self {
        case .reported(let id, _), .returned(let id), .failed(let id, _): id
        case .opened, .clock, .interrupted: nil
        }
    }
}

extension StateTree {
    /// The number that a driver has given to a result.
    var iteration: Int? {
        guard case .map(let map) = self, case .int(let number)? = map[MetricName.trainingIteration] else { return nil }
        return Int(exactly: number)
    }
}
