public import ReinCheckpoints
public import ReinRandom

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Stops trials early that are worse than most of those which had come as far before them, and waits for none
/// (asynchronous successive halving; Li et al., "A System for Massively Parallel Hyperparameter Tuning", 2020).
///
/// A trial is compared at rungs: the first at the grace period, each other one `reductionFactor` times farther. At the
/// first result at or beyond a rung, the trial is stopped when its score is below what all but one in `reductionFactor`
/// of the scores recorded there before are below; in any case its own is recorded. A result that is beyond several rungs
/// counts at the farthest one, and the trial is never compared at one that it has passed.
///
///     let scheduler = ASHAScheduler(try .init(metric: "returnMean", order: .max, maxTime: 81, reductionFactor: 3))
///
/// A result without the metric or the time changes nothing. NaN is worse than every number: it stops a trial wherever a
/// number was recorded.
public struct ASHAScheduler: TrialScheduler {
    /// The metric that trials are compared by.
    public var metric: String? { configuration.objective.metric }

    /// The settings.
    public let configuration: Configuration
    /// The rungs of each bracket, the nearest first.
    private(set) var brackets: [[ASHARung]]
    /// The number of trials that were stopped.
    public private(set) var stoppedCount = 0
    private var random: RandomStream
    private var progress: [TrialID: Progress] = [:]

    /// Where a trial is.
    private struct Progress: Sendable {
        let bracket: Int
        /// The number of rungs that it has passed.
        var passed = 0
    }

    /// Makes a scheduler without trials.
    ///
    /// - Parameters:
    ///   - configuration: the settings.
    ///   - random: what the bracket of a trial is drawn from.
    public init(
        _ configuration: Configuration, random: RandomStream = RandomStream(seed: 0, name: "asha")
    ) {
        self.configuration = configuration
        self.random = random
        brackets = Self.emptyBrackets(configuration)
    }

    /// Draws the trial's bracket, unless it has one.
    public mutating func add(_ trial: TrialRecord) -> StateMap? {
        guard progress[trial.id] == nil else { return nil }
        add(trial.id, toBracket: drawBracket())
        return nil
    }

    /// Puts a trial into a bracket.
    mutating func add(_ id: TrialID, toBracket bracket: Int) { progress[id] = Progress(bracket: bracket) }

    /// Stops the trial when it is worse than it may be where it is, or has come as far as it may.
    ///
    /// - Throws: `StateError` for a metric that is no number, and for a trial that was not added.
    public mutating func decide(
        on result: StateTree, of id: TrialID, in trials: TrialTable
    ) throws(StateError) -> [SchedulerAction] {
        guard let (time, score) = try configuration.objective.reading(of: result) else { return [] }
        guard progress[id] != nil else {
            throw StateError(.notFound, "the scheduler knows no trial \"\(id.string.shortened)\"")
        }
        let isLast = configuration.stopsLastTrials && time >= configuration.maxTime
        // The last result is recorded when the trial is complete.
        guard isLast || !record(score, of: id, at: time) else { return [] }
        stoppedCount += 1
        return [.stop(id)]
    }

    /// Records the last result where it belongs.
    public mutating func complete(_ id: TrialID, result: StateTree, in trials: TrialTable) -> [SchedulerAction] {
        if let (time, score) = try? configuration.objective.reading(of: result) { _ = record(score, of: id, at: time) }
        return []
    }

    /// Takes note of nothing: what was recorded of the trial stays.
    public mutating func remove(_ id: TrialID, in trials: TrialTable) -> [SchedulerAction] { [] }

    /// The first trial that waits to begin, or else the first one that is paused.
    public mutating func next(in trials: TrialTable) -> TrialID? { trials.firstWaiting }

