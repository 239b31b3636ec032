/// How numbers are spread, as TensorBoard shows it over the steps of a training.
struct EventHistogram {
    private var minimum = Double.infinity
    private var maximum = -Double.infinity
    private var sum = 0.0
    private var sumOfSquares = 0.0
    private var counts: [Double]

    /// The upper limits of the buckets: every tenth part more from 1e-12 to 1e20, for both signs, as TensorFlow has them.
    private static let limits: [Double] = {
        var positive: [Double] = []
        var limit = 1e-12
        while limit < 1e20 {
            positive.append(limit)
            limit *= 1.1
        }
        return positive.reversed().map { -$0 } + [0] + positive + [.greatestFiniteMagnitude]
    }()

    /// Counts numbers; nil when none of them is finite, and those that are not are left out.
    init?(_ numbers: [Double]) {
        let numbers = numbers.filter(\.isFinite)
        guard !numbers.isEmpty else { return nil }
        counts = Array(repeating: 0, count: Self.limits.count)
        for number in numbers {
            minimum = min(minimum, number)
            maximum = max(maximum, number)
            sum += number
            sumOfSquares += number * number
            counts[Self.bucket(of: number)] += 1
        }
    }

    /// The first bucket whose limit is not below a number.
    private static func bucket(of number: Double) -> Int {
        var (low, high) = (0, limits.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if limits[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Writes the message `HistogramProto`, without the empty buckets at both ends.
    func write(to message: inout ProtobufWriter) {
        message.double(1, minimum)
        message.double(2, maximum)
        message.double(3, counts.reduce(0, +))
        message.double(4, sum)
        message.double(5, sumOfSquares)
        guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }) else {
            return
        }
        // A bucket begins where the one before it ends: that one is there, too.
        let shown = max(0, first - 1)...last
        message.doubles(6, Array(Self.limits[shown]))
        message.doubles(7, Array(counts[shown]))
    }
}
