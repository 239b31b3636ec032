import Foundation
import Rein

@testable import ReinCommand

/// PPO on CartPole, tiny, whose checkpoints fail to be saved for a while, as on a disk that is full, or whose environment
/// gives a number that is none at some point, or that is slow.
final class FaultyAlgorithm: ErasedAlgorithm {
    private let algorithm: PPO
    /// Whether to fail, given how often saving was tried before and the iteration.
    private let fails: (_ tries: Int, _ iteration: Int) -> Bool
    /// The iterations after which saving was tried.
    private(set) var tries: [Int] = []
    /// What the environment gives after so many iterations, if anything.
    private let fault: (iterations: Int, fault: EnvironmentFault)?
    /// How long it takes until it is asked once more whether there is time, in seconds.
    private let delay: Double
    /// What an evaluation fails with.
    var evaluationError: StateError?
    /// How often an iteration was stopped.
    private(set) var stops = 0

    init(
        fault: (iterations: Int, fault: EnvironmentFault)? = nil, delay: Double = 0,
        fails: @escaping (_ tries: Int, _ iteration: Int) -> Bool = { _, _ in false }
    ) throws {
        self.fault = fault
        self.delay = delay
        algorithm = try PPO(environment: CartPole.self, configuration: Scratch.configuration)
        self.fails = fails
    }

    var algorithmName: String { algorithm.algorithmName }
    var environment: TrainingEnvironment { algorithm.environment }
    var settings: StateTree { algorithm.settings }
    var seed: Int { algorithm.seed }
    var lineup: Lineup { algorithm.lineup }
    var environmentStepsPerIteration: Int { algorithm.environmentStepsPerIteration }
    var counters: TrainingCounters { algorithm.counters }
    var episodes: EpisodeWindow { algorithm.episodes }
    var rllibProblems: [(id: PolicyID, problem: String)] { algorithm.rllibProblems }
    var rllibDepartures: [RLlibDeparture] { algorithm.rllibDepartures }
    var arithmetic: Arithmetic { algorithm.arithmetic }
    var earlierArithmetic: Arithmetic? { algorithm.earlierArithmetic }
    var environmentIncidents: EnvironmentIncidents? { algorithm.environmentIncidents }
    var environmentNotes: [String] { algorithm.environmentNotes }
    var isInsideIteration: Bool { algorithm.isInsideIteration }

    var blankResult: TrainingResult { algorithm.blankResult }

    func policy(_ id: PolicyID) -> Policy? { algorithm.policy(id) }

    var evaluationSchedule: EvaluationSchedule? {
        get { algorithm.evaluationSchedule }
        set { algorithm.evaluationSchedule = newValue }
    }

    func evaluate(
        episodes: Int, seed: Int, explores: Bool, opponents: [PolicyID: EvaluationPlayer], mapping: PolicyMapping?,
        while goesOn: () -> Bool
    ) throws -> EvaluationResult? {
        if let evaluationError { throw evaluationError }
        return try algorithm.evaluate(
            episodes: episodes, seed: seed, explores: explores, opponents: opponents, mapping: mapping, while: goesOn)
    }

    var settingChanges: [SettingChange] { algorithm.settingChanges }

    func restore(from checkpoint: SavedCheckpoint, changing settings: StateTree?) throws {
        try algorithm.restore(from: checkpoint, changing: settings)
    }

    func checkpoint(leavingOutCustomMappings: Bool) throws(StateError) -> Checkpoint {
        try algorithm.checkpoint(leavingOutCustomMappings: leavingOutCustomMappings)
    }

    func train(while goesOn: @Sendable () -> Bool) throws -> TrainingResult? {
        if let fault, fault.iterations == counters.iterations { throw TrainingError.environment(fault.fault) }
        let delay = delay
        let result = try algorithm.train {
            if delay > 0 { Thread.sleep(forTimeInterval: delay) }
            return goesOn()
        }
        if result == nil { stops += 1 }
        return result
    }

    func save(
        to path: String, format: CheckpointFormat, sharingWith earlier: String?, replacingExisting: Bool,
        synchronizing: Bool, leavingOutCustomMappings: Bool
    ) throws(StateError) {
        let count = tries.count
        tries.append(counters.iterations)
        if fails(count, counters.iterations) {
            throw StateError(.inputOutput, "cannot write the file: No space left on device", path: path)
        }
        try algorithm.save(
            to: path, format: format, sharingWith: earlier, replacingExisting: replacingExisting,
            synchronizing: synchronizing, leavingOutCustomMappings: leavingOutCustomMappings)
    }

    func exportPolicyModel(
        _ id: PolicyID?, to directory: String, as form: ModelForm, replacingExisting: Bool
    ) throws(StateError) -> String {
        try algorithm.exportPolicyModel(id, to: directory, as: form, replacingExisting: replacingExisting)
    }

    func exportPolicyCheckpoint(
        _ id: PolicyID?, to path: String, format: CheckpointFormat, replacingExisting: Bool
    ) throws(StateError) {
        try algorithm.exportPolicyCheckpoint(id, to: path, format: format, replacingExisting: replacingExisting)
    }
}
