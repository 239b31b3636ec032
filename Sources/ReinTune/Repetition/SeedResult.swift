import ReinCheckpoints

/// The last result of one of several seeds.
struct SeedResult {
    /// What the trainable measured itself.
    let metrics: StateMap
    /// The sums of these are those of the whole: counts, and times.
    let counts: StateMap
    /// Whether it is of the step that has just been done, not of one long ago.
    let isNew: Bool
    let isDone: Bool
    let shouldCheckpoint: Bool

    /// The key of the map with the metrics of each seed.
    static let key = "seeds"

    /// What is counted in every step, and what in all.
    private static let countedNow = [
        MetricName.timestepsThisIteration, MetricName.episodesThisIteration, MetricName.secondsThisIteration,
    ]
    private static let countedInAll = [MetricName.timestepsTotal, MetricName.episodesTotal]
    /// What a driver adds to the metrics of its trainable.
    private static let added: Set = [
        MetricName.done, MetricName.shouldCheckpoint, MetricName.trainingIteration, MetricName.secondsTotal,
        MetricName.secondsSinceRestore, MetricName.iterationsSinceRestore, MetricName.timestepsSinceRestore,
        MetricName.timestamp, MetricName.date, MetricName.trialID, MetricName.experimentID, MetricName.processID,
        MetricName.hostName, MetricName.nodeAddress, MetricName.configuration,
    ]

    /// Takes the result of a driver apart.
    init(_ result: StateMap, isNew: Bool) {
        var metrics = StateMap()
        var counts = StateMap()
        for (name, value) in result where !Self.added.contains(name) {
            if Self.countedNow.contains(name) {
                if isNew { counts[name] = value }
            } else if Self.countedInAll.contains(name) {
                counts[name] = value
            } else {
                metrics[name] = value
            }
        }
        self.metrics = metrics
        self.counts = counts
        self.isNew = isNew
        isDone = result[MetricName.done] == true
        shouldCheckpoint = isNew && result[MetricName.shouldCheckpoint] == true
    }
}

extension StepResult {
    /// The results of seeds as one.
    ///
    /// - Throws: `StateError` when the trainable has a metric of the name that theirs are under, and for counts whose
    ///   sum is too large.
    init(combining results: [SeedResult], _ summary: ScoreSummary) throws(StateError) {
        var metrics = summary.of(results.map(\.metrics))
        guard results.allSatisfy({ $0.metrics[SeedResult.key] == nil }) else {
            throw StateError(
                .alreadyExists, "is where the metrics of each seed are; choose another name", path: SeedResult.key)
        }
        for name in [MetricName.timestepsTotal, MetricName.episodesTotal, MetricName.secondsThisIteration] {
            metrics[name] = try results.sum(of: name)
        }
        metrics[SeedResult.key] = .map(
            StateMap(uniqueEntries: results.enumerated().map { (String($0), .map($1.metrics)) }))
        func count(_ name: String) throws(StateError) -> Int? {
            guard case .int(let count)? = try results.sum(of: name) else { return nil }
            return Int(count)
        }
        self.init(
            metrics, done: results.allSatisfy(\.isDone), shouldCheckpoint: results.contains(where: \.shouldCheckpoint),
            timestepsThisIteration: try count(MetricName.timestepsThisIteration),
            episodesThisIteration: try count(MetricName.episodesThisIteration))
    }
}

extension [SeedResult] {
    /// The sum of a count, a whole number if all are; nil where there is none.
    fileprivate func sum(of name: String) throws(StateError) -> StateTree? {
        var sum: StateTree?
        for result in self {
            switch (sum, result.counts[name]) {
            case (nil, let number?): sum = number
            case (.int(let left)?, .int(let right)?):
                let (total, isTooLarge) = left.addingReportingOverflow(right)
                guard !isTooLarge else {
                    throw StateError(.outOfRange, "\(left) and \(right) are more than can be counted", path: name)
                }
                sum = .int(total)
            case (let left?, let right?): sum = .double((left.asDouble ?? 0) + (right.asDouble ?? 0))
            case (_, nil): break
            }
        }
        return sum
    }
}

extension ScoreSummary {
    /// The summaries of what is a number in all of them, also in maps inside one another.
    fileprivate func of(_ all: [StateMap]) -> StateMap {
        guard let first = all.first else { return [:] }
        var summaries = StateMap()
        for (name, _) in first {
            let values = all.compactMap { $0[name] }
            guard values.count == all.count else { continue }
            let numbers = values.compactMap(\.asDouble)
            let maps = values.compactMap { value -> StateMap? in if case .map(let map) = value { map } else { nil } }
            if numbers.count == all.count {
                summaries[name] = .double(numbers.contains(where: \.isNaN) ? .nan : of(numbers, .max))
            } else if maps.count == all.count {
                let inner = of(maps)
                if !inner.isEmpty { summaries[name] = .map(inner) }
            }
        }
        return summaries
    }
}

extension StateTree {
    /// The number; nil for anything else, truth values included.
    fileprivate var asDouble: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
