import ReinCheckpoints

/// How trials get workers, work, and give them back.
extension ExperimentLoop {
    /// Lets those work that wait for it, as far as there are resources: the first that has to wait keeps the others
    /// waiting, so that a large one gets its turn.
    func startWaiting() throws {
        while let run = nextWaiting(), try reserve(for: run) { work(run) }
        while let id = launches.first, !isClosing {
            // Its folder and its log are still in use by what it was before.
            guard runs[id] == nil, retiring[id] == nil else { return }
            let run = launchable(id)
            guard try reserve(for: run) else { return }
            launches.removeFirst()
            runs[id] = run
            launch(run)
        }
    }

    /// Lets a trial train on to its next result, now or when there are resources.
    func train(_ run: TrialRun) {
        run.stage = .waiting
        run.order = .proceed
        if run.reservation != nil { work(run) } else { waiting.append(run.id) }
    }

    /// The path of the folder of a trial.
    func path(of id: TrialID) -> String { folder.path(of: state.folder(of: id)) }

    /// Opens the records in the folder of a trial.
    ///
    /// - Parameter last: the number of the last result that stays there; those after it are done again.
    func openLog(of run: TrialRun, continuingAfter last: Int) {
        let record = state.controller.trials[run.id]
        do {
            if run.goesOnFromOther, let judged = record.lastResult,
                try TrialLog.removeLastRow(unless: judged, in: run.folder)
            {
                records.forgetRows(of: run)
            }
            run.log = try TrialLog(
                folder: run.folder, trial: record, searched: records.searched(record.configuration),
                continuingAfter: last, tuner.recordOptions)
            if last < state.judgedIteration(of: run.id) { records.forgetRows(of: run) }
        } catch {
            warnings.append("\(run.id): its results are not written: \(error)")
        }
    }

    /// Takes a trial from its worker.
    func retire(_ run: TrialRun) {
        runs[run.id] = nil
        waiting.removeAll { $0 == run.id }
        run.hold = nil
        // While it may go on, others may take over what was offered: that stays in its folder, which is closed first.
        if state.controller.trials[run.id].status.isFinished { run.offer = nil }
        warnings += run.log?.finish(isOver: state.controller.trials[run.id].status.isFinished) ?? []
        records.remember(run)
        guard let work = run.work else { return give(back: run) }
        retiring[run.id] = run
        let (keeping, mailbox) = (tuner.reusesTrainables && !isClosing, mailbox)
        Task {
            let problem = await work.release(keeping: keeping)
            mailbox.post(.retired(work.id, work.worker, problem: problem))
        }
    }

    /// Takes a trial from its worker after a report that nobody wants to hear; a checkpoint is made of it if that was said.
    func retireAtReport(_ run: TrialRun) {
        guard case .reporting(.result(let result, isSaved: false)) = run.stage, let work = run.work,
            run.order == .leave(saving: true), tuner.definition.style == .type
        else { return retire(run) }
        run.isDismissed = true
        run.stage = .working
        let mailbox = mailbox
        Task {
            do {
                _ = try await work.save(result.metrics)
                mailbox.post(.trial(work.id, .returned))
            } catch {
                mailbox.post(.trial(work.id, .failed("no checkpoint could be made: \(error)", isRestoring: false)))
            }
        }
    }

    /// Sees to it that the checkpoint which others may take over from a trial stays, however many it makes meanwhile.
    func offer(_ run: TrialRun) {
        guard state.controller.scheduler is PopulationBasedTraining, let store = run.work?.store else { return }
        let offered = TakenOverCheckpoint.offered(
            by: store, holding: run.offer?.checkpoint, judged: state.judgedIteration(of: run.id),
            hasTakenOver: state.takenOver.contains(run.id))
        guard let offered, offered.index != run.offer?.checkpoint.index else { return }
        run.offer = try? store.hold(offered.index)
    }

    /// Gives back what a trial has reserved.
    func give(back run: TrialRun) {
        if let reservation = run.reservation { pool.release(reservation) }
        run.reservation = nil
    }

