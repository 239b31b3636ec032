import Rein

/// A checkpoint that a run made while it was told how many are to stay, as its status notes it.
struct KeptCheckpoint: Equatable {
    /// The name of its directory.
    let name: String
    /// The iteration whose result is the last before it; nil before the first result.
    let iteration: Int?
    /// The value of the key that says how good it is; null when there is none.
    var score: StateTree

    /// Notes a checkpoint.
    ///
    /// - Parameters:
    ///   - row: the last result before it.
    ///   - key: the key of the score.
    init(_ name: String, after row: StateTree?, by key: String?) {
        self.name = name
        iteration = row.flatMap { try? StateReader($0).int("iteration") }
        score = key.flatMap { row?.metric($0) } ?? .null
    }

    /// The index in the name.
    var index: Int? { CheckpointName.index(in: name) }
}

extension KeptCheckpoint {
    /// The note as data. A score that is not finite is text, since JSON has no such numbers.
    var tree: StateTree {
        var value = score
        if case .double(let number) = score, !number.isFinite { value = .string("\(number)") }
        return ["name": .string(name), "iteration": iteration.map { .int(Int64($0)) } ?? .null, "score": value]
    }

    /// Reads what `tree` made.
    ///
    /// - Throws: `StateError` for anything else.
    init(_ reader: StateReader) throws(StateError) {
        name = try reader.string("name")
        guard CheckpointName.index(in: name) != nil else {
            throw try reader.child("name").error(.malformed, "is no name of a checkpoint")
        }
        iteration = try reader.optionalChild("iteration")?.int()
        score = try reader.child("score").tree
        if case .string(let text) = score, let number = Double(text) { score = .double(number) }
    }
}
