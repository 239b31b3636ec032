import Rein

@testable import ReinCommand

/// PPO on CartPole, tiny, whose checkpoints fail to be saved for a while, as on a disk that is full, or whose environment
/// gives a number that is none at some point.
final class FaultyTrainer: Trainer {
    private let algorithm: PPO
    /// Whether to fail, given how often saving was tried before and the iteration.
    private let fails: (_ tries: Int, _ iteration: Int) -> Bool
    /// The iterations after which saving was tried.
    private(set) var tries: [Int] = []
    /// What the environment gives after so many iterations, if anything.
    private let fault: (iterations: Int, fault: EnvironmentFault)?

    init(
        fault: (iterations: Int, fault: EnvironmentFault)? = nil,
        fails: @escaping (_ tries: Int, _ iteration: Int) -> Bool = { _, _ in false }
    ) throws {
        self.fault = fault
        algorithm = try PPO(environment: CartPole.self, configuration: Scratch.configuration)
        self.fails = fails
    }

    var algorithmName: String { algorithm.algorithmName }
    var environment: TrainingEnvironment { algorithm.environment }
    var settings: StateTree { algorithm.settings }
    var seed: Int { algorithm.seed }
    var policyIDs: [PolicyID] { algorithm.policyIDs }
    var policySettings: StateMap { algorithm.policySettings }
    var mapping: PolicyMapping { algorithm.mapping }
    var evaluationMapping: PolicyMapping? { algorithm.evaluationMapping }
    var policiesToTrain: [PolicyID] { algorithm.policiesToTrain }
    var environmentStepsPerIteration: Int { algorithm.environmentStepsPerIteration }
    var counters: TrainingCounters { algorithm.counters }
    var episodes: EpisodeWindow { algorithm.episodes }
    var rllibProblems: [(id: PolicyID, problem: String)] { algorithm.rllibProblems }
    var rllibDepartures: [RLlibDeparture] { algorithm.rllibDepartures }
    var arithmetic: Arithmetic { algorithm.arithmetic }
    var earlierArithmetic: Arithmetic? { algorithm.earlierArithmetic }

    var isInsideIteration: Bool { algorithm.isInsideIteration }

    func train(while goesOn: @Sendable () -> Bool) throws -> TrainingResult? {
        if let fault, fault.iterations == counters.iterations { throw TrainingError.environment(fault.fault) }
        return try algorithm.train(while: goesOn)
    }

    func save(to path: String, format: CheckpointFormat, sharingWith earlier: String?) throws {
        let count = tries.count
        tries.append(counters.iterations)
        if fails(count, counters.iterations) {
            throw StateError(.inputOutput, "cannot write the file: No space left on device", path: path)
        }
        try algorithm.save(to: path, format: format, sharingWith: earlier)
    }
}
