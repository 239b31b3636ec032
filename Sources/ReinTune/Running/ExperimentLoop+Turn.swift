import ReinCheckpoints

/// What is done after decisions.
extension ExperimentLoop {
    /// Carries out what was decided, in the order that `ExperimentLoop` says.
    ///
    /// - Throws: `StateError` when the journal cannot be written.
    func carryOut(_ turn: Turn) async throws {
        guard !turn.events.isEmpty else { return }
        await makeCheckpoints(turn)
        note(turn)
        await stageTakeOvers(turn)
        try folder.append(turn.events, synchronizing: tuner.synchronizes)
        observe(ExperimentProgress(self))
        for id in turn.touched {
            guard let run = runs[id] else { continue }
            switch run.order {
            case .proceed:
                offer(run)
                train(run)
            case .leave: retire(run)
            }
        }
    }

    /// Makes the checkpoints that were asked for, all at the same time. Of a function there are those that it reports.
    private func makeCheckpoints(_ turn: Turn) async {
        guard tuner.definition.style == .type else { return }
        var tasks: [(run: TrialRun, task: Task<StateMap, any Error>)] = []
        for id in turn.touched {
            guard let run = runs[id], let work = run.work, let result = run.result, !run.isSaved,
                turn.saves.contains(id) || run.order == .leave(saving: true)
            else { continue }
            tasks.append((run, Task { try await work.save(result.metrics) }))
        }
        for (run, task) in tasks {
            do {
                run.result?.metrics = try await task.value
                run.isSaved = true
            } catch {
                warnings.append("\(run.id): no checkpoint could be made: \(error)")
            }
        }
    }

    /// Writes results and failures down.
    private func note(_ turn: Turn) {
        for id in turn.judged {
            guard let run = runs[id], var metrics = run.result?.metrics else { continue }
            if state.controller.trials[id].status.isFinished { metrics[MetricName.done] = true }
            records.note(metrics, of: run.id, in: run.folder, by: run.log)
        }
        for (id, reason) in turn.failures { records.note(failure: reason, of: id, in: path(of: id)) }
        records.note(state.controller.scheduler)
        warnings += records.takeWarnings()
    }

    /// Writes the file that Ray opens the experiment by.
    func writeState() {
        let all = runs.merging(retiring) { run, _ in run }
        records.write(state, stores: all.compactMapValues { $0.work?.store }, at: seconds)
        warnings += records.takeWarnings()
    }

    /// Copies the checkpoints that trials take over, so that those they are copied from may do with theirs what they like.
    private func stageTakeOvers(_ turn: Turn) async {
        for takeOver in turn.takeOvers {
            let (source, place) = (path(of: takeOver.donor), path(of: takeOver.target))
            let donor = runs[takeOver.donor] ?? retiring[takeOver.donor]
            let (open, held) = (donor?.work?.store, donor?.offer)
            let (config, synchronizes) = (tuner.checkpoints, tuner.synchronizes)
            do {
                try await Task {
                    if let open {
                        return try takeOver.stage(
                            from: open, holding: held, at: source, to: place, synchronizing: synchronizes)
                    }
                    let (store, held) = try CheckpointStore.opening(
                        source, config: config, synchronizing: synchronizes,
                        holding: TakenOverCheckpoint.isOffered(
                            judged: takeOver.judged, hasTakenOver: takeOver.hasTakenOver))
                    // Closed first, so that what is held stays for others who take over from the same trial.
                    defer { withExtendedLifetime(held) { store.close() } }
                    try takeOver.stage(from: store, holding: held, at: source, to: place, synchronizing: synchronizes)
                }.value
            } catch {
                warnings.append(
                    "\(takeOver.target) goes on from where it was: nothing can be taken over from "
                        + "\(takeOver.donor): \(error)")
                do { try TakenOverCheckpoint(in: place).refuse() } catch {
                    warnings.append("\(takeOver.target): \(error)")
                }
            }
        }
    }
}

extension Turn.TakeOver {
    /// Copies the donor's checkpoint.
    ///
    /// - Throws: `StateError` when it has none, or when it cannot be copied.
    fileprivate func stage(
        from store: CheckpointStore, holding held: CheckpointHold?, at source: String, to place: String,
        synchronizing: Bool
    ) throws(StateError) {
        let staged = TakenOverCheckpoint(in: place)
        // What the donor has not begun with yet is not in its store.
        if hasTakenOver, try staged.stage(from: TakenOverCheckpoint(in: source), synchronizing: synchronizing) {
            return
        }
        let offered = TakenOverCheckpoint.offered(
            by: store, holding: held?.checkpoint, judged: judged, hasTakenOver: hasTakenOver)
        guard let offered = offered ?? store.latest else {
            throw StateError(.notFound, "there is no checkpoint", path: store.path)
        }
        if offered.index == held?.checkpoint.index { return try staged.stage(offered, synchronizing: synchronizing) }
        let hold = try store.hold(offered.index)
        defer { hold.release() }
        try staged.stage(offered, synchronizing: synchronizing)
    }
}
