import ReinCheckpoints

/// Whether copies of a value may share something that changes: an object, or what a closure holds.
enum SharedParts {
    /// How many parts of a value are looked at.
    private static let limit = 1_000

    /// Looks through a value. What cannot be looked through, or not within the limit, may be shared.
    static func mayBe(in value: Any) -> Bool {
        var rest = limit
        return mayBe(in: value, &rest)
    }

    private static func mayBe(in value: Any, _ rest: inout Int) -> Bool {
        rest -= 1
        guard rest > 0 else { return true }
        if isPlain(value) { return false }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case nil, .class?: return true
        default:
            for child in mirror.children where mayBe(in: child.value, &rest) { return true }
            return false
        }
    }

    /// Whether a value is of a kind that is known to share nothing.
    private static func isPlain(_ value: Any) -> Bool {
        switch value {
        case is any BinaryInteger, is any BinaryFloatingPoint, is Bool, is String, is Duration: true
        case is [Double], is [Float], is [Int], is [UInt8], is [Bool]: true
        case is StateTree, is StateMap, is StateTensor, is TrainableContext: true
        default: false
        }
    }
}