    /// How likely each bracket is: the more rungs, the likelier (a soft-max over their numbers).
    var bracketShares: [Double] {
        let weights = brackets.map { exp(Double($0.count - brackets[0].count)) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// Records a score at the farthest rung that a trial has come to, if that is farther than all it has passed.
    ///
    /// - Returns: whether the trial may go on.
    private mutating func record(_ score: TrialScore, of id: TrialID, at time: Double) -> Bool {
        guard let place = progress[id] else { return true }
        let rungs = brackets[place.bracket].count
        var passed = place.passed
        while passed < rungs, time >= brackets[place.bracket][passed].milestone { passed += 1 }
        guard passed > place.passed else { return true }
        progress[id]?.passed = passed
        let goesOn = brackets[place.bracket][passed - 1].lets(score)
        brackets[place.bracket][passed - 1].record(score, of: id)
        return goesOn
    }

    private mutating func drawBracket() -> Int {
        guard brackets.count > 1 else { return 0 }
        var rest = random.nextDouble()
        for (bracket, share) in bracketShares.enumerated() {
            rest -= share
            if rest < 0 { return bracket }
        }
        return 0
    }

    private static func emptyBrackets(_ configuration: Configuration) -> [[ASHARung]] {
        let rungs = configuration.milestones.map {
            ASHARung(milestone: $0, reductionFactor: configuration.reductionFactor)
        }
        return (0..<configuration.bracketCount).map { Array(rungs.dropFirst($0)) }
    }
}

extension ASHAScheduler {
    /// The trials and their brackets, what was recorded at each rung, and the random stream.
    public var state: StateTree {
        let known = progress.sorted(byBytesOf: \.key.string)
        return [
            "settings": configuration.tree,
            "random": StateEncoder().encode(random),
            "stoppedCount": .int(Int64(stoppedCount)),
            "trials": [
                "ids": .ids(known.map(\.key)), "brackets": .numbers(known.map(\.value.bracket)),
                "passed": .numbers(known.map(\.value.passed)),
            ],
            "rungs": .list(
                brackets.map { .list($0.map { ["ids": .ids($0.trials), "scores": .numbers($0.scores)] }) }),
        ]
    }

    /// Takes over a state that one with the same settings had.
    ///
    /// - Throws: `StateError` that names the place; nothing has changed then.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectSettings(configuration) { saved throws(StateError) in try Configuration(saved) }
        var restored = ASHAScheduler(configuration, random: try reader.decode(RandomStream.self, "random"))
        restored.stoppedCount = try reader.int("stoppedCount")
        let places = try reader.child("rungs").list()
        guard places.count == brackets.count else {
            throw try reader.child("rungs").error(.wrongShape, "expected \(brackets.count) brackets")
        }
        for (bracket, rungs) in places.enumerated() {
            let rungs = try rungs.list()
            guard rungs.count == brackets[bracket].count else {
                throw places[bracket].error(.wrongShape, "expected \(brackets[bracket].count) rungs")
            }
            for (rung, recorded) in rungs.enumerated() {
                let (ids, scores) = (try recorded.child("ids").trialIDs(), try recorded.child("scores").doubles())
                guard ids.count == scores.count else { throw recorded.error(.wrongShape, "not one score an id") }
                for (id, score) in zip(ids, scores) {
                    restored.brackets[bracket][rung].record(TrialScore(score), of: id)
                }
            }
        }
        try restored.restoreProgress(reader.child("trials"))
        self = restored
    }

    private mutating func restoreProgress(_ reader: StateReader) throws(StateError) {
        let ids = try reader.child("ids").trialIDs()
        let (chosen, passed) = (try reader.child("brackets").ints(), try reader.child("passed").ints())
        guard chosen.count == ids.count, passed.count == ids.count else {
            throw reader.error(.wrongShape, "not one bracket and one number of rungs an id")
        }
        for (place, id) in ids.enumerated() {
            guard brackets.indices.contains(chosen[place]),
                0...brackets[chosen[place]].count ~= passed[place]
            else { throw reader.error(.outOfRange, "there is no such bracket or rung for \"\(id.string.shortened)\"") }
            progress[id] = Progress(bracket: chosen[place], passed: passed[place])
        }
    }
}
