#if Serving
import Logging
import ReinCheckpoints
import ReinPolicies
import ReinServing

/// Why a setting cannot be what it is said to be: what was expected, and what was found.
struct SettingProblem: Error {
    let message: String

    init(expected: String, found: String) { message = "expected \(expected), found \(found.shortened)" }
}

/// What a setting may be: read from the texts of options, and from a settings file.
protocol SettingValue: Sendable {
    /// What is expected, in words.
    static var expected: String { get }

    /// Reads the text of an option; nil when it is none.
    init?(text: String)

    /// Reads the value of a key of a settings file; nil when it is none.
    init?(_ tree: StateTree)

    /// The value in words.
    var text: String { get }
}

extension SettingValue {
    /// Most are texts in a file, too.
    init?(_ tree: StateTree) {
        guard case .string(let text) = tree else { return nil }
        self.init(text: text)
    }
}

extension String: SettingValue {
    static var expected: String { "a text that is not empty" }

    init?(text: String) {
        if text.isEmpty { return nil }
        self = text
    }

    var text: String { self }
}

extension Int: SettingValue {
    static var expected: String { "a whole number" }

    init?(text: String) { self.init(text) }

    init?(_ tree: StateTree) {
        guard case .int(let number) = tree else { return nil }
        self.init(exactly: number)
    }

    var text: String { description }
}

extension Bool: SettingValue {
    static var expected: String { "true or false" }

    init?(text: String) { self.init(text) }

    init?(_ tree: StateTree) {
        guard case .bool(let value) = tree else { return nil }
        self = value
    }

    var text: String { description }
}

/// A value that is one of some words.
protocol SettingWord: SettingValue, RawRepresentable, CaseIterable where RawValue == String {}

extension SettingWord {
    static var expected: String { allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ") }

    init?(text: String) { self.init(rawValue: text) }

    var text: String { rawValue }
}

extension SequenceSwap: SettingWord {}
extension Logger.Level: SettingWord {}

/// How a log is written.
enum LogFormat: String, SettingWord {
    /// An object of JSON a line, for programs.
    case json
    /// Words, for people.
    case text
}

extension PolicySelection: SettingValue {
    static var expected: String { "ids and patterns of policies with commas between" }

    init?(text: String) {
        guard let selection = try? PolicySelection(parsing: text) else { return nil }
        self = selection
    }

    var text: String { "\(self)" }
}
#endif
