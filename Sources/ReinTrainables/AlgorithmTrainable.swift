public import Rein
public import ReinCheckpoints
public import ReinTune

/// An algorithm as a trainable: one step is one iteration.
///
///     let outcome = try await AlgorithmTrainable.run(
///         configuration: ["algorithm": "PPO", "environment": "CartPole-v1", "learningRate": 1e-3],
///         in: "runs/first", checkpoints: CheckpointConfig(numToKeep: 2, frequency: 10)
///     ) { $0.iteration == 50 }
///
/// The configuration has the method and the environment by their names, the settings of the method by theirs, and may have
/// what else a run is made of; see `AlgorithmTrainable.Key`. An environment that is not registered is given as a parameter:
/// `AlgorithmTrainable.withParameter("environment", environment)`.
///
/// Its checkpoints are those of the algorithm, which `rein` and `Algorithm` read, and it goes on from theirs. The settings
/// that the configuration has hold also after a checkpoint has been loaded: that is how a trial goes on with the weights,
/// the optimizer and the replay of another one, and settings of its own.
public struct AlgorithmTrainable: CountingTrainable, AtomicallyLoading {
    /// The algorithm, which is trained in place.
    public let algorithm: AnyAlgorithm
    /// The settings of the method that the configuration has.
    private let settings: StateTree

    /// Makes an algorithm with untrained policies.
    ///
    /// - Throws: `StateError` and `ConfigurationError` for a key that nobody knows, naming the nearest, and for values
    ///   that do not suit, and as `AlgorithmKind.makeAlgorithm`.
    public init(configuration: StateMap, context: TrainableContext) throws {
        let plan = try AlgorithmPlan(configuration, context.parameters)
        algorithm = try plan.makeAlgorithm()
        settings = .map(plan.settings)
    }

    /// Trains an algorithm that is there already.
    public init(_ algorithm: AnyAlgorithm) {
        self.algorithm = algorithm
        settings = .map([:])
    }

    /// Runs one iteration. What was done of one that is cancelled is not lost: the next step goes on there.
    ///
    /// - Returns: what `Algorithm.train()` reports, by its names, but for the number of the iteration.
    /// - Throws: `TrainingError` as there, and `CancellationError`.
    public mutating func step() throws -> StepResult {
        let before = algorithm.counters
        guard let result = try algorithm.train(while: { !Task.isCancelled }) else { throw CancellationError() }
        var step = StepResult()
        if case .map(let metrics) = result.tree { step.metrics = metrics }
        step.metrics["iteration"] = nil
        step.timestepsThisIteration = result.counters.environmentSteps - before.environmentSteps
        step.episodesThisIteration = result.counters.episodes - before.episodes
        return step
    }

    /// Everything that the algorithm goes on with, in memory.
    ///
    /// - Throws: `StateError` for a mapping that cannot be saved.
    public func checkpoint() throws -> Checkpoint { try algorithm.checkpoint() }

    /// Takes over everything from the checkpoint of an algorithm of the same method with the same environment; the
    /// settings that the configuration has stay.
    ///
    /// - Throws: `StateError` and `ConfigurationError` as `Algorithm.restore(from:changing:)`. Everything is then as it
    ///   was.
    public mutating func load(_ checkpoint: Checkpoint) throws {
        try algorithm.restore(from: checkpoint, changing: settings)
    }

    /// The metrics that differ each time, since they measure time.
    public static let measuredMetrics: Set = ["timers", "stepsPerSecond", "evaluation/seconds"]

    /// The iterations since the start of training.
    public var completedIterations: Int { algorithm.counters.iterations }
}

extension AlgorithmTrainable: Resettable {
    /// Makes an algorithm with untrained policies in the place of this one.
    ///
    /// - Throws: as `init`; the algorithm is then the one it was.
    public mutating func reset(configuration: StateMap, context: TrainableContext) throws {
        self = try AlgorithmTrainable(configuration: configuration, context: context)
    }
}

extension TrainableDefinition {
    /// Names an algorithm that is there already, to be trained by one driver.
    ///
    /// - Parameter make: makes the algorithm; called once for each trainable.
    public init(named name: String, algorithm make: @escaping @Sendable (StateMap) throws -> AnyAlgorithm) {
        self.init(named: name, making: { configuration, _ in AlgorithmTrainable(try make(configuration)) })
    }
}
