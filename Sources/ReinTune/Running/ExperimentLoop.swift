import ReinCheckpoints

/// Runs an experiment: tells what decides what has happened, and carries the decisions out.
///
/// In each turn, everything that has arrived is decided on; then, in this order, checkpoints are made that were asked for,
/// results are written down, the journal is, and trials go on. So whatever moment the process is killed in, the journal
/// tells of nothing that was not done, and the checkpoint that a trial goes on from is at most one result ahead of it: that
/// result is told again. One task at a time uses it.
final class ExperimentLoop {
    let tuner: Tuner
    let folder: ExperimentFolder
    let mailbox: Mailbox<ExperimentMessage>
    let observe: (ExperimentProgress) -> Void
    /// What brings the folder to where the experiment lies; nil when that is the folder.
    let mirror: ExperimentMirror?
    var state: ExperimentState
    /// The trials that have a worker.
    var runs: [TrialID: TrialRun] = [:]
    /// The trials that give their workers back.
    var retiring: [TrialID: TrialRun] = [:]
    /// The trials that have begun and wait for a worker, the first first.
    var launches: [TrialID] = []
    /// The trials that wait for resources for their next step, the first first.
    var waiting: [TrialID] = []
    /// The trials whose reports were not decided on, in the order of arrival.
    var arrivals: [TrialID] = []
    /// The workers that wait for a trial.
    var idle: [any Worker] = []
    var pool: ResourcePool
    var records: ExperimentRecords
    var warnings: [String] = []
    var isClosing = false
    private var metrics: MetricWatch
    private var isInterrupted = false
    private let begun = ContinuousClock.now
    private let secondsBefore: Double

    init(
        _ tuner: Tuner, in folder: ExperimentFolder, _ state: ExperimentState, pool: ResourcePool,
        mailbox: Mailbox<ExperimentMessage>, mirror: ExperimentMirror? = nil,
        observing observe: @escaping (ExperimentProgress) -> Void
    ) {
        self.tuner = tuner
        self.folder = folder
        self.mailbox = mailbox
        self.observe = observe
        self.mirror = mirror
        self.state = state
        self.pool = pool
        records = ExperimentRecords(
            in: folder, space: tuner.space, checkpoints: tuner.checkpoints, synchronizes: tuner.synchronizes)
        metrics = MetricWatch(state.controller)
        secondsBefore = state.seconds
    }

    /// Runs until the experiment is over, or ends for now.
    ///
    /// - Throws: `StateError` when the journal cannot be written, and what the searcher has against its space. Whatever
    ///   works is ended at once, and the experiment can be resumed.
    func run() async throws {
        defer { endWorkers() }
        var turn = Turn()
        try decide(.opened, &turn)
        try tellTime(&turn, isBeginning: true)
        try await carryOut(turn)
        try startWaiting()
        while !(isClosing && runs.isEmpty && retiring.isEmpty) {
            for message in await mailbox.messages() { receive(message) }
            guard !isClosing else { continue }
            repeat {
                turn = Turn()
                try tellTime(&turn)
                // What is taken over is not to depend on who else has reported by now.
                while !isClosing, !(tuner.isDeterministic && turn.takesOver), let run = nextToReport() {
                    try judge(run, &turn)
                }
                if isInterrupted, !isClosing { try decide(.interrupted, &turn) }
                try await carryOut(turn)
                try startWaiting()
            } while turn.takesOver && !isClosing
            if records.areDue(at: seconds) { writeState() }
            try await bringOver()
        }
        await stopIdle()
        writeState()
        guard state.controller.isClosed else { return }
        // Not all that trials were to take over was waited for.
        for record in state.trials { TakenOverCheckpoint(in: path(of: record.id)).discard() }
    }

    /// Ends the workers that wait for a trial: a trainable that was kept for one gives back what it has.
    private func stopIdle() async {
        for worker in idle {
            do {
                try await worker.within(tuner.limits.end, "the end") { try await worker.release(keeping: false) }
            } catch {
                warnings.append("\(error)")
            }
        }
    }

    /// The seconds that the experiment has run, in all its processes.
    var seconds: Double { secondsBefore + (ContinuousClock.now - begun) / .seconds(1) }

