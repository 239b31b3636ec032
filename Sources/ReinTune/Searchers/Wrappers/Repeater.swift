public import ReinCheckpoints

/// A searcher whose settings are tried several times each, since a single trial tells little where luck is in it.
///
///     let repeated = try Repeater(searcher, count: 5, metric: "return", order: .max, summary: .interquartileMean)
///
/// The searcher hears of each settings once: of a result that has nothing but the summary of the scores, when the last of
/// their trials has ended. A trial that fails, or whose metric is NaN, missing or no number, counts as worse than all
/// others: a mean that it is part of is NaN. Where no trial has a score, the searcher hears of a failure.
public struct Repeater<Base: Searcher>: Searcher {
    /// The searcher whose suggestions these are.
    public private(set) var base: Base
    /// The number of trials of the same settings.
    public let count: Int
    /// The metric that is summarised; with slashes, one of maps inside one another.
    public let metric: String
    /// The same.
    public var searchedMetric: String? { metric }
    /// Whether high or low scores are the better ones.
    public let order: ScoreOrder
    /// What the scores are made into.
    public let summary: ScoreSummary
    /// The key under which each trial's settings say which of the repetitions it is, from 0; none when nil.
    public let repetitionKey: String?
    /// The settings that trials run with, in the order of their suggestion.
    private var groups: [Group] = []

    private struct Group: Sendable {
        let configuration: StateMap
        var members: [Member]

        /// The outcomes, once there are `count`.
        func outcomes(_ count: Int) -> [TrialOutcome]? {
            members.count >= count && members.allSatisfy { $0.outcome != .running } ? members.map(\.outcome) : nil
        }
    }

    private struct Member: Sendable {
        let id: TrialID
        var outcome: TrialOutcome
    }

    /// Makes a repeating searcher.
    ///
    /// - Parameters:
    ///   - base: the searcher whose suggestions are tried.
    ///   - count: the number of trials of the same settings.
    ///   - metric: the metric that is summarised, the one that the searcher goes by.
    ///   - order: whether high or low scores are the better ones.
    ///   - summary: what the scores are made into.
    ///   - repetitionKey: the key under which each trial's settings say which of the repetitions it is, from 0.
    /// - Throws: `StateError` for a count below 1.
    public init(
        _ base: Base, count: Int, metric: String, order: ScoreOrder, summary: ScoreSummary = .mean,
        repetitionKey: String? = nil
    ) throws(StateError) {
        guard count >= 1 else {
            throw StateError(.outOfRange, "settings are tried once at least, not \(count) times", path: "count")
        }
        self.base = base
        self.count = count
        self.metric = metric
        self.order = order
        self.summary = summary
        self.repetitionKey = repetitionKey
    }

    /// The settings of the trial before, until as many trials have them as are to be; then new ones of the searcher.
    public mutating func suggest(_ id: TrialID) throws(StateError) -> Suggestion {
        guard !groups.contains(where: { $0.members.contains { $0.id == id } }) else {
            throw StateError(.alreadyExists, "the trial has settings", path: id.string)
        }
        let member = Member(id: id, outcome: .running)
        if let group = groups.firstIndex(where: { $0.members.count < count }) {
            groups[group].members.append(member)
            return try .configuration(numbered(groups[group].configuration, groups[group].members.count - 1))
        }
        let suggestion = try base.suggest(id)
        guard case .configuration(let configuration) = suggestion else { return suggestion }
        let first = try numbered(configuration, 0)
        groups.append(Group(configuration: configuration, members: [member]))
        return .configuration(first)
    }

    private func numbered(_ configuration: StateMap, _ repetition: Int) throws(StateError) -> StateMap {
        guard let repetitionKey else { return configuration }
        var configuration = configuration
        guard configuration.append(repetitionKey, .int(Int64(repetition))) else {
            throw StateError(
                .alreadyExists, "the searcher gives a value to it, so it cannot say which repetition it is",
                path: repetitionKey)
        }
        return configuration
    }

    /// Does nothing: a result of one trial says little of the settings.
    public mutating func observe(_ result: StateTree, of id: TrialID) {}

    /// Takes note of a trial's end. One that was not suggested, or has ended already, makes no difference.
    public mutating func complete(_ id: TrialID, result: StateTree?, hasFailed: Bool) {
        for group in groups.indices {
            let isRunning = { (member: Member) in member.id == id && member.outcome == .running }
            guard let member = groups[group].members.firstIndex(where: isRunning) else { continue }
            groups[group].members[member].outcome = TrialOutcome(metric, in: result, hasFailed: hasFailed)
            report(group)
            return
        }
    }

    /// Tells the searcher of settings whose trials have all ended.
    private mutating func report(_ group: Int) {
        guard let outcomes = groups[group].outcomes(count) else { return }
        let first = groups.remove(at: group).members[0].id
        guard outcomes.contains(where: { $0 != .worst }) else {
            base.complete(first, result: nil, hasFailed: true)
            return
        }
        let scores = outcomes.map { outcome in if case .scored(let score) = outcome { score } else { Double.nan } }
        base.complete(first, result: .map([metric: .double(summary.of(scores, order))]), hasFailed: false)
    }
}

extension Repeater: Checkpointable {
    /// The searcher's state, and the settings whose trials have not all ended.
    public var state: StateTree {
        let groups = groups.map { group -> StateTree in
            [
                "configuration": .map(group.configuration),
                "trials": .list(
                    group.members.map { ["id": .string($0.id.string), "outcome": $0.outcome.state] }),
            ]
        }
        return ["groups": .list(groups), "base": base.state]
    }

    /// Takes over a state; the count may be another one by now.
    ///
    /// - Throws: `StateError` for what is no such state.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectKeys(["groups", "base"])
        var groups: [Group] = []
        for reader in try reader.list("groups") {
            try reader.expectKeys(["configuration", "trials"])
            let configuration = try reader.child("configuration")
            guard case .map(let map) = configuration.tree else {
                throw configuration.error(.wrongType, "expected map, found \(configuration.tree.summary)")
            }
            var members: [Member] = []
            for trial in try reader.list("trials") {
                try trial.expectKeys(["id", "outcome"])
                members.append(
                    Member(
                        id: TrialID(try trial.string("id")),
                        outcome: try TrialOutcome(restoredFrom: trial.child("outcome"))))
            }
            guard !members.isEmpty else { throw reader.error(.outOfRange, "no trial has the settings") }
            groups.append(Group(configuration: map, members: members))
        }
        try reader.restore("base", into: &base)
        self.groups = groups
        // Settings that were to be tried more often may have been tried enough.
        var group = 0
        while group < self.groups.count {
            let before = self.groups.count
            report(group)
            if self.groups.count == before { group += 1 }
        }
    }
}
