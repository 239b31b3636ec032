public import ReinCheckpoints

/// What the settings of trials may be: fixed ones, grids, domains, choices that bring settings of their own, and values
/// that follow from others.
///
///     let space: SearchSpace = [
///         "environment": "CartPole-v1",
///         "learningRate": .logUniform(1e-5...1e-2),
///         "hidden": [.grid([32, 64]), 64],
///         "batchSize": .derived { try 4 * $0.int("hidden/0") },
///         "algorithm": .cases([
///             "PPO": ["clip": .uniform(0.1...0.3)],
///             "DQN": ["targetUpdate": .logIntegers(100...10_000)],
///         ]),
///     ]
///
/// A space is checked when a searcher is made of it; `check()` does so alone. Spaces are read from JSON as well, and
/// written as such unless they hold closures.
public struct SearchSpace: Sendable {
    /// A key and what its value may be.
    public typealias Entry = (key: String, parameter: Parameter)

    /// The keys in order, each once.
    public let entries: [Entry]

    /// Makes a space.
    ///
    /// - Throws: `StateError` for a key that is there twice.
    public init(_ entries: [Entry] = []) throws(StateError) {
        var keys: Set<String> = []
        for entry in entries where !keys.insert(entry.key).inserted {
            throw StateError(.malformed, "the key is there twice", path: entry.key)
        }
        self.entries = entries
    }

    /// Makes a space of keys that are known to differ.
    init(uniqueEntries: [Entry]) { entries = uniqueEntries }
}

extension SearchSpace: ExpressibleByDictionaryLiteral {
    /// Makes a space; a repeated key is a programmer's error.
    public init(dictionaryLiteral elements: (String, Parameter)...) {
        do {
            try self.init(elements.map { (key: $0.0, parameter: $0.1) })
        } catch {
            preconditionFailure("no search space: \(error)")
        }
    }
}
