/// How far two numbers rise together, whatever the shape: Spearman's correlation of ranks.
enum RankCorrelation {
    /// The correlation, from −1 to 1; equal numbers share their mean rank. Nil for less than three pairs, and where one of
    /// both is always the same.
    static func value(_ x: [Double], _ y: [Double]) -> Double? {
        guard x.count == y.count, x.count >= 3 else { return nil }
        let (left, right) = (ranks(x), ranks(y))
        let mean = Double(x.count + 1) / 2
        var (product, first, second) = (0.0, 0.0, 0.0)
        for (left, right) in zip(left, right) {
            product += (left - mean) * (right - mean)
            first += (left - mean) * (left - mean)
            second += (right - mean) * (right - mean)
        }
        guard first > 0, second > 0 else { return nil }
        return product / (first * second).squareRoot()
    }

    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }
}
