import ReinCheckpoints

/// Which trials get the free places.
extension TrialController {
    /// Makes trials and lets them begin, as far as there are free places.
    mutating func fill(_ commands: inout [TrialCommand]) throws(StateError) {
        while phase == .open {
            try makeTrials()
            guard runningCount < settings.concurrency else { return }
            if let id = scheduler.next(in: trials) {
                precondition(
                    [.pending, .paused].contains(trials[id].status), "the scheduler lets a trial begin that waits not")
                setStatus(.running, of: id)
                commands.append(.begin(id))
            } else if runningCount == 0 {
                try finish(&commands)
            } else {
                return
            }
        }
    }

    /// Nothing runs and the scheduler lets nothing begin: what it leaves waiting ends, and so does the experiment when
    /// there is nothing more to search.
    private mutating func finish(_ commands: inout [TrialCommand]) throws(StateError) {
        let waiting = trials.records.filter { !$0.status.isFinished }
        for record in waiting { end(record.id, &commands) }
        guard waiting.isEmpty else { return }
        guard isExhausted else {
            throw StateError(.outOfRange, "the searcher waits for results, and no trial runs that could have one")
        }
        phase = .closed
        commands.append(.close)
    }

    /// Asks the searcher for settings until as many trials wait as may.
    private mutating func makeTrials() throws(StateError) {
        while !isExhausted, pendingCount < settings.lookahead {
            let index = trials.records.count
            if let limit = settings.maximumTrials, index >= limit {
                isExhausted = true
                return
            }
            let id = TrialID(experiment: settings.experiment, index: index)
            switch try searcher.suggest(id) {
            case .later: return
            case .finished: isExhausted = true
            case .configuration(let configuration):
                try add(id, configuration)
            }
        }
    }

    /// Adds a trial, which waits to begin.
    mutating func add(_ id: TrialID, _ configuration: StateMap) throws(StateError) {
        let index = trials.records.count
        var record = TrialRecord(
            id: id, index: index, configuration: configuration, tag: tag(of: configuration, index: index))
        trials.append(record)
        pendingCount += 1
        if let changed = try scheduler.add(record) {
            record.configuration = changed
            trials[id] = record
        }
    }
}
