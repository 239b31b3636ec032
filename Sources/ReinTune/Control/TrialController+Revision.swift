import ReinCheckpoints

extension TrialController {
    /// Changes what becomes of trials, before the experiment is opened again. What has no more trials asks its searcher once
    /// more, which may have settings now.
    ///
    /// - Throws: `StateError` for settings that the scheduler cannot work with.
    mutating func revise(_ revision: ExperimentRevision) throws(StateError) {
        phase = .suspended
        isExhausted = false
        var ignored: [TrialCommand] = []
        for record in trials.records {
            switch record.status {
            case .pending, .running, .paused:
                if revision.unfinished == .terminate { end(record.id, &ignored) }
            case .errored:
                switch revision.errored {
                case .keep: break
                case .resume:
                    failures[record.id] = nil
                    goOn(with: record.id, as: .pending)
                case .restart: try restart(record)
                }
            case .terminated:
                if revision.continuesStopped, stoppedByRule.contains(record.id) { goOn(with: record.id, as: .paused) }
            }
        }
    }

    /// Lets a trial wait that has ended.
    private mutating func goOn(with id: TrialID, as status: TrialStatus) {
        stoppedByRule.remove(id)
        setStatus(status, of: id)
        scheduler.goOn(with: trials[id])
    }

    /// Makes a trial with the settings of another one.
    private mutating func restart(_ record: TrialRecord) throws(StateError) {
        let index = trials.records.count
        try add(TrialID(experiment: settings.experiment, index: index), record.configuration)
    }
}
