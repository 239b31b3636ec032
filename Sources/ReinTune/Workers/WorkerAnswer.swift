import ReinCheckpoints

/// What a process answers. One line of JSON each.
enum WorkerAnswer: Sendable {
    /// That it is there, and which requests it knows: the first line, which nobody has asked for.
    case greeting(version: Int)
    /// That it was done, with a result if there is any.
    case done(TrainableResult?)
    /// Why it was not done.
    case failure(any Error)

    /// The version of requests and answers.
    static let version = 1
}

extension WorkerAnswer {
    /// The line, with its end.
    ///
    /// - Throws: `StateError` for a result that no line can hold.
    func line() throws(StateError) -> [UInt8] { try WorkerLine.bytes(of: tree) }

    /// Reads a line.
    ///
    /// - Throws: `StateError` for what is no answer.
    init(_ line: [UInt8]) throws(StateError) {
        let reader = StateReader(try TreeLine.tree(in: line), path: "answer")
        let word = try reader.child("answer")
        switch try word.string() {
        case "greeting": self = .greeting(version: try reader.int("version"))
        case "done": self = .done(nil)
        case "result": self = .done(try TrainableResult(reader))
        case "failure": self = .failure(try WorkerFailure.error(reader.child("error")))
        default: throw word.error(.outOfRange, "is no answer")
        }
    }

    private var tree: StateTree {
        switch self {
        case .greeting(let version): ["answer": "greeting", "version": .int(Int64(version))]
        case .done(nil): ["answer": "done"]
        case .done(let result?):
            [
                "answer": "result", "metrics": .map(result.metrics), "done": .bool(result.done),
                "shouldCheckpoint": .bool(result.shouldCheckpoint), "iteration": .int(Int64(result.iteration)),
                "isRepeated": .bool(result.isRepeated),
            ]
        case .failure(let error): ["answer": "failure", "error": .map(WorkerFailure.tree(of: error))]
        }
    }
}

extension TrainableResult {
    fileprivate init(_ reader: StateReader) throws(StateError) {
        let metrics = try reader.child("metrics")
        guard case .map(let map) = metrics.tree else { throw metrics.error(.wrongType, "expected a map") }
        self.init(
            metrics: map, done: try reader.bool("done"), shouldCheckpoint: try reader.bool("shouldCheckpoint"),
            iteration: try reader.int("iteration"), isRepeated: try reader.bool("isRepeated"))
    }
}
