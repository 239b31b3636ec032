import ReinCheckpoints

/// Ends a trial after a number of results.
struct IterationJudge: StopJudge {
    private let limit: Int
    private var counts: [TrialID: Int] = [:]

    private enum Key: String { case iterations }

    /// Makes a judge.
    ///
    /// - Throws: `StateError` for a negative number.
    init(limit: Int) throws(StateError) {
        self.limit = limit
        try check(limit >= 0, Key.iterations, limit, allowed: "at least 0")
    }

    var rule: StateTree? { [StopRule.kindKey: .string(Key.iterations.rawValue), "count": .int(Int64(limit))] }

    func goesOn(fromStateOf rule: StateTree?) -> Bool { isSameKind(as: rule) }

    mutating func judge(_ result: StateTree, of id: TrialID, isFirst: Bool) -> StopDecision {
        counts[id, default: 0] += 1
        return counts[id, default: 0] >= limit ? .stopTrial : .goOn
    }

    var state: StateTree {
        let known = counts.sorted(byBytesOf: \.key.string)
        return ["ids": .ids(known.map(\.key)), "counts": .numbers(known.map(\.value))]
    }

    mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let (ids, numbers) = (try reader.child("ids").trialIDs(), try reader.child("counts").ints())
        guard ids.count == numbers.count else { throw reader.error(.wrongShape, "not one count a trial") }
        counts = Dictionary(zip(ids, numbers)) { $1 }
    }
}
