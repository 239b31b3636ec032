/// A percentile of numbers that come one by one, interpolated linearly between its neighbours as NumPy's `percentile`.
///
/// The numbers lie in two heaps, those up to the percentile and those above it, so that each costs a logarithm of their
/// number.
struct RunningPercentile: Sendable {
    private let share: Double
    /// The lower numbers, negated, so that the largest is the first.
    private var lower = NumberHeap()
    private var upper = NumberHeap()

    /// Begins without numbers.
    ///
    /// - Parameter share: the share of the numbers that lies below, from 0 to 1.
    init(share: Double) { self.share = share }

    /// The number of numbers.
    var count: Int { lower.count + upper.count }

    /// Adds a number, which is not NaN.
    mutating func insert(_ number: Double) {
        if let largest = lower.first, number < -largest { lower.insert(-number) } else { upper.insert(number) }
        let wanted = Int(position) + 1
        while lower.count < wanted { lower.insert(-upper.removeFirst()) }
        while lower.count > wanted { upper.insert(-lower.removeFirst()) }
    }

    /// The percentile; nil without numbers.
    var value: Double? {
        guard let below = lower.first.map({ -$0 }) else { return nil }
        let fraction = position - position.rounded(.down)
        guard fraction > 0, let above = upper.first, above > below else { return below }
        guard below.isFinite, above.isFinite else { return below.isFinite ? above : below }
        let gap = above - below
        return fraction >= 0.5 ? above - gap * (1 - fraction) : below + gap * fraction
    }

    /// Where the percentile lies among the numbers, the first being at 0.
    private var position: Double { Double(count - 1) * share }
}

/// Numbers of which the smallest is at hand.
private struct NumberHeap: Sendable {
    private var numbers: [Double] = []

    var count: Int { numbers.count }
    var first: Double? { numbers.first }

    mutating func insert(_ number: Double) {
        numbers.append(number)
        var place = numbers.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard numbers[place] < numbers[parent] else { return }
            numbers.swapAt(place, parent)
            place = parent
        }
    }

    mutating func removeFirst() -> Double {
        numbers.swapAt(0, numbers.count - 1)
        let first = numbers.removeLast()
        var place = 0
        while true {
            var least = place
            for child in 2 * place + 1...2 * place + 2 where child < numbers.count {
                if numbers[child] < numbers[least] { least = child }
            }
            guard least != place else { return first }
            numbers.swapAt(place, least)
            place = least
        }
    }
}
