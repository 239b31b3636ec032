#if Serving
import ReinCheckpoints

/// A setting: its name, which is that of the option and of the key in a settings file, and what it may be. The rule is the
/// same for both.
struct SettingKey {
    /// The name, without the dashes of the option.
    let name: String
    /// Takes over what was given for an option.
    let parse: (_ texts: [String], inout ServeSettings) throws(SettingProblem) -> Void
    /// Takes over what a settings file says.
    let read: (StateTree, inout ServeSettings) throws(SettingProblem) -> Void

    /// A setting with one value.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - allowed: what the value may be, in words, and whether it is.
    ///   - set: takes the value over.
    init<Value: SettingValue>(
        _ name: String, where allowed: (words: String, holds: (Value) -> Bool)? = nil,
        _ set: @escaping (inout ServeSettings, Value) -> Void
    ) {
        func take(_ value: Value?, _ found: String, _ settings: inout ServeSettings) throws(SettingProblem) {
            guard let value else { throw SettingProblem(expected: Value.expected, found: found) }
            if let allowed, !allowed.holds(value) {
                throw SettingProblem(expected: allowed.words, found: value.text)
            }
            set(&settings, value)
        }
        self.name = name
        parse = { texts, settings throws(SettingProblem) in
            for text in texts { try take(Value(text: text), "\"\(text)\"", &settings) }
        }
        read = { tree, settings throws(SettingProblem) in try take(Value(tree), JSON.text(tree), &settings) }
    }

    /// A setting whose value lies in a range.
    init<Value: SettingValue & Comparable>(
        _ name: String, in range: ClosedRange<Value>, _ set: @escaping (inout ServeSettings, Value) -> Void
    ) {
        self.init(
            name, where: ("\(range.lowerBound.text) to \(range.upperBound.text)", { range.contains($0) }), set)
    }

    /// A setting whose value is not below a bound.
    init<Value: SettingValue & Comparable>(
        _ name: String, in range: PartialRangeFrom<Value>, _ set: @escaping (inout ServeSettings, Value) -> Void
    ) {
        self.init(name, where: ("at least \(range.lowerBound.text)", { range.contains($0) }), set)
    }

    /// A setting that has several texts: an option that is repeated, and a list in a file, or one text.
    init(list name: String, _ set: @escaping (inout ServeSettings, [String]) -> Void) {
        self.name = name
        let expected = "a text that is not empty, or a list of such"
        parse = { texts, settings throws(SettingProblem) in
            guard !texts.contains("") else { throw SettingProblem(expected: expected, found: "\"\"") }
            set(&settings, texts)
        }
        read = { tree, settings throws(SettingProblem) in
            let trees = if case .list(let trees) = tree { trees } else { [tree] }
            let texts = trees.compactMap { String($0) }
            guard texts.count == trees.count else {
                throw SettingProblem(expected: expected, found: JSON.text(tree))
            }
            set(&settings, texts)
        }
    }
}
#endif
