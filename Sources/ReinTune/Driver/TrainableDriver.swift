public import ReinCheckpoints

/// Trains a trainable, counts and measures, saves and restores it.
///
///     let driver = try await TrainableDriver(Halving.self)
///     while try await !driver.train().done {}
///     let checkpoint = try await driver.save(to: "halved")
///
///     let other = try await TrainableDriver(Halving.self)
///     try await other.restore(from: checkpoint)
///
/// It is used by one task at a time, and does one thing at a time.
public final class TrainableDriver {
    /// What is trained.
    public let definition: TrainableDefinition
    /// The settings.
    public internal(set) var configuration: StateMap
    /// Where it runs.
    public internal(set) var context: TrainableContext

    var trainable: any Trainable
    /// The trainable, if it is a function.
    let function: FunctionTrainable?
    /// Whether the trainable notes its results.
    let logsItself: Bool
    var progress: TrainableProgress
    /// Of steps since the trainable was made or restored.
    var sinceRestore = SinceRestore()
    /// How far it was when a function reported its last checkpoint.
    var progressOfReport: TrainableProgress?
    var localTime = LocalTime()
    var log: ResultLog?
    var temporaryFolder: String?
    var isStopped = false
    /// Why the trainable is neither what it was before a restore nor what it was to be; nil as long as it is.
    var unfitness: String?
    var isAtWork = false

    struct SinceRestore: Equatable {
        var iterations = 0
        var seconds = 0.0
        var timesteps = 0
    }

    /// Makes a trainable.
    ///
    /// - Parameters:
    ///   - definition: what is to be trained.
    ///   - configuration: its settings.
    ///   - context: where it runs; its parameters join those of the definition.
    /// - Throws: what the trainable throws, and `StateError` when a folder cannot be made.
    public init(
        _ definition: TrainableDefinition, configuration: StateMap = [:],
        context: TrainableContext = TrainableContext()
    ) async throws {
        self.definition = definition
        self.configuration = configuration
        self.context = context.sharing(definition.parameters)
        progress = TrainableProgress()
        progress.parameterNames = self.context.parameters.names
        if let folder = context.folder { try LocalFile.makeDirectories(folder) }
        trainable = try await definition.make(configuration, self.context)
        function = trainable as? FunctionTrainable
        logsItself = trainable is any ResultLogging
    }

    /// Makes a trainable of a type.
    ///
    /// - Throws: as with a definition.
    public convenience init<Base: Trainable>(
        _ type: Base.Type, configuration: StateMap = [:], context: TrainableContext = TrainableContext()
    ) async throws {
        try await self.init(TrainableDefinition(type), configuration: configuration, context: context)
    }

    /// The number of steps since the start of training, those before a restore included.
    public var iteration: Int { progress.iterations }
    /// The id of the run, which every result has; the same before and after a restore.
    public var experimentID: String { progress.experimentID }
    /// The last result; empty before the first, and after a reset.
    public var lastResult: StateMap { progress.lastResult }

    /// The last result as one that is not to be counted again; nil before the first.
    var lastTrained: TrainableResult? {
        guard !lastResult.isEmpty else { return nil }
        return TrainableResult(
            metrics: lastResult, done: lastResult[MetricName.done] == true, shouldCheckpoint: false,
            iteration: iteration, isRepeated: true)
    }

    /// The trainable, if it is of a type.
    public func trainable<Base: Trainable>(as type: Base.Type) -> Base? { trainable as? Base }

    /// The directory of the trainable: that of the context, or a temporary one, which is made now and stays.
    ///
    /// - Throws: `StateError` when it cannot be made.
    public func folder() throws(StateError) -> String {
        if let folder = context.folder ?? temporaryFolder { return folder }
        let folder = try LocalFile.makeTemporaryDirectory("rein-trainable")
        temporaryFolder = folder
        return folder
    }

    /// Does one thing, unless another is at work or everything is over.
    ///
    /// - Parameters:
    ///   - doing: what it is, for messages.
    ///   - isPossibleUnfit: whether it can be done also to a trainable that could not be put back after a restore.
    ///   - body: does it.
    func working<Result>(
        _ doing: String, evenUnfit isPossibleUnfit: Bool = false, _ body: () async throws -> Result
    ) async throws -> Result {
        guard !isStopped else {
            throw StateError(.unavailable, "cannot \(doing): it was stopped", path: definition.name)
        }
        guard !isAtWork else {
            throw StateError(.inUse, "cannot \(doing): it is at work for somebody else", path: definition.name)
        }
        if let unfitness, !isPossibleUnfit {
            throw StateError(
                .unavailable, "cannot \(doing) before a restore has succeeded: \(unfitness)", path: definition.name)
        }
        isAtWork = true
        defer { isAtWork = false }
        return try await body()
    }
}

extension TrainableContext {
    /// The same with more parameters, which give way to those of the same name here.
    func sharing(_ others: TrainableParameters) -> TrainableContext {
        var context = self
        context.parameters = others.merging(parameters)
        return context
    }
}
