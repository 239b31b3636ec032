import ReinRandom

/// Many trees, each grown from another sample of the trials: what their metric depends on, and how much of it that
/// explains. The same trials and the same seed give the same forest.
struct RandomForest {
    /// The share of the metric's variance that the forest explains in trials that a tree was not grown from; negative when
    /// it says less than the mean.
    let explained: Double
    /// For each setting, how much the squared error grows when trials get it from one another, as a share of twice the
    /// metric's variance.
    let shares: [Double]

    private static let treeCount = 100
    /// The most trials that a tree is grown from, and those that it is tried with.
    private static let sampleLimit = 2000

    /// Grows a forest.
    ///
    /// - Parameters:
    ///   - table: the settings of at least two trials.
    ///   - targets: their metric, which must not be the same in all of them.
    ///   - seed: the seed of the samples.
    init(_ table: FeatureTable, _ targets: [Double], seed: UInt64) {
        let count = table.rowCount
        let mean = targets.reduce(0, +) / Double(count)
        let variance = targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        let streams = RandomStream(seed: seed, name: "importance")
        var sums = [Double](repeating: 0, count: count)
        var votes = [Double](repeating: 0, count: count)
        var increases = [Double](repeating: 0, count: table.columns.count)
        var usedTrees = 0.0
        for index in 0..<Self.treeCount {
            var random = streams.stream("tree", index: index)
            let sample = (0..<min(count, Self.sampleLimit)).map { _ in random.below(count) }
            let inSample = Set(sample)
            var others = (0..<count).filter { !inSample.contains($0) }
            if others.count > Self.sampleLimit {
                others.shuffle(using: &random)
                others.removeLast(others.count - Self.sampleLimit)
            }
            let tree = RegressionTree(table, targets, sample: sample, using: &random)
            guard !others.isEmpty else { continue }
            usedTrees += 1
            let errors = others.map { row -> Double in
                let prediction = tree.prediction(table, row)
                sums[row] += prediction
                votes[row] += 1
                return (prediction - targets[row]) * (prediction - targets[row])
            }
            for (feature, column) in table.columns.enumerated() where tree.asks(feature) {
                let places = others.indices.filter { column.isPresent(others[$0]) }
                var donors = places
                donors.shuffle(using: &random)
                var increase = 0.0
                for (place, donor) in zip(places, donors) {
                    let row = others[place]
                    let error = tree.prediction(table, row, replacing: (feature, others[donor])) - targets[row]
                    increase += error * error - errors[place]
                }
                increases[feature] += increase / Double(others.count)
            }
        }
        shares = increases.map { max(0, $0 / max(1, usedTrees) / (2 * variance)) }
        let judged = (0..<count).filter { votes[$0] > 0 }
        let squares = judged.reduce(0.0) { sum, row in
            let error = sums[row] / votes[row] - targets[row]
            return sum + error * error
        }
        explained = judged.isEmpty ? 0 : 1 - squares / Double(judged.count) / variance
    }
}
