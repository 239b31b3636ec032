import ReinCheckpoints

/// Ends a trial at its plateau.
struct TrialPlateauJudge: StopJudge {
    private let plateau: TrialPlateau
    private var trials: [TrialID: Window] = [:]

    /// The last values of a trial.
    private struct Window: Sendable {
        /// The number of results so far.
        var count = 0
        /// The newest values, the oldest first; NaN for none.
        var values: [Double] = []

        mutating func note(_ value: Double, keeping limit: Int) {
            count += 1
            if values.count == limit { values.removeFirst() }
            values.append(value)
        }
    }

    /// Makes a judge that has seen nothing.
    init(_ plateau: TrialPlateau) { self.plateau = plateau }

    var rule: StateTree? { plateau.tree }

    mutating func judge(_ result: StateTree, of id: TrialID, isFirst: Bool) throws(StateError) -> StopDecision {
        let value = try result.number(of: plateau.metric) ?? .nan
        trials[id, default: Window()].note(value, keeping: plateau.resultCount)
        guard let window = trials[id], window.count >= plateau.gracePeriod, window.values.count == plateau.resultCount,
            plateau.threshold?.isReached(by: value) ?? true
        else { return .goOn }
        return window.values.standardDeviation < plateau.deviation ? .stopTrial : .goOn
    }

    var state: StateTree {
        .list(
            trials.sorted(byBytesOf: \.key.string).map { id, window in
                ["id": .string(id.string), "count": .int(Int64(window.count)), "values": .numbers(window.values)]
            })
    }

    mutating func restore(from state: StateTree) throws(StateError) {
        var restored: [TrialID: Window] = [:]
        for saved in try StateReader(state).list() {
            let values = try saved.child("values").doubles()
            guard values.count <= plateau.resultCount else { throw saved.error(.wrongShape, "too many values") }
            restored[TrialID(try saved.string("id"))] = Window(count: try saved.int("count"), values: values)
        }
        trials = restored
    }
}
