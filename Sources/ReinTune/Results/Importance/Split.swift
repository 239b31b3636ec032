/// The best way to part some trials in two by one setting.
struct Split {
    /// The setting.
    let feature: Int
    /// By how much the sum of squared errors is less.
    private(set) var gain = 0.0
    /// The number that those of the first part have at most.
    private(set) var threshold = 0.0
    /// Which kinds are in the first part; nil for numbers.
    private(set) var kinds: [Bool]?
    /// Whether those that do not have the setting go to the first part.
    private(set) var missingGoesLeft = true

    /// Looks for it; nil when there is none.
    ///
    /// Kinds are put in the order of their means, in which the best of all ways to part them is one cut.
    init?(of column: FeatureTable.Column, _ feature: Int, _ targets: [Double], _ rows: ArraySlice<Int>, leastLeaf: Int)
    {
        self.feature = feature
        var points: [(x: Double, y: Double)] = []
        points.reserveCapacity(rows.count)
        var order: [Int] = []
        switch column {
        case .numbers(let values):
            for row in rows where !values[row].isNaN { points.append((values[row], targets[row])) }
        case .kinds(let values, let count):
            var sums = [Double](repeating: 0, count: count)
            var counts = [Double](repeating: 0, count: count)
            for row in rows where values[row] >= 0 {
                sums[values[row]] += targets[row]
                counts[values[row]] += 1
            }
            // Kinds that are not here come last, with those above the cut.
            order = (0..<count).sorted { left, right in
                guard counts[left] > 0, counts[right] > 0 else { return counts[left] > 0 && counts[right] == 0 }
                return sums[left] / counts[left] < sums[right] / counts[right]
            }
            var ranks = [Double](repeating: 0, count: count)
            for (rank, kind) in order.enumerated() { ranks[kind] = Double(rank) }
            for row in rows where values[row] >= 0 { points.append((ranks[values[row]], targets[row])) }
        }
        guard points.count >= 2 * leastLeaf else { return nil }
        points.sort { $0.x < $1.x }
        guard let cut = findCut(points, leastLeaf) else { return nil }
        threshold = points[cut - 1].x + (points[cut].x - points[cut - 1].x) / 2
        // Of neighbours the middle may be the larger one.
        if threshold >= points[cut].x { threshold = points[cut - 1].x }
        missingGoesLeft = 2 * cut >= points.count
        if case .kinds(_, let count) = column {
            var chosen = [Bool](repeating: false, count: count)
            for (rank, kind) in order.enumerated() where Double(rank) <= threshold { chosen[kind] = true }
            kinds = chosen
        }
    }

    /// The place of the first point of the second part.
    private mutating func findCut(_ points: [(x: Double, y: Double)], _ leastLeaf: Int) -> Int? {
        let mean = points.reduce(0) { $0 + $1.y } / Double(points.count)
        var total = 0.0
        var scale = 0.0
        for point in points {
            total += point.y - mean
            scale += (point.y - mean) * (point.y - mean)
        }
        var cut: Int?
        var sum = 0.0
        for place in 1..<points.count {
            sum += points[place - 1].y - mean
            guard points[place].x > points[place - 1].x, place >= leastLeaf, points.count - place >= leastLeaf else {
                continue
            }
            let rest = total - sum
            let gain = sum * sum / Double(place) + rest * rest / Double(points.count - place)
            // Less is rounding.
            if gain > self.gain, gain > 1e-12 * scale {
                self.gain = gain
                cut = place
            }
        }
        return cut
    }
}
