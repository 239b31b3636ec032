/// The worst and the best trials of a population, the worst first in both.
struct PopulationQuantiles: Equatable {
    /// The places of the worst.
    var lower: [Int] = []
    /// The places of the best. What scored no number is not among them.
    var upper: [Int] = []

    /// Finds them.
    ///
    /// - Parameters:
    ///   - fraction: how large a part of the trials each of both is, at most a half.
    ///   - scores: the place and the score of each trial that takes part, in the order of their making, which is that of
    ///     equal scores.
    init(_ fraction: Double, of scores: [(place: Int, score: TrialScore)]) {
        guard scores.count > 1 else { return }
        let size = min(Int((Double(scores.count) * fraction).rounded(.up)), scores.count / 2)
        let order = scores.indices.sorted { left, right in
            if scores[left].score < scores[right].score { return true }
            return !(scores[right].score < scores[left].score) && left < right
        }
        lower = order.prefix(size).map { scores[$0].place }
        upper = order.suffix(size).filter { !scores[$0].score.value.isNaN }.map { scores[$0].place }
    }
}
