import ReinCheckpoints

/// What is wrong with a value at first sight, in the words of somebody who writes it by hand.
enum ConfigurationValue {
    /// Compares a given value with the one in whose place it is to be.
    ///
    /// - Returns: nil when nothing can be said, and the type of the key has to read the value.
    static func problem(with given: StateTree, inPlaceOf standard: StateTree) -> String? {
        switch (standard, given) {
        case (.bool, .string), (.bool, .int), (.bool, .double):
            "expected true or false, found \(given.summary)"
        case (.int, .double(let value)):
            "expected a whole number, found \(value)" + (Int(exactly: value).map { "; write \($0)" } ?? "")
        case (.list(let elements), _):
            // The default of a schedule is a list of pairs, and may be replaced by a number.
            if case .list? = elements.first { nil } else { listProblem(given) }
        default: nil
        }
    }

    /// What is wrong with a value that the type of its key has refused; nil when the type's own words are better.
    ///
    /// Text in the place of a number is judged only here, for there are types of which some values are words and others
    /// numbers.
    static func refusal(of given: StateTree, inPlaceOf standard: StateTree) -> String? {
        switch (standard, given) {
        case (.int, .string(let text)), (.double, .string(let text)):
            Double(text).map { $0.isFinite } == false
                ? "\(text) is not a finite number" : "expected a number, found \(given.summary)"
        default: nil
        }
    }

    private static func listProblem(_ given: StateTree) -> String? {
        switch given {
        case .int, .double, .bool: "expected a list, found \(given.summary); write [\(JSON.text(given))]"
        case .string(let text):
            "expected a list, found \(given.summary)"
                + (numbers(text).map { "; write [\($0.map(String.init).joined(separator: ","))]" } ?? "")
        case .null, .bytes, .tensor, .list, .map: nil
        }
    }

    /// The numbers of `64,64`, `64x64`, `(64, 64)` or `[64 64]`; nil for other text.
    private static func numbers(_ text: String) -> [Int]? {
        let inside = text.drop { "([".contains($0) }.reversed().drop { ")]".contains($0) }.reversed()
        let parts = String(inside).split { ", xX".contains($0) }
        let numbers = parts.compactMap(\.wholeNumber)
        return numbers.isEmpty || numbers.count != parts.count ? nil : numbers
    }
}
