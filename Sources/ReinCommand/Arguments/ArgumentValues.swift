import ArgumentParser
import Rein

/// A format of checkpoints, by its name.
struct FormatArgument: ExpressibleByArgument {
    /// The format.
    let format: CheckpointFormat

    init?(argument: String) {
        guard let format = CheckpointFormat(rawValue: argument) else { return nil }
        self.format = format
    }

    static var allValueStrings: [String] { CheckpointFormat.allCases.map(\.rawValue) }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// An environment, by its id.
struct EnvironmentArgument: ExpressibleByArgument {
    /// The id as written.
    let id: String

    init(argument: String) { id = argument }

    /// The environment.
    ///
    /// - Throws: `ValidationError` with the nearest id when there is no such environment.
    func specification() throws -> EnvironmentSpecification {
        try asUsageError { try EnvironmentRegistry.specification(id) }
    }

    static var allValueStrings: [String] {
        EnvironmentRegistry.all.map(\.id) + EnvironmentRegistry.allMultiAgent.map(\.id)
    }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// Whole numbers as arguments. Options that take one read whatever follows them (`parsing: .unconditional`): a negative
/// number is a number that is not allowed, not an option.
enum WholeNumber {
    /// Reads a seed: a number from 0 up, with room above for the episodes of an evaluation, each with a seed of its own.
    ///
    /// - Throws: `ValidationError` that says what is allowed.
    static func seed(_ text: String) throws -> Int { try read(text, in: 0...Int.max / 2 - 1) }

    /// Reads how many there are of something that there must be at least one of.
    ///
    /// - Throws: `ValidationError` that says what is allowed.
    static func count(_ text: String) throws -> Int { try read(text, in: 1...1_000_000_000) }

    /// Reads a number of steps, of which there may be none.
    ///
    /// - Throws: `ValidationError` that says what is allowed.
    static func steps(_ text: String) throws -> Int { try read(text, in: 0...Int.max) }

    /// Reads a number of threads.
    ///
    /// - Throws: `ValidationError` that says what is allowed.
    static func threads(_ text: String) throws -> Int { try read(text, in: 1...1024) }

    private static func read(_ text: String, in range: ClosedRange<Int>) throws -> Int {
        if let value = text.wholeNumber, range.contains(value) { return value }
        if text.hasPrefix("--") { throw ValidationError("a number is missing before \(text)") }
        let limits =
            range.upperBound >= Int.max / 2 - 1
            ? "\(range.lowerBound) up" : "\(range.lowerBound) to \(range.upperBound)"
        // What other programs read as a number: 1e6, 1_000_000, 1,000,000.
        let digits = String(text.filter { $0 != "_" && $0 != "," })
        let meant = (digits.wholeNumber ?? Double(digits).flatMap { Int(exactly: $0) }).flatMap {
            range.contains($0) ? $0 : nil
        }
        throw ValidationError("expected a whole number from \(limits)" + (meant.map { "; write \($0)" } ?? ""))
    }
}
