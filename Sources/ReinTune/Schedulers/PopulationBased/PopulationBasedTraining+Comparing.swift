import ReinCheckpoints
import ReinRandom

/// When trials are compared, and what follows from it.
extension PopulationBasedTraining {
    typealias LiveTrial = (place: Int, record: TrialRecord)

    /// The trials that have not come to their end, in the order of their making.
    func liveTrials(of trials: TrialTable, without excluded: TrialID? = nil) -> [LiveTrial] {
        trials.records.compactMap { record in
            guard !record.status.isFinished, record.id != excluded, let place = places[record.id] else { return nil }
            return (place, record)
        }
    }

    /// The best and the worst of some trials.
    func quantiles(of trials: [LiveTrial]) -> PopulationQuantiles {
        let places = trials.map(\.place).ascending
        return PopulationQuantiles(
            configuration.quantile, of: places.compactMap { place in members[place].score.map { (place, $0) } })
    }

    /// Compares a trial with what is known of the others.
    mutating func compare(_ place: Int, at time: Double, in trials: TrialTable) -> [SchedulerAction] {
        members[place].perturbationTime = time
        let live = liveTrials(of: trials)
        let quantiles = quantiles(of: live)
        var actions: [SchedulerAction] = []
        keep(place, isBest: quantiles.upper.contains(place), in: trials, actions: &actions)
        if quantiles.lower.contains(place),
            exploit(place, bestOf: quantiles.upper, in: trials, actions: &actions)
        {
            return actions
        }
        if live.contains(where: { $0.record.status == .pending || $0.record.status == .paused }) {
            actions.append(.pause(members[place].id))
        }
        return actions
    }

    /// Has a trial wait for the others. The last one to arrive has all of them compared.
    mutating func wait(_ place: Int, at time: Double, in trials: TrialTable) -> [SchedulerAction] {
        let id = members[place].id
        guard hasMet(liveTrials(of: trials)) else { return [.pause(id)] }
        let actions = meet(at: time, in: trials)
        // Who takes over from another one is paused already.
        let isPaused = actions.contains(.pause(id, saving: false))
        return isPaused ? actions : actions + [.pause(id)]
    }

    /// Whether none of some trials is waited for.
    func hasMet(_ trials: [LiveTrial]) -> Bool { trials.allSatisfy { members[$0.place].trainTime >= meetingTime } }

    /// Compares all trials: the best ones are saved before others take over from them.
    mutating func meet(at time: Double, in trials: TrialTable, without excluded: TrialID? = nil) -> [SchedulerAction] {
        let live = liveTrials(of: trials, without: excluded)
        let quantiles = quantiles(of: live)
        let best = Set(quantiles.upper)
        var actions: [SchedulerAction] = []
        for place in quantiles.upper { keep(place, isBest: true, in: trials, actions: &actions) }
        for (place, _) in live {
            members[place].perturbationTime = time
            if !best.contains(place) { keep(place, isBest: false, in: trials, actions: &actions) }
        }
        for place in quantiles.lower { exploit(place, bestOf: quantiles.upper, in: trials, actions: &actions) }
        let times = live.map { members[$0.place].trainTime }
        let latest = times.max() ?? time
        meetingTime = max(meetingTime + configuration.interval, latest)
        // Somebody has to go on, however far the results of trials lie apart.
        if times.allSatisfy({ $0 >= meetingTime }) {
            meetingTime = max(latest + configuration.interval, latest.nextUp)
        }
        return actions
    }

    /// Has one of the best trials keep a checkpoint for others, or forgets that a trial was among them.
    private mutating func keep(
        _ place: Int, isBest: Bool, in trials: TrialTable, actions: inout [SchedulerAction]
    ) {
        let id = members[place].id
        let status = trials[id].status
        // One that is paused was saved then.
        members[place].hasCheckpoint = isBest && (status == .running || status == .paused)
        guard isBest else { return }
        if status == .running { actions.append(.save(id)) }
        checkpointCount += 1
    }

    /// Has a trial take over from one of the best that did better.
    ///
    /// - Returns: whether it does; not when none did better, and not when the one that was drawn has no checkpoint.
    @discardableResult
    private mutating func exploit(
        _ place: Int, bestOf best: [Int], in trials: TrialTable, actions: inout [SchedulerAction]
    ) -> Bool {
        let target = members[place].id
        let donors = best.filter { members[$0].isBetter(than: members[place]) }
        guard !donors.isEmpty else { return false }
        let ids = donors.map { members[$0].id }
        let donor = donors[drawing { _, draws in draws.donor(for: target, among: ids) }]
        guard members[donor].hasCheckpoint else { return false }
        let settings = explored(trials[members[donor].id].configuration)
        if configuration.isLogging { note(place, donor: donor, settings: settings, in: trials) }
        if trials[target].status == .running { actions.append(.pause(target, saving: false)) }
        let changed = configuration.exploration.parameters.compactMap { parameter in
            settings.value(at: parameter.path).map { (path: parameter.path, value: $0) }
        }
        actions.append(
            .exploit(
                SchedulerAction.Exploit(
                    target: target, donor: members[donor].id, configuration: settings,
                    tag: TrialTag.text(of: members[place].tag, perturbed: changed))))
        members[place].perturbationTime = members[donor].perturbationTime
        members[place].trainTime = members[donor].trainTime
        exploitCount += 1
        return true
    }

    /// The settings that a trial goes on with.
    private mutating func explored(_ settings: StateMap) -> StateMap {
        let explored = drawing { exploration, draws in exploration.explored(settings, using: &draws) }
        return configuration.exploring?(explored, &random) ?? explored
    }

    private mutating func note(_ target: Int, donor: Int, settings: StateMap, in trials: TrialTable) {
        let (targetRecord, donorRecord) = (trials[members[target].id], trials[members[donor].id])
        log.append(
            PopulationLog.Entry(
                target: targetRecord.id, donor: donorRecord.id, targetTag: members[target].tag,
                donorTag: members[donor].tag, targetIteration: targetRecord.lastIteration,
                donorIteration: donorRecord.lastIteration, donorConfiguration: donorRecord.configuration,
                configuration: settings))
    }

    /// Lets something be drawn at random.
    mutating func drawing<Value>(_ body: (Exploration, inout any PopulationDraws) -> Value) -> Value {
        var draws = replacedDraws ?? random
        let value = body(configuration.exploration, &draws)
        if let stream = draws as? RandomStream { random = stream } else { replacedDraws = draws }
        return value
    }
}

extension TrialRecord {
    /// The iteration of the last result; 0 when there is none.
    fileprivate var lastIteration: Int {
        guard case .map(let result)? = lastResult, case .int(let iteration)? = result[MetricName.trainingIteration]
        else { return 0 }
        return Int(iteration)
    }
}
