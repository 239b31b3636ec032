public import ReinCheckpoints

/// Compares trials in brackets of several sizes and lets the best of each go on farther (Li et al., "Hyperband: A Novel
/// Bandit-Based Approach to Hyperparameter Optimization", 2018).
///
/// A trial that has come to the milestone of its bracket waits, paused, until all others of the bracket are there too.
/// Then one in `reductionFactor` of the bracket's capacity goes on to a milestone that is as many times farther, and the
/// others are stopped. Trials fill a bracket before the next one; small brackets, whose trials go far before they are
/// compared, come first. A bracket that is not full halves all the same. A trial that ends before its milestone leaves the
/// bracket, and those that waited for it alone go on or are stopped.
///
///     let scheduler = HyperBandScheduler(try .init(metric: "returnMean", order: .max, maxTime: 81, reductionFactor: 3))
///
/// Trials have to be able to save and restore. NaN is worse than every number.
public struct HyperBandScheduler: TrialScheduler {
    /// The metric that trials are compared by.
    public var metric: String? { configuration.objective.metric }

    /// The settings.
    public let configuration: Configuration
    /// The brackets in the order of their making; as many as there are kinds make a band.
    private(set) var brackets: [HyperBandBracket] = []
    /// The number of trials that were stopped because others were better.
    public private(set) var stoppedCount = 0
    private var places: [TrialID: Int] = [:]

    /// Makes a scheduler without trials.
    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// Puts the trial into the newest bracket, or into a new one when that is full.
    public mutating func add(_ trial: TrialRecord) -> StateMap? {
        if let place = places[trial.id], brackets[place].runners[trial.id] != nil { return nil }
        if brackets.last?.isFilled ?? true {
            let kind = configuration.kinds[brackets.count % configuration.kinds.count]
            brackets.append(HyperBandBracket(kind: kind, settings: configuration))
        }
        let newest = brackets.count - 1
        brackets[newest].add(trial.id, isMember: places[trial.id] == newest)
        places[trial.id] = newest
        return nil
    }

    /// Lets the trial go on until its milestone; there it pauses, goes on or stops, and others may stop.
    ///
    /// - Throws: `StateError` for a result without the time, for one at the milestone without the metric, for what is no
    ///   number, and for a trial that is not in the race.
    public mutating func decide(
        on result: StateTree, of id: TrialID, in trials: TrialTable
    ) throws(StateError) -> [SchedulerAction] {
        guard let place = places[id], brackets[place].runners[id] != nil else {
            throw StateError(.notFound, "the scheduler has no trial \"\(id.string.shortened)\" in its brackets")
        }
        let objective = configuration.objective
        guard let time = try objective.time(of: result) else { throw result.lacksMetric(objective.timeAttribute) }
        let score = try result.number(of: objective.metric).map { TrialScore($0, objective.order) }
        let isCompared = brackets[place].hasArrived(time) && !brackets[place].runsOn
        guard score != nil || !isCompared else { throw result.lacksMetric(objective.metric) }
        brackets[place].update(id, time: time, score: score)
        guard !brackets[place].goesOn(id) else { return [] }
        var stopped = closeRounds(of: place)
        if brackets[place].runners[id] == nil {
            // The others come first, as the trial's own end may let new ones begin.
            stopped.removeAll { $0 == id }
            stopped.append(id)
        }
        let actions = stopped.map { SchedulerAction.stop($0) }
        return stopped.last == id || brackets[place].goesOn(id) ? actions : actions + [.pause(id)]
    }

    /// Takes the trial out of its bracket.
    ///
    /// - Returns: the ends of those that waited for it, where they come to theirs.
    public mutating func complete(_ id: TrialID, result: StateTree, in trials: TrialTable) -> [SchedulerAction] {
        remove(id, in: trials)
    }

    /// Takes the trial out of its bracket.
    ///
    /// - Returns: the ends of those that waited for it, where they come to theirs.
    public mutating func remove(_ id: TrialID, in trials: TrialTable) -> [SchedulerAction] {
        guard let place = places[id], brackets[place].runners[id] != nil else { return [] }
        brackets[place].remove(id)
        return closeRounds(of: place).map { .stop($0) }
    }

