import Rein

/// Aggregates over seeds, as Agarwal et al. 2021 (NeurIPS, arXiv 2108.13264) recommend.
enum Statistics {
    static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }

    /// The mean of the middle half; values at the edges count in part.
    static func interquartileMean(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let cut = Double(sorted.count) / 4
        var sum = 0.0
        var total = 0.0
        for (index, value) in sorted.enumerated() {
            let weight = max(0, min(Double(index + 1), Double(sorted.count) - cut) - max(Double(index), cut))
            sum += weight * value
            total += weight
        }
        return total > 0 ? sum / total : mean(values)
    }

    /// The 95 % percentile bootstrap interval of a statistic, from 10,000 resamples and a fixed seed.
    static func bootstrapInterval(_ values: [Double], of statistic: ([Double]) -> Double) -> ClosedRange<Double> {
        var random = RandomStream(seed: 1, name: "bootstrap")
        let samples = (0..<10_000).map { _ in statistic(values.map { _ in values[random.below(values.count)] }) }
            .sorted()
        return samples[250]...samples[9749]
    }
}

extension Double {
    /// The number with a few decimals.
    func rounded(_ decimals: Int) -> Double {
        let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
        return (self * scale).rounded() / scale
    }
}
