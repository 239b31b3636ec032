public import ReinCheckpoints

/// What the loop of a caller does.
extension AskTellExperiment {
    /// The next trial that may begin or go on; nil when none can now. Those that are out may have to come to an end, or to a
    /// result, first; `isClosed` says that there will be none at all.
    ///
    /// - Throws: `StateError` when the journal or the trial's folder cannot be written.
    public func ask() throws(StateError) -> Assignment? {
        try requireOpen()
        try tellTime()
        try commit()
        // One that was dismissed and may go on has to come back first.
        guard let place = ready.firstIndex(where: { given[$0] == nil }) else { return nil }
        let id = ready[place]
        let record = state.controller.trials[id]
        let path = path(of: id)
        try LocalFile.makeDirectories(path)
        ready.remove(at: place)
        let origin = origin(of: id)
        given[id] = GivenTrial(
            log: log(of: record, in: path), iteration: origin?.iteration ?? 0,
            secondsTotal: record.lastResult?.seconds ?? 0)
        return Assignment(
            id: id, configuration: record.configuration, tag: record.tag, folder: path,
            checkpoint: origin)
    }

    /// Tells a result of a trial that is out, and what becomes of the trial.
    ///
    /// The metrics get what others expect of a result, by the names of Ray Tune: `training_iteration`, which counts on from
    /// the checkpoint that was to be gone on from, unless it is given; `time_this_iter_s` and `time_total_s`, unless given,
    /// as the time since the trial was asked for or told to go on; `trial_id`, `date`, `timestamp` and `done`. A `config` is
    /// left out: the settings are known.
    ///
    /// One whose number is not above that of a result that was judged before is not judged again, nor written down. Nor is
    /// one of a trial that others have stopped or paused meanwhile.
    ///
    /// - Parameters:
    ///   - id: the trial.
    ///   - metrics: what it measured; maps inside one another are named with slashes.
    ///   - done: whether it has come to its end.
    /// - Returns: what becomes of it. Metrics that a rule or a scheduler cannot judge are the trial's failure, and no error.
    /// - Throws: `StateError` for a trial that is not out, metrics that cannot be written down, and a number that is none;
    ///   nothing has changed then. When the journal cannot be written; the experiment then has to be resumed.
    @discardableResult
    public func tell(_ id: TrialID, _ metrics: StateMap, done: Bool = false) throws(StateError) -> Verdict {
        var trial = try requireGiven(id)
        let result = try trial.complete(metrics, done: done, of: id)
        given[id] = trial
        if let verdict = try dismissal(of: id) { return verdict }
        if state.isRepeated(trial.iteration, of: id) {
            guard result[MetricName.done] == true else { return .goOn }
            try end(id)
            return .stop
        }
        let isToSave = state.savesNext.contains(id)
        let commands = try decide(.reported(id, .map(result)))
        let verdict = Verdict(of: id, commands, saving: isToSave)
        note(result, of: id, verdict)
        try commit()
        if verdict.isLast { takeBack(id) }
        return verdict
    }

    /// Says that a trial has failed.
    ///
    /// - Parameters:
    ///   - id: the trial, which is out.
    ///   - reason: what failed, in words; may have several lines.
    ///   - isRestoring: whether it could not go on from its checkpoint, rather than train.
    /// - Returns: whether it will be asked for again.
    /// - Throws: as `tell`.
    @discardableResult
    public func fail(_ id: TrialID, _ reason: String, isRestoring: Bool = false) throws(StateError) -> Bool {
        try requireGiven(id)
        if try dismissal(of: id) == nil {
            _ = try decide(.failed(id, isRestoring: isRestoring))
            records.note(failure: reason, of: id, in: path(of: id))
            try commit()
            takeBack(id)
        }
        return !state.controller.trials[id].status.isFinished
    }

    /// Says that a trial has come to its end without another result.
    ///
    /// - Throws: as `tell`.
    public func end(_ id: TrialID) throws(StateError) {
        try requireGiven(id)
        guard try dismissal(of: id) == nil else { return }
        _ = try decide(.returned(id))
        try commit()
        takeBack(id)
    }

    /// What a trial is told that nobody wants to hear, which is then out no longer; nil for others.
    private func dismissal(of id: TrialID) throws(StateError) -> Verdict? {
        try tellTime()
        try commit()
        guard let verdict = given[id]?.dismissal else { return nil }
        takeBack(id)
        return verdict
    }

    /// Writes a result down that was judged.
    private func note(_ result: StateMap, of id: TrialID, _ verdict: Verdict) {
        var row = result
        if state.controller.trials[id].status.isFinished { row[MetricName.done] = true }
        records.note(row, of: id, in: path(of: id), by: given[id]?.log)
        if case .failed(let reason) = verdict { records.note(failure: reason, of: id, in: path(of: id)) }
    }

    @discardableResult
    private func requireGiven(_ id: TrialID) throws(StateError) -> GivenTrial {
        try requireOpen()
        if let trial = given[id] { return trial }
        let place = id.string.shortened
        guard state.controller.trials.contains(id) else {
            let names = given.keys.map(\.string).sorted(byBytesOf: \.self)
            let known = names.isEmpty ? state.trials.map(\.id.string) : names
            let list = names.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ")
            throw StateError(
                .notFound,
                unknownName(
                    "there is no such trial", nearest: nearestName(to: id.string, in: known),
                    rest: names.isEmpty ? "none is out" : "out are \(list)\(names.count > 10 ? " and more" : "")"),
                path: place)
        }
        let status = state.controller.trials[id].status
        throw StateError(
            .outOfRange,
            status.isFinished
                ? "the trial is over: it is \(status.rawValue)" : "the trial is not out: it has to be asked for first",
            path: place)
    }

    /// Opens the records of a trial. Those of results that were judged stay, and are not written again.
    private func log(of record: TrialRecord, in path: String) -> TrialLog? {
        let isTakingOver = state.takenOver.contains(record.id)
        do throws(StateError) {
            return try TrialLog(
                folder: path, trial: record, searched: records.searched(record.configuration),
                continuingAfter: isTakingOver ? .max : state.judgedIteration(of: record.id), tuner.recordOptions)
        } catch {
            warn(record.id, ["its results are not written: \(error)"])
            return nil
        }
    }
}

extension StateTree {
    /// The time that a trial has trained, by its result.
    fileprivate var seconds: Double? {
        guard let seconds = try? number(of: MetricName.secondsTotal), seconds.isFinite else { return nil }
        return seconds
    }
}
