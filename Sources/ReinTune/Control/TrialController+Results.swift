import ReinCheckpoints

/// What is decided after a result, in this order: stop rules, scheduler, searcher.
extension TrialController {
    mutating func judge(_ result: StateTree, of id: TrialID, _ commands: inout [TrialCommand]) throws(StateError) {
        failures[id]?.restoreCount = 0
        let decision: StopDecision
        let actions: [SchedulerAction]
        do throws(StateError) {
            decision = try stopper.judge(result, of: id)
            actions = decision.stopsTrial ? [] : try scheduler.decide(on: result, of: id, in: trials)
        } catch {
            // A result that cannot be judged is this trial's failure, for which trying again is no help.
            trials[id].lastResult = result
            commands.append(.refuse(id, reason: "\(error)"))
            abandon(id, &commands)
            return
        }
        trials[id].lastResult = result
        if decision.stopsTrial {
            if !result.saysDone { stoppedByRule.insert(id) }
            end(id, &commands)
        } else {
            searcher.observe(result, of: id)
            perform(actions, &commands)
            if trials[id].status == .running { commands.append(.proceed(id)) }
        }
        if decision.stopsExperiment { endAll(&commands) }
    }

    /// Does what the scheduler wants.
    mutating func perform(_ actions: [SchedulerAction], _ commands: inout [TrialCommand]) {
        for action in actions {
            switch action {
            case .stop(let id): end(id, &commands)
            case .pause(let id, let saving):
                guard trials[id].status == .running else { continue }
                setStatus(.paused, of: id)
                commands.append(.pause(id, saving: saving))
            case .save(let id):
                guard trials[id].status == .running else { continue }
                commands.append(.save(id))
            case .exploit(let exploit):
                guard !trials[exploit.target].status.isFinished else { continue }
                trials[exploit.target].configuration = exploit.configuration
                trials[exploit.target].tag = exploit.tag
                commands.append(.takeOver(exploit.target, from: exploit.donor))
            }
        }
    }

    /// Ends a trial, whether it runs or not. Of no effect on one that has ended.
    mutating func end(_ id: TrialID, _ commands: inout [TrialCommand]) {
        let record = trials[id]
        guard !record.status.isFinished else { return }
        setStatus(.terminated, of: id)
        commands.append(.end(id))
        searcher.complete(id, result: record.lastResult, hasFailed: false)
        let actions =
            if record.status == .running, let result = record.lastResult {
                scheduler.complete(id, result: result, in: trials)
            } else {
                scheduler.remove(id, in: trials)
            }
        perform(actions, &commands)
    }

    /// Takes note of a failure: the trial waits to go on, or has failed for good.
    mutating func fail(_ id: TrialID, isRestoring: Bool, _ commands: inout [TrialCommand]) {
        var counts = failures[id] ?? Failures()
        if isRestoring { counts.restoreCount += 1 } else { counts.count += 1 }
        failures[id] = counts
        let mayGoOn =
            isRestoring
            ? counts.restoreCount <= settings.failures.maximumRestoreFailures
            : settings.failures.maximumFailures.map { counts.count <= $0 } ?? true
        if mayGoOn { setStatus(.pending, of: id) } else { abandon(id, &commands) }
    }

    /// Ends a trial that has failed for good.
    mutating func abandon(_ id: TrialID, _ commands: inout [TrialCommand]) {
        let result = trials[id].lastResult
        setStatus(.errored, of: id)
        commands.append(.end(id))
        searcher.complete(id, result: result, hasFailed: true)
        perform(scheduler.remove(id, in: trials), &commands)
        if settings.failures.failsFast { suspendAll(&commands) }
    }

    /// Ends all trials, and makes no more.
    mutating func endAll(_ commands: inout [TrialCommand]) {
        isExhausted = true
        for record in trials.records where !record.status.isFinished {
            stoppedByRule.insert(record.id)
            end(record.id, &commands)
        }
    }

    /// Lets the experiment end for now. Trials that run still do so by their status, as they go on first of all.
    mutating func suspendAll(_ commands: inout [TrialCommand]) {
        guard phase == .open else { return }
        phase = .suspended
        for record in trials.records where record.status == .running { commands.append(.suspend(record.id)) }
        commands.append(.close)
    }

    /// Goes on after the experiment has ended for now, or its process was killed: trials that ran go on, and nobody is
    /// asked about them, so that the decisions are those of an experiment that was left alone.
    mutating func reopen(_ commands: inout [TrialCommand]) {
        phase = .open
        for record in trials.records where record.status == .running { commands.append(.begin(record.id)) }
    }

    /// Gives a trial another status, and counts.
    mutating func setStatus(_ status: TrialStatus, of id: TrialID) {
        switch trials[id].status {
        case .running: runningCount -= 1
        case .pending: pendingCount -= 1
        case .paused, .terminated, .errored: break
        }
        trials[id].status = status
        switch status {
        case .running: runningCount += 1
        case .pending: pendingCount += 1
        case .paused, .terminated, .errored: break
        }
    }
}

extension StateTree {
    /// Whether a result says that it is the last of its trial.
    fileprivate var saysDone: Bool { metric(MetricName.done) == .bool(true) }
}
