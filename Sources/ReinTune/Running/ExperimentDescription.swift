import ReinCheckpoints

/// What tells an experiment from others: what stands at the head of its journal.
struct ExperimentDescription: Sendable, Equatable {
    /// What the ids of its trials begin with.
    var code: String
    /// What is trained.
    var trainable: String
    /// When it was begun, for the names of folders.
    var date: String
    /// Whether the order of arrival does not matter.
    var isDeterministic: Bool
    /// How many trials run at once at most.
    var concurrency: Int

    private enum Key {
        static let code = "code"
        static let trainable = "trainable"
        static let date = "date"
        static let isDeterministic = "deterministic"
        static let concurrency = "concurrency"
    }

    /// The description as data.
    var tree: StateTree {
        [
            Key.code: .string(code), Key.trainable: .string(trainable), Key.date: .string(date),
            Key.isDeterministic: .bool(isDeterministic), Key.concurrency: .int(Int64(concurrency)),
        ]
    }
}

extension ExperimentDescription {
    /// Reads what `tree` made.
    ///
    /// - Throws: `StateError` that names the key.
    init(_ reader: StateReader) throws(StateError) {
        try reader.expectKeys([Key.code, Key.trainable, Key.date, Key.isDeterministic, Key.concurrency])
        code = try reader.string(Key.code)
        trainable = try reader.string(Key.trainable)
        date = try reader.string(Key.date)
        isDeterministic = try reader.bool(Key.isDeterministic)
        concurrency = try reader.int(Key.concurrency)
    }
}
