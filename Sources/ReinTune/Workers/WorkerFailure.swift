import ReinCheckpoints

/// An error of a trainable in another process, with the words that it had there.
struct WorkerFailure: Error, Equatable, CustomStringConvertible {
    /// What the error said of itself.
    let description: String
}

extension WorkerFailure {
    /// An error as data. What is no `StateError` and no `CancellationError` keeps nothing but its words.
    static func tree(of error: any Error) -> StateMap {
        switch error {
        case let error as StateError:
            ["code": .string(error.code.description), "message": .string(error.message), "path": .string(error.path)]
        case is CancellationError: ["cancelled": true]
        default: ["text": .string("\(error)")]
        }
    }

    /// The error that `tree(of:)` was given, as far as it can be told.
    ///
    /// - Throws: `StateError` for what is none.
    static func error(_ reader: StateReader) throws(StateError) -> any Error {
        if let text = reader.optionalChild("text") { return WorkerFailure(description: try text.string()) }
        if reader.optionalChild("cancelled") != nil { return CancellationError() }
        let code = try reader.child("code")
        guard let known = StateError.Code(named: try code.string()) else {
            throw code.error(.outOfRange, "is no kind of error")
        }
        return StateError(known, try reader.string("message"), path: try reader.string("path"))
    }
}
