import ReinCheckpoints

/// A trial that is out.
struct GivenTrial {
    /// Its records; nil when they cannot be written.
    var log: TrialLog?
    /// The number of its newest result, as it counts itself.
    var iteration: Int
    /// The time that it has trained, in seconds.
    var secondsTotal: Double
    /// When it was told to train.
    var since = ContinuousClock.now
    /// What it is told with its next result, which nobody wants to hear; nil when it is judged.
    var dismissal: AskTellExperiment.Verdict?
}

extension GivenTrial {
    /// A result with what others expect of one; counts it.
    ///
    /// - Throws: `StateError` for what cannot be told; nothing is then counted.
    mutating func complete(_ told: StateMap, done: Bool, of id: TrialID) throws(StateError) -> StateMap {
        var metrics = told
        metrics[MetricName.configuration] = nil
        try StateTree.map(metrics).requireNotable()
        let reader = StateReader(.map(metrics))
        let saysDone = try reader.optionalChild(MetricName.done)?.bool() ?? false
        let number = try number(reader)
        let seconds = reader.seconds(MetricName.secondsThisIteration) ?? (ContinuousClock.now - since) / .seconds(1)
        let total = reader.seconds(MetricName.secondsTotal) ?? secondsTotal + seconds

        metrics[MetricName.done] = .bool(done || saysDone)
        metrics[MetricName.trainingIteration] = .int(Int64(number))
        metrics[MetricName.secondsThisIteration] = .double(seconds)
        metrics[MetricName.secondsTotal] = .double(total)
        metrics[MetricName.trialID] = .string(id.string)
        let now = LocalTime.secondsNow
        if metrics[MetricName.timestamp] == nil { metrics[MetricName.timestamp] = .int(Int64(now)) }
        var time = LocalTime()
        metrics[MetricName.date] = .string(time.text(of: now))
        (iteration, secondsTotal, since) = (number, total, .now)
        return metrics
    }

    /// The number of a result: what it says, or else the next one.
    private func number(_ reader: StateReader) throws(StateError) -> Int {
        guard let given = reader.optionalChild(MetricName.trainingIteration) else {
            let (next, isTooLarge) = iteration.addingReportingOverflow(1)
            guard !isTooLarge else { throw reader.error(.outOfRange, "more results than can be counted") }
            return next
        }
        let number = try given.int()
        guard number >= 1 else {
            throw given.error(.outOfRange, "\(number) is out of range (allowed: 1 and more)")
        }
        return number
    }
}

extension StateReader {
    /// A time that a result gives; nil when it gives none.
    fileprivate func seconds(_ key: String) -> Double? {
        guard let seconds = try? optionalChild(key)?.double(), seconds.isFinite, seconds >= 0 else { return nil }
        return seconds
    }
}
