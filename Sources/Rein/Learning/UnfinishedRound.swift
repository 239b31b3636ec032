import ReinCheckpoints

/// What a method that takes its gradient steps in rounds saves of an iteration that is not over.
struct UnfinishedRound<Metrics: Codable> {
    /// The number of gradient steps taken of the present round; nil between rounds.
    let updates: Int?
    /// What has been measured in the iteration.
    let metrics: Metrics
}

extension UnfinishedRound {
    /// Steps and measurements.
    var state: StateTree {
        ["updates": updates.map { .int(Int64($0)) } ?? .null, "metrics": StateEncoder().encode(metrics)]
    }

    /// Reads steps and measurements; null stands for none.
    ///
    /// - Parameters:
    ///   - limit: the number of gradient steps of a round.
    ///   - none: measurements of nothing.
    /// - Throws: `StateError` when something is missing or does not fit.
    init(_ state: StateTree, of limit: Int, none: Metrics) throws(StateError) {
        guard !state.isNull else {
            (updates, metrics) = (nil, none)
            return
        }
        let reader = StateReader(state)
        updates = try reader.optionalChild("updates")?.int()
        if let updates, !(0..<limit).contains(updates) {
            throw try reader.child("updates").error(.outOfRange, "\(updates) of \(limit) gradient steps")
        }
        for count in ["gradientSteps", "replayCount"] { _ = try reader.child("metrics").count(count) }
        metrics = try reader.decode(Metrics.self, "metrics")
    }
}
