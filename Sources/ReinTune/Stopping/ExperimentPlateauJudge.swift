import ReinCheckpoints

/// Ends an experiment at its plateau.
struct ExperimentPlateauJudge: StopJudge {
    private let plateau: ExperimentPlateau
    /// The best values, the best first; those that are NaN are the last.
    private var best: [Double] = []
    /// For how many results in a row they have not moved.
    private var stillFor = 0

    /// Makes a judge that has seen nothing.
    init(_ plateau: ExperimentPlateau) { self.plateau = plateau }

    var rule: StateTree? { plateau.tree }

    mutating func judge(_ result: StateTree, of id: TrialID, isFirst: Bool) throws(StateError) -> StopDecision {
        guard let value = try result.number(of: plateau.metric) else {
            guard isFirst else { return .goOn }
            throw result.lacksMetric(plateau.metric)
        }
        let score = TrialScore(value, plateau.order)
        let place = best.firstIndex { TrialScore($0, plateau.order) < score } ?? best.count
        best.insert(value, at: place)
        if best.count > plateau.top { best.removeLast() }
        let isStill = best.count == plateau.top && best.standardDeviation <= plateau.deviation
        stillFor = isStill ? stillFor + 1 : 0
        return isStill && stillFor >= plateau.patience ? .stopAll : .goOn
    }

    var state: StateTree { ["best": .numbers(best), "stillFor": .int(Int64(stillFor))] }

    mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let (values, count) = (try reader.child("best").doubles(), try reader.int("stillFor"))
        guard values.count <= plateau.top else { throw reader.error(.wrongShape, "too many values") }
        (best, stillFor) = (values, count)
    }
}
