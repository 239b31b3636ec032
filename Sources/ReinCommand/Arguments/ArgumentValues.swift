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

/// A seed: a number from 0 up.
struct SeedArgument: ExpressibleByArgument {
    /// The number.
    let value: Int

    init?(argument: String) {
        // Room above for the episodes of an evaluation, each with a seed of its own.
        guard let value = Int(argument), value >= 0, value < Int.max / 2 else { return nil }
        self.value = value
    }

    /// A seed that is known to be allowed.
    init(_ value: Int) { self.value = value }

    var defaultValueDescription: String { "\(value)" }
}

/// Something to count that there must be at least one of.
struct CountArgument: ExpressibleByArgument {
    /// The number.
    let value: Int

    init?(argument: String) {
        guard let value = Int(argument), (1...1_000_000_000).contains(value) else { return nil }
        self.value = value
    }

    /// A count that is known to be allowed.
    init(_ value: Int) { self.value = value }

    var defaultValueDescription: String { "\(value)" }
}