    /// Puts the trial into the newest bracket, as a new one.
    public mutating func goOn(with trial: TrialRecord) { _ = add(trial) }

    /// The first trial that waits to begin or to go on, in the bracket of the oldest band that has come the least far.
    public mutating func next(in trials: TrialTable) -> TrialID? {
        guard trials.hasWaiting else { return nil }
        let bandSize = configuration.kinds.count
        for first in stride(from: 0, to: brackets.count, by: bandSize) {
            let band = (first..<min(first + bandSize, brackets.count)).map { ($0, brackets[$0].completion) }
            for (place, _) in band.sorted(by: { ($0.1, $0.0) < ($1.1, $1.0) }) {
                let bracket = brackets[place]
                for id in bracket.members where bracket.goesOn(id) && trials.contains(id) {
                    let status = trials[id].status
                    if status == .pending || status == .paused { return id }
                }
            }
        }
        return nil
    }

    private mutating func closeRounds(of place: Int) -> [TrialID] {
        let (out, beaten) = brackets[place].closeRounds()
        stoppedCount += beaten
        return out
    }
}

extension HyperBandScheduler {
    /// The brackets with their trials.
    public var state: StateTree {
        [
            "settings": configuration.tree,
            "stoppedCount": .int(Int64(stoppedCount)),
            "brackets": .list(
                brackets.map { bracket in
                    let order = bracket.runnersInOrder
                    let runners = order.compactMap { bracket.runners[$0] }
                    return [
                        "members": .ids(bracket.members), "runners": .ids(order),
                        "times": .numbers(runners.map(\.time)),
                        "scores": .list(runners.map { $0.score.map { .double($0.value) } ?? .null }),
                        "capacity": .int(Int64(bracket.capacity)), "milestone": .int(Int64(bracket.milestone)),
                        "halvingsLeft": .int(Int64(bracket.halvingsLeft)), "progress": .double(bracket.progress),
                    ]
                }),
        ]
    }

    /// Takes over a state that one with the same settings had.
    ///
    /// - Throws: `StateError` that names the place; nothing has changed then.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectSettings(configuration) { saved throws(StateError) in try Configuration(saved) }
        var restored = HyperBandScheduler(configuration)
        restored.stoppedCount = try reader.int("stoppedCount")
        for saved in try reader.list("brackets") { try restored.append(saved) }
        self = restored
    }

    private mutating func append(_ saved: StateReader) throws(StateError) {
        let kind = configuration.kinds[brackets.count % configuration.kinds.count]
        let members = try saved.child("members").trialIDs()
        let (ids, times) = (try saved.child("runners").trialIDs(), try saved.child("times").doubles())
        let scores = try saved.list("scores")
        guard ids.count == times.count, ids.count == scores.count else {
            throw saved.error(.wrongShape, "not one time and one score a trial")
        }
        var runners: [TrialID: HyperBandBracket.Runner] = [:]
        for (place, id) in ids.enumerated() {
            let score = scores[place].tree.isNull ? nil : TrialScore(try scores[place].double())
            runners[id] = HyperBandBracket.Runner(time: times[place], score: score)
        }
        guard Set(ids).isSubset(of: members) else {
            throw saved.error(.outOfRange, "a trial in the race is no member of the bracket")
        }
        let (capacity, milestone) = (try saved.int("capacity"), try saved.int("milestone"))
        let halvings = try saved.int("halvingsLeft")
        guard 0...kind.halvings ~= halvings, 1...kind.capacity ~= capacity, 1...configuration.maxTime ~= milestone
        else { throw saved.error(.outOfRange, "no bracket of these settings gets there") }
        var bracket = HyperBandBracket(kind: kind, settings: configuration)
        bracket.restore(
            members: members, runners: runners, capacity: capacity, milestone: milestone, halvingsLeft: halvings,
            progress: try saved.double("progress"))
        for id in members { places[id] = brackets.count }
        brackets.append(bracket)
    }
}
