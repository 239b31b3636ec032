/// How much trials count by their age, and how many of them are good: the defaults of Optuna 5.
enum AgeWeights {
    /// The number of newest trials that count fully.
    static let fullCount = 25

    /// The weights of some trials, the oldest first: those that are not among the newest 25 rise from one divided by the
    /// number of trials to one.
    static func weights(_ count: Int) -> [Double] {
        guard count > fullCount else { return [Double](repeating: 1, count: count) }
        let first = 1 / Double(count)
        let old = count - fullCount
        let slope = old > 1 ? (1 - first) / Double(old - 1) : 0
        return (0..<count).map { place in
            place >= old || place == old - 1 && old > 1 ? 1 : first + Double(place) * slope
        }
    }

    /// The most trials that are ever good.
    static let greatestGoodCount = 25

    /// The number of good trials among so many: a tenth, rounded up, 25 at the most.
    static func goodCount(_ count: Int) -> Int { min((count + 9) / 10, greatestGoodCount) }
}
