public import ReinCheckpoints

/// A trainable whose state is a value: a dictionary. It is saved without a disk where none is asked for.
public protocol StatefulTrainable: Trainable {
    /// Everything that is needed to go on from here, by names of its own; not empty.
    ///
    /// - Throws: what cannot be saved.
    var state: StateMap { get throws }

    /// Takes over a state that `state` gave.
    ///
    /// - Parameter state: reads the entries; its errors name the place.
    /// - Throws: what is missing or does not fit.
    mutating func load(_ state: StateReader) async throws
}

extension StatefulTrainable {
    /// The state as a checkpoint in memory.
    ///
    /// - Throws: what `state` throws, and `StateError` when there is nothing in it.
    public func checkpoint() async throws -> Checkpoint {
        do {
            return try Checkpoint(dictionary: state)
        } catch let error as StateError where error.code == .missingKey && error.path == "checkpoint" {
            throw StateError(.missingKey, "is empty, so there is nothing to save", path: "\(Self.self).state")
        }
    }

    /// Loads the dictionary of a checkpoint.
    ///
    /// - Throws: what `load` throws, and `StateError` when the checkpoint cannot be read.
    public mutating func load(_ checkpoint: Checkpoint) async throws {
        try await load(StateReader(.map(try checkpoint.dictionary()), path: ""))
    }
}