    private func receive(_ message: ExperimentMessage) {
        switch message {
        case .trial(let id, let report):
            guard let run = runs[id] else { return }
            receive(report, from: run)
        case .retired(let id, let worker, let problem):
            if let problem { warnings.append("\(id): \(problem)") }
            if let run = retiring.removeValue(forKey: id) {
                // Whoever has waited for it may still hold the store for a moment; the trial may begin again at once.
                run.work?.store.close()
                give(back: run)
            }
            idle.append(worker)
        case .tick: break
        case .interrupted:
            // Whoever asks twice does not want to wait.
            if isInterrupted { endWorkers() }
            isInterrupted = true
        }
    }

    /// Tells what decides how much time has passed, where that matters.
    ///
    /// - Parameter isBeginning: whether time counts from now on.
    private func tellTime(_ turn: inout Turn, isBeginning: Bool = false) throws {
        guard state.controller.hasTimeBudget, !isClosing else { return }
        let seconds = max(state.seconds, seconds.rounded(.down))
        if isBeginning || seconds > state.seconds { try decide(.clock(seconds), &turn) }
    }

    /// The trial whose report is decided on next; nil when it has to be waited for.
    private func nextToReport() -> TrialRun? {
        guard tuner.isDeterministic else { return arrivals.isEmpty ? nil : runs[arrivals.removeFirst()] }
        guard let id = state.nextToReport, let place = arrivals.firstIndex(of: id) else { return nil }
        arrivals.remove(at: place)
        return runs[id]
    }

    /// Decides on what a trial has said.
    private func judge(_ run: TrialRun, _ turn: inout Turn) throws {
        guard case .reporting(let report) = run.stage else { return }
        run.stage = .decided
        run.order = .leave(saving: false)
        turn.touched.append(run.id)
        switch report {
        case .prepared: break
        case .result(let result, _):
            var metrics = result.metrics
            metrics[MetricName.configuration] = nil
            turn.judged.append(run.id)
            try decide(.reported(run.id, .map(metrics)), &turn)
        case .returned: try decide(.returned(run.id), &turn)
        case .failed(let reason, let isRestoring):
            turn.failures.append((run.id, reason))
            try decide(.failed(run.id, isRestoring: isRestoring), &turn)
        }
    }

    /// Decides after an event, and notes what is to be done.
    private func decide(_ event: TrialEvent, _ turn: inout Turn) throws {
        if let id = event.trial, state.savesNext.contains(id) { turn.saves.insert(id) }
        let commands = try state.handle(event)
        turn.events.append(event)
        if case .reported(_, let result) = event { metrics.note(result) }
        if let id = event.trial, state.controller.trials[id].status.isFinished { warnings += metrics.takeWarnings() }
        for command in commands { take(command, after: event, &turn) }
    }

    private func take(_ command: TrialCommand, after event: TrialEvent, _ turn: inout Turn) {
        switch command {
        case .begin(let id): launches.append(id)
        case .proceed(let id): runs[id]?.order = .proceed
        case .save(let id): if id == event.trial { turn.saves.insert(id) }
        case .pause(let id, let saving): dismiss(id, saving: saving, &turn)
        case .suspend(let id): dismiss(id, saving: true, &turn)
        case .takeOver(let id, let donor):
            turn.takeOvers.append(
                Turn.TakeOver(
                    target: id, donor: donor, judged: state.judgedIteration(of: donor),
                    hasTakenOver: donor != id && state.takenOver.contains(donor)))
        case .refuse(let id, let reason): turn.failures.append((id, reason))
        case .end(let id):
            var isSaved = false
            if case .reported(id, _) = event { isSaved = savesAtEnd(id) }
            dismiss(id, saving: isSaved, &turn)
        case .close:
            isClosing = true
            launches = []
        }
    }

    /// Takes a trial from its worker, at once or when it comes to its next report.
    private func dismiss(_ id: TrialID, saving: Bool, _ turn: inout Turn) {
        launches.removeAll { $0 == id }
        guard let run = runs[id] else { return }
        run.order = .leave(saving: saving)
        run.isDismissed = true
        switch run.stage {
        case .decided: break
        case .waiting, .reporting:
            arrivals.removeAll { $0 == id }
            turn.touched.append(id)
        case .working: break
        }
    }

    /// Whether a trial that ends with its newest result makes a checkpoint of it.
    private func savesAtEnd(_ id: TrialID) -> Bool {
        guard tuner.definition.style == .type, let result = runs[id]?.result else { return false }
        return tuner.checkpoints.shouldCheckpoint(iteration: result.iteration, done: true)
    }

    /// Ends all workers at once.
    private func endWorkers() {
        for run in runs.values { run.work?.worker.kill() }
        for run in retiring.values { run.work?.worker.kill() }
        for worker in idle { worker.kill() }
        idle = []
    }
}
