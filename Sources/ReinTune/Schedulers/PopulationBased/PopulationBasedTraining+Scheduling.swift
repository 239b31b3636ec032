public import ReinCheckpoints

extension PopulationBasedTraining: TrialScheduler {
    /// The metric that trials are compared by.
    public var metric: String? { configuration.objective.metric }

    /// Takes note of a trial that was made.
    ///
    /// - Returns: its settings with values for the parameters that they lack; nil when they lack none.
    /// - Throws: `StateError` for settings that the mutations cannot change, and for a trial that is there.
    public mutating func add(_ trial: TrialRecord) throws(StateError) -> StateMap? {
        guard places[trial.id] == nil else { throw StateError(.alreadyExists, "the trial \(trial.id) is there") }
        try configuration.exploration.check(trial.configuration)
        let filled = drawing { exploration, draws in exploration.filled(trial.configuration, using: &draws) }
        places[trial.id] = members.count
        members.append(PopulationMember(id: trial.id, tag: trial.tag))
        return filled
    }

    /// Compares a trial that has trained for an interval with the others.
    ///
    /// - Throws: `StateError` for a metric or a time that is missing or no number, and for a trial that was not added.
    public mutating func decide(
        on result: StateTree, of id: TrialID, in trials: TrialTable
    ) throws(StateError) -> [SchedulerAction] {
        guard let place = places[id], trials.contains(id) else {
            throw StateError(.notFound, "there is no trial \(id)")
        }
        let objective = configuration.objective
        guard let (time, score) = try objective.reading(of: result) else {
            guard configuration.requiresMetrics else { return [] }
            let isTimed = try objective.time(of: result) != nil
            throw result.lacksMetric(isTimed ? objective.metric : objective.timeAttribute)
        }
        guard time >= configuration.burnIn,
            time - members[place].perturbationTime >= configuration.interval,
            !configuration.isSynchronous || time >= meetingTime
        else { return [] }
        members[place].score = score
        members[place].trainTime = time
        return configuration.isSynchronous
            ? wait(place, at: time, in: trials) : compare(place, at: time, in: trials)
    }

    /// Takes note of a trial that has come to its end: others wait for it no longer.
    public mutating func complete(
        _ id: TrialID, result: StateTree, in trials: TrialTable
    ) -> [SchedulerAction] { remove(id, in: trials) }

    /// Takes note of a trial that will train no more: others wait for it no longer.
    public mutating func remove(_ id: TrialID, in trials: TrialTable) -> [SchedulerAction] {
        guard configuration.isSynchronous else { return [] }
        let waiting = liveTrials(of: trials, without: id)
        guard !waiting.isEmpty, hasMet(waiting), !waiting.contains(where: { $0.record.status == .running }) else {
            return []
        }
        let time = waiting.reduce(0) { max($0, members[$1.place].trainTime) }
        return meet(at: time, in: trials, without: id)
    }

    /// The trial that has trained least of those that do not run, and that the others do not have to catch up with.
    public mutating func next(in trials: TrialTable) -> TrialID? {
        var next: (id: TrialID, time: Double)?
        for record in trials.records where record.status == .pending || record.status == .paused {
            let time = places[record.id].map { members[$0].trainTime } ?? 0
            if configuration.isSynchronous && time >= meetingTime { continue }
            if time < next?.time ?? .infinity { next = (record.id, time) }
        }
        return next?.id
    }
}
