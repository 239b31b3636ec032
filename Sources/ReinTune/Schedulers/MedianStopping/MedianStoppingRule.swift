public import ReinCheckpoints

/// Stops a trial whose best result so far is worse than the median of what the others had come to by then on average
/// (Golovin et al., "Google Vizier", 2017).
///
/// The others are the trials whose last result is not earlier, ended ones included; each counts with the mean of its
/// results from the grace period to the time of the trial that is judged. When there are too few of them, a trial goes on,
/// or pauses where others wait and it has run long enough since its last pause.
///
///     let scheduler = MedianStoppingRule(try .init(metric: "returnMean", order: .max, gracePeriod: 300))
///
/// A result without the metric or the time changes nothing. NaN is worse than every number: a mean with one in it is the
/// worst there is, and stops nobody.
public struct MedianStoppingRule: TrialScheduler {
    /// The metric that trials are compared by.
    public var metric: String? { configuration.objective.metric }

    /// The settings.
    public let configuration: Configuration
    /// The trials that were stopped, or paused because they were worse than the median.
    private(set) var beaten: Set<TrialID> = []
    private var histories: [TrialID: TrialHistory] = [:]
    private var lastPauses: [TrialID: Double] = [:]

    /// Makes a scheduler without trials.
    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// Takes note of nothing: a trial counts from its first result on.
    public mutating func add(_ trial: TrialRecord) -> StateMap? { nil }

    /// Stops the trial when it is worse than the median, or pauses it.
    ///
    /// - Throws: `StateError` for a metric that is no number.
    public mutating func decide(
        on result: StateTree, of id: TrialID, in trials: TrialTable
    ) throws(StateError) -> [SchedulerAction] {
        guard let (time, score) = try configuration.objective.reading(of: result) else { return [] }
        // One that was paused once is left alone.
        guard !beaten.contains(id) else { return [] }
        append(score, of: id, at: time)
        guard time >= configuration.gracePeriod else { return [] }
        var means: [TrialScore] = []
        for (other, history) in histories where other != id && history.lastTime >= time {
            means.append(history.mean(upTo: time))
        }
        guard means.count >= configuration.minSamples else {
            let slice = time - (lastPauses[id] ?? -.infinity)
            guard slice > configuration.minTimeSlice, trials.hasWaiting else { return [] }
            lastPauses[id] = time
            return [.pause(id)]
        }
        guard let best = histories[id]?.best, best < Self.median(of: means) else { return [] }
        beaten.insert(id)
        return [configuration.stopsTrials ? .stop(id) : .pause(id)]
    }

    /// Counts the last result once more, as Ray does.
    public mutating func complete(_ id: TrialID, result: StateTree, in trials: TrialTable) -> [SchedulerAction] {
        if let (time, score) = try? configuration.objective.reading(of: result) { append(score, of: id, at: time) }
        return []
    }

    /// Takes note of nothing: the trial's results stay.
    public mutating func remove(_ id: TrialID, in trials: TrialTable) -> [SchedulerAction] { [] }

    /// The first trial that waits to begin, or else the first one that is paused.
    public mutating func next(in trials: TrialTable) -> TrialID? { trials.firstWaiting }

    private mutating func append(_ score: TrialScore, of id: TrialID, at time: Double) {
        histories[id, default: TrialHistory()].append(score, at: time, counts: time >= configuration.gracePeriod)
    }

    /// The middle one of some scores, or the mean of the two in the middle.
    private static func median(of scores: [TrialScore]) -> TrialScore {
        let sorted = scores.sorted()
        let middle = sorted.count / 2
        guard sorted.count.isMultiple(of: 2) else { return sorted[middle] }
        return TrialScore((sorted[middle - 1].value + sorted[middle].value) / 2)
    }
}

extension MedianStoppingRule {
    /// The results of all trials, and which were stopped or paused.
    public var state: StateTree {
        [
            "settings": configuration.tree,
            "beaten": .ids(beaten.sorted(byBytesOf: \.string)),
            "trials": .list(
                histories.sorted(byBytesOf: \.key.string).map { id, history in
                    [
                        "id": .string(id.string), "best": .double(history.best.value),
                        "lastTime": .double(history.lastTime), "times": .numbers(history.times),
                        "scores": .numbers(history.scores), "lastPause": lastPauses[id].map { .double($0) } ?? .null,
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
        var restored = MedianStoppingRule(configuration)
        restored.beaten = Set(try reader.child("beaten").trialIDs())
        for saved in try reader.list("trials") {
            let id = TrialID(try saved.string("id"))
            let (times, scores) = (try saved.child("times").doubles(), try saved.child("scores").doubles())
            guard times.count == scores.count else { throw saved.error(.wrongShape, "not one score a time") }
            guard zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }) else {
                throw saved.error(.outOfRange, "the times do not ascend")
            }
            restored.histories[id] = TrialHistory(
                best: TrialScore(try saved.double("best")), lastTime: try saved.double("lastTime"), times: times,
                scores: scores)
            restored.lastPauses[id] = try saved.optionalChild("lastPause")?.double()
        }
        self = restored
    }
}
