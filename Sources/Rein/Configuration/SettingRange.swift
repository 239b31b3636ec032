/// The values that a setting may have: what is checked, and what is shown.
public enum SettingRange: Sendable, Hashable {
    /// All of its type.
    case any
    /// Whole numbers from one on.
    case atLeast(Int)
    /// Whole numbers.
    case integers(ClosedRange<Int>)
    /// Numbers.
    case numbers(ClosedRange<Double>)
    /// Numbers that are positive and finite, also as the 32-bit float that is computed with.
    case positive
    /// Finite numbers from 0 on.
    case notNegative
    /// Some words.
    case words([String])
    /// Lists of whole numbers: how many, and which.
    case lists(count: ClosedRange<Int>, of: ClosedRange<Int>)

    /// Probabilities, discounts, and other shares of a whole.
    public static let share = SettingRange.numbers(0...1)

    /// What is wrong with a whole number, in words for the person who wrote it; nil when nothing is.
    @inline(never)
    public func problem(with value: Int) -> String? {
        let isAllowed =
            switch self {
            case .any: true
            case .atLeast(let minimum): value >= minimum
            case .integers(let range): range.contains(value)
            case .numbers, .positive, .notNegative: allows(Double(value))
            case .words, .lists: false
            }
        return isAllowed ? nil : outOfRange(value)
    }

    /// What is wrong with a number, in words for the person who wrote it; nil when nothing is.
    public func problem(with value: Double) -> String? { allows(value) ? nil : outOfRange(value) }

    @inline(never)
    private func allows(_ value: Double) -> Bool {
        switch self {
        case .any: true
        case .atLeast(let minimum): value >= Double(minimum)
        case .integers(let range): Int(exactly: value).map(range.contains) ?? false
        case .numbers(let range): range.contains(value)
        case .positive: Float(value) > 0 && Float(value).isFinite
        case .notNegative: value >= 0 && value.isFinite
        case .words, .lists: false
        }
    }

    /// What is wrong with a list of whole numbers, in words for the person who wrote it; nil when nothing is.
    @inline(never)
    public func problem(with list: [Int]) -> String? {
        guard case .lists(let count, let elements) = self else { return self == .any ? nil : outOfRange(list) }
        if !count.contains(list.count) { return "\(list.count) numbers are out of range (allowed: \(self))" }
        return list.first { !elements.contains($0) }.map(outOfRange)
    }

    @inline(never)
    private func outOfRange(_ value: some Any) -> String { "\(value) is out of range (allowed: \(self))" }
}

extension SettingRange: CustomStringConvertible {
    /// The values in words, such as `1 to 65536`; empty for all of a type.
    public var description: String {
        switch self {
        case .any: ""
        case .atLeast(let minimum): "at least \(minimum)"
        case .integers(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .numbers(let range): "\(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
        case .positive: "positive numbers of 32-bit floats"
        case .notNegative: "at least 0"
        case .words(let words): words.joined(separator: ", ")
        case .lists(let count, let range):
            "\(count.lowerBound) to \(count.upperBound) numbers of \(range.lowerBound) to \(range.upperBound)"
        }
    }

    /// A number, without a point where it is whole.
    private static func text(_ value: Double) -> String {
        guard let whole = Int(exactly: value), abs(value) <= 1e6 else { return "\(value)" }
        return "\(whole)"
    }
}
