public import ReinCheckpoints

/// A process that goes on from a checkpoint and tells what comes of it.
///
/// The program that is started says near its beginning what it can train:
///
///     if try await ValidationProcess.answer(with: [TrainableDefinition(Regression.self)]) { return }
public struct ValidationProcess: Sendable {
    /// The path of the program.
    public var executable: String
    /// Its arguments, without its name.
    public var arguments: [String]
    /// How long it may take.
    public var timeLimit = Duration.seconds(300)

    /// Starts a program. It is told what to do by one more argument, at the end.
    public init(executable: String, arguments: [String] = []) {
        self.executable = executable
        self.arguments = arguments
    }

    /// Starts this program once more, with the same arguments.
    ///
    /// - Throws: `StateError` when the system does not tell where it lies.
    public static func again() throws(StateError) -> ValidationProcess {
        ValidationProcess(
            executable: try RunningProgram.path(), arguments: Array(CommandLine.arguments.dropFirst()))
    }

    private static let argument = "--rein-validation="

    /// Goes on from a checkpoint, if this process was started to do that.
    ///
    /// - Parameter definitions: what it can train; the one with the name of the one that is checked is taken.
    /// - Returns: whether it was, so that the program has nothing else to do.
    /// - Throws: what the trainable throws, and `StateError` when it is not among the definitions.
    public static func answer(with definitions: [TrainableDefinition]) async throws -> Bool {
        guard let argument = CommandLine.arguments.last, argument.hasPrefix(Self.argument) else { return false }
        let folder = String(argument.dropFirst(Self.argument.count))
        let request = try ValidationRequest(reading: folder)
        let definition = try definitions.named(request.trainable)
        var context = request.context
        context.folder = "\(folder)/trainable"
        context.remoteFolder = nil
        let driver = try await TrainableDriver(definition, configuration: request.configuration, context: context)
        try await driver.restore(from: request.checkpoint)
        let saved = try await Trace.state(of: driver)
        let trace = try await Trace(of: driver, steps: request.steps, saved: saved, request.ignoredMetrics)
        try await driver.stop()
        try Checkpoint(dictionary: ["trace": trace.tree]).write(to: "\(folder)/answer", synchronizing: false)
        return true
    }

    /// Starts the process and waits for its answer.
    func answer(_ request: ValidationRequest) async throws -> Trace {
        try request.write()
        _ = try await HelperProgram(path: executable)
            .output(arguments + [Self.argument + request.folder], timeLimit: timeLimit)
        guard try LocalFile.isDirectory("\(request.folder)/answer") else {
            throw StateError(
                .notFound,
                "ended without an answer: the program has to call ValidationProcess.answer(with:) at its beginning",
                path: executable)
        }
        let answer = try Checkpoint(directory: "\(request.folder)/answer").dictionary()
        return try Trace(StateReader(.map(answer), path: "answer").child("trace"))
    }
}

/// What a process is asked to do.
struct ValidationRequest {
    var trainable: String
    var configuration: StateMap
    var checkpoint: String
    var steps: Int
    var ignoredMetrics: Set<String>
    var folder: String
    /// Where the trainable runs, as far as it can be told to another process.
    var context: TrainableContext
}

extension ValidationRequest {
    private static let fileName = "request"

    func write() throws(StateError) {
        try LocalFile.makeDirectories(folder)
        let dictionary: StateMap = [
            "trainable": .string(trainable), "configuration": .map(configuration), "checkpoint": .string(checkpoint),
            "steps": .int(Int64(steps)), "ignoredMetrics": .list(ignoredMetrics.sorted().map { .string($0) }),
            "context": context.tree,
        ]
        try Checkpoint(dictionary: dictionary).write(to: "\(folder)/\(Self.fileName)", synchronizing: false)
    }

    init(reading folder: String) throws(StateError) {
        let reader = StateReader(
            .map(try Checkpoint(directory: "\(folder)/\(Self.fileName)").dictionary()), path: Self.fileName)
        trainable = try reader.child("trainable").string()
        guard case .map(let configuration) = try reader.child("configuration").tree else {
            throw try reader.child("configuration").error(.wrongType, "expected a map")
        }
        self.configuration = configuration
        checkpoint = try reader.child("checkpoint").string()
        steps = try reader.child("steps").int()
        var ignored: Set<String> = []
        for name in try reader.child("ignoredMetrics").list() { ignored.insert(try name.string()) }
        ignoredMetrics = ignored
        self.folder = folder
        context = try TrainableContext(reader.child("context"))
    }
}
