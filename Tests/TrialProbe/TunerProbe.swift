import ReinCheckpoints
import ReinRandom
import ReinTune

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A small experiment whose process is killed by those who start it, again and again: each start goes on with what the one
/// before has left. At the end it prints what was decided, which is the same whatever has happened on the way.
struct TunerProbe {
    /// What decides on trials.
    enum Kind: String {
        case asha, population, parzen
    }

    static let definition = TrainableDefinition(RisingTrainable.self)

    private let tuner: Tuner
    private let folder: String

    init(_ kind: Kind, in placement: TrialPlacement, folder: String) throws {
        let space: SearchSpace = ["rate": .uniform(0.1...1), "width": .choice([1, 2, 3])]
        var tuner =
            kind == .parzen
            ? Tuner(
                Self.definition,
                searcher: try SpaceSearcher(searching: space, metric: "height", order: .max, seed: 4), space: space,
                seed: 4) : try Tuner(Self.definition, searching: space, samples: 6, seed: 4)
        tuner.maximumTrials = kind == .parzen ? 12 : nil
        tuner.scheduler =
            kind == .population
            ? PopulationBasedTraining(
                try .init(
                    metric: "height", order: .max, timeAttribute: "training_iteration", interval: 2,
                    mutations: ["rate": .domain(.uniform(0.1...1))], quantile: 0.4),
                random: RandomStream(seed: 5, name: "population"))
            : ASHAScheduler(try .init(metric: "height", order: .max, maxTime: 9, reductionFactor: 3))
        tuner.stopRule = .iterations(9)
        tuner.checkpoints = try CheckpointConfig(numToKeep: 2, frequency: 1)
        tuner.placement = placement
        tuner.machine = try MachineResources(cpus: 3, gpus: 0, memory: 1e9)
        tuner.isDeterministic = true
        tuner.maximumConcurrency = 3
        tuner.synchronizes = false
        self.tuner = tuner
        self.folder = folder
    }

    /// Runs the experiment, or goes on with it, and prints the trials at its end.
    func run() async throws {
        let isThere = try LocalFile.exists("\(folder)/journal.jsonl")
        let outcome = try await isThere ? tuner.resume(in: folder) : tuner.run(in: folder)
        for trial in outcome.trials {
            let height = trial.lastResult?.metric("height") ?? .null
            let iteration = trial.lastResult?.metric("training_iteration") ?? .null
            print(
                trial.id, trial.tag, trial.status.rawValue, JSON.text(.map(trial.configuration)), JSON.text(iteration),
                JSON.text(height))
        }
        for warning in outcome.warnings where !warning.contains("not finished when a process ended") {
            print("warning: \(warning)")
        }
    }
}

/// Rises by its rate with every step, and remembers how high it is.
struct RisingTrainable: StatefulTrainable, Resettable {
    private var rate: Double
    private var height = 0.0

    init(configuration: StateMap, context: TrainableContext) throws {
        rate = try StateReader(.map(configuration)).double("rate")
    }

    mutating func step() throws -> StepResult {
        // Long enough that the process may be killed meanwhile.
        usleep(1_000)
        height = height * 0.99 + rate
        return StepResult(["height": .double(height)])
    }

    var state: StateMap { ["height": .double(height)] }

    mutating func load(_ state: StateReader) throws { height = try state.double("height") }

    mutating func reset(configuration: StateMap, context: TrainableContext) throws {
        self = try RisingTrainable(configuration: configuration, context: context)
    }
}
