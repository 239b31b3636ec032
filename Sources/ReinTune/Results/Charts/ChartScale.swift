#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Where numbers stand on an axis: in proportion, or in proportion to their logarithms.
struct ChartScale: Equatable {
    /// The least number on the axis.
    let low: Double
    /// The largest number on the axis.
    let high: Double
    /// Whether logarithms count.
    let isLogarithmic: Bool

    /// The scale of numbers, with some room around them where there is but one.
    ///
    /// - Parameters:
    ///   - values: the numbers; those that are not finite do not count.
    ///   - allowsLogarithms: whether logarithms count where all are positive and the largest is more than a hundred times
    ///     the least.
    init(_ values: [Double], allowsLogarithms: Bool) {
        // What is larger is drawn at the end of the axis, since differences have to be finite.
        let limit = Double.greatestFiniteMagnitude / 16
        let finite = values.filter(\.isFinite).map { min(max($0, -limit), limit) }
        var low = finite.min() ?? 0
        var high = finite.max() ?? 1
        isLogarithmic = allowsLogarithms && low > 0 && high / low > 100
        if high <= low {
            let margin = abs(low) < 1e-300 ? 1 : abs(low) * 0.1
            (low, high) = (low - margin, high + margin)
        }
        self.low = low
        self.high = high
    }

    /// The place of a number, from 0 to 1.
    func fraction(of value: Double) -> Double {
        let value = min(max(value, low), high)
        return isLogarithmic
            ? (log10(value) - log10(low)) / (log10(high) - log10(low)) : (value - low) / (high - low)
    }

    /// Round numbers on the axis, about as many as asked for, with their names.
    func ticks(about count: Int) -> [(value: Double, name: String)] {
        let values = isLogarithmic ? powers(about: count) : steps(about: count)
        return values.map { ($0, ShortText.number($0, digits: 4)) }
    }

    private func steps(about count: Int) -> [Double] {
        let rough = (high - low) / Double(max(1, count))
        let power = pow(10, floor(log10(rough)))
        guard power > 0, power.isFinite else { return [low, high] }
        let step = [1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.999 }.map { $0 * power } ?? 10 * power
        let first = ceil(low / step - 1e-9)
        let last = floor(high / step + 1e-9)
        guard last - first < 100, last - first >= 0 else { return [low, high] }
        let values = (0...Int(last - first)).map { (first + Double($0)) * step }
        // Of large numbers that hardly differ, four digits do not tell one from another.
        return Set(values.map { ShortText.number($0, digits: 4) }).count == values.count ? values : [low, high]
    }

    private func powers(about count: Int) -> [Double] {
        let first = Int(ceil(log10(low) - 1e-9))
        let last = Int(floor(log10(high) + 1e-9))
        guard first < last else { return [low, high] }
        let step = max(1, (last - first) / max(1, count))
        return stride(from: first, through: last, by: step).map { pow(10, Double($0)) }
    }
}
