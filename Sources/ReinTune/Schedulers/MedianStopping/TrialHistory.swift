/// What a trial has reported: its best, and its mean up to any time.
struct TrialHistory: Sendable, Equatable {
    /// The best score of all results.
    private(set) var best = TrialScore(.nan)
    /// The time of the newest result.
    private(set) var lastTime = -Double.infinity
    /// The times of the results since the grace period, ascending.
    private(set) var times: [Double] = []
    /// Their scores.
    private(set) var scores: [Double] = []
    /// The sum of the scores up to each.
    private var sums: [Double] = []

    /// Adds a result.
    ///
    /// - Parameter counts: whether it counts for the means.
    mutating func append(_ score: TrialScore, at time: Double, counts: Bool) {
        best = max(best, score)
        lastTime = time
        guard counts else { return }
        // A trial that was restored from a checkpoint may be at a time where it was before.
        let place = count(upTo: time)
        times.insert(time, at: place)
        scores.insert(score.value, at: place)
        sums.removeSubrange(place...)
        for score in scores[place...] { sums.append((sums.last ?? 0) + score) }
    }

    /// The mean of the scores up to a time: NaN when one of them is, or when there is none.
    func mean(upTo time: Double) -> TrialScore {
        let count = count(upTo: time)
        return TrialScore(count == 0 ? .nan : sums[count - 1] / Double(count))
    }

    /// The number of results that are not later.
    private func count(upTo time: Double) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Makes a history without results.
    init() {}

    /// Makes the history that had these.
    init(best: TrialScore, lastTime: Double, times: [Double], scores: [Double]) {
        self.best = best
        self.lastTime = lastTime
        self.times = times
        self.scores = scores
        for score in scores { sums.append((sums.last ?? 0) + score) }
    }
}
