import ReinCheckpoints

/// What a process is asked to do with a trial; see `Worker`. One line of JSON each.
enum WorkerRequest: Sendable {
    case prepare(Preparation)
    case restore(from: String)
    case step
    case save(to: String, synchronizing: Bool)
    case release(keeping: Bool)

    /// What a trial is to be trained with.
    struct Preparation: Sendable {
        /// The name of the definition.
        var trainable: String
        /// The names of the values that are shared with the trainable. The process has to have them by itself.
        var parameterNames: [String]
        /// Everything else.
        var start: TrialStart
    }
}

extension WorkerRequest {
    /// The line, with its end.
    ///
    /// - Throws: `StateError` for settings that hold a tensor, and for a line that is too long.
    func line() throws(StateError) -> [UInt8] { try WorkerLine.bytes(of: tree) }

    /// Reads a line.
    ///
    /// - Throws: `StateError` for what is no request.
    init(_ line: [UInt8]) throws(StateError) {
        let reader = StateReader(try TreeLine.tree(in: line), path: "request")
        let word = try reader.child("do")
        switch try word.string() {
        case "prepare": self = .prepare(try Preparation(reader))
        case "restore": self = .restore(from: try reader.string("directory"))
        case "step": self = .step
        case "save":
            self = .save(to: try reader.string("directory"), synchronizing: try reader.bool("synchronizing"))
        case "release": self = .release(keeping: try reader.bool("keeping"))
        default: throw word.error(.outOfRange, "is nothing that can be done")
        }
    }

    private var tree: StateTree {
        switch self {
        case .prepare(let preparation): preparation.tree
        case .restore(let directory): ["do": "restore", "directory": .string(directory)]
        case .step: ["do": "step"]
        case .save(let directory, let synchronizing):
            ["do": "save", "directory": .string(directory), "synchronizing": .bool(synchronizing)]
        case .release(let keeping): ["do": "release", "keeping": .bool(keeping)]
        }
    }
}

extension WorkerRequest.Preparation {
    fileprivate var tree: StateTree {
        [
            "do": "prepare", "trainable": .string(trainable),
            "parameters": .list(parameterNames.map { .string($0) }),
            "configuration": .map(start.configuration), "context": start.context.tree,
            "output": start.output.map { [.string($0.standard), .string($0.errors)] } ?? .null,
            "visibleDevices": start.visibleDevices.map { .string($0) } ?? .null,
        ]
    }

    fileprivate init(_ reader: StateReader) throws(StateError) {
        trainable = try reader.string("trainable")
        parameterNames = []
        for name in try reader.list("parameters") { parameterNames.append(try name.string()) }
        let configuration = try reader.child("configuration")
        guard case .map(let settings) = configuration.tree else {
            throw configuration.error(.wrongType, "expected a map")
        }
        start = TrialStart(configuration: settings, context: try TrainableContext(reader.child("context")))
        if let output = reader.optionalChild("output") {
            let paths = try output.list()
            guard paths.count == 2 else { throw output.error(.malformed, "expected two paths") }
            start.output = (try paths[0].string(), try paths[1].string())
        }
        start.visibleDevices = try reader.optionalChild("visibleDevices")?.string()
    }
}