    /// The trial that has its trainable and waits for resources for its next step.
    private func nextWaiting() -> TrialRun? {
        guard !waiting.isEmpty else { return nil }
        // The one that reports first works first, so that nobody waits for one that waits.
        let first = tuner.isDeterministic ? state.order(of: waiting).first : waiting.first
        return first.flatMap { runs[$0] }
    }

    private func reserve(for run: TrialRun) throws(StateError) -> Bool {
        // One that cannot begin needs nothing to say so.
        if case .reporting = run.stage { return true }
        guard run.reservation == nil else { return true }
        if let place = run.place, !place.gpus(on: Self.machine).isEmpty {
            // What it has on its GPUs is not moved to others.
            run.reservation = pool.reserve(again: place)
        } else {
            run.reservation = try pool.reserve(run.resources)
            run.place = run.reservation
        }
        return run.reservation != nil
    }

    private func work(_ run: TrialRun) {
        waiting.removeAll { $0 == run.id }
        guard let work = run.work else { return }
        run.stage = .working
        let (checkpoints, mailbox) = (tuner.checkpoints, mailbox)
        Task { mailbox.post(.trial(work.id, await work.step(checkpoints))) }
    }

    /// A trial that is about to begin, with what it needs.
    private func launchable(_ id: TrialID) -> TrialRun {
        let record = state.controller.trials[id]
        let run = TrialRun(record, folder: path(of: id))
        do {
            run.resources = try tuner.definition.resources(for: record.configuration)
            try pool.requireFits(run.resources)
        } catch {
            run.stage = .reporting(.failed("\(error)", isRestoring: false))
            run.resources = .oneCPU
        }
        return run
    }

    /// Lets a trial begin that has its resources.
    private func launch(_ run: TrialRun) {
        let mailbox = mailbox
        if case .reporting(let report) = run.stage { return mailbox.post(.trial(run.id, report)) }
        run.stage = .working
        let work: TrialWork
        do {
            let store: CheckpointStore
            (store, run.offer) = try openStore(of: run.id)
            let takenOver = TakenOverCheckpoint(in: run.folder)
            if state.takenOver.contains(run.id) {
                try takenOver.register(in: store, synchronizing: tuner.synchronizes)
                run.hasNothingTakenOver = takenOver.isRefused
            } else {
                takenOver.discard()
            }
            work = TrialWork(
                id: run.id, worker: try idle.popLast() ?? tuner.makeWorker(), store: store,
                style: tuner.definition.style, limits: tuner.limits, synchronizes: tuner.synchronizes)
        } catch {
            return mailbox.post(.trial(run.id, .failed("\(error)", isRestoring: false)))
        }
        run.work = work
        let start = start(of: run)
        Task { mailbox.post(.trial(work.id, await work.prepare(start))) }
    }

    /// Opens the checkpoints of a trial, and holds the one that others may take over, also when it is only still there
    /// because it was held before.
    func openStore(of id: TrialID) throws(StateError) -> (store: CheckpointStore, hold: CheckpointHold?) {
        let isOffered = TakenOverCheckpoint.isOffered(
            judged: state.judgedIteration(of: id), hasTakenOver: state.takenOver.contains(id))
        let isPopulation = state.controller.scheduler is PopulationBasedTraining
        return try CheckpointStore.opening(
            path(of: id), config: tuner.checkpoints, synchronizing: tuner.synchronizes
        ) { isPopulation && isOffered($0) }
    }

    private func start(of run: TrialRun) -> TrialStart {
        var context = TrainableContext()
        context.trialID = run.id.string
        context.trialName = "\(tuner.definition.name)_\(run.id)"
        context.experimentName = folder.name
        context.resources = run.resources
        context.folder = run.folder
        return TrialStart(
            configuration: state.controller.trials[run.id].configuration, context: context,
            output: tuner.output(in: run.folder),
            visibleDevices: run.place?.visibleDevices(on: Self.machine, among: VisibleDevices.current))
    }

    /// The index of this machine, the only one.
    private static var machine: Int { 0 }
}
