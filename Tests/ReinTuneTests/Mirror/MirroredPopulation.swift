import Foundation
import ReinCheckpoints
import ReinRandom
import ReinTestSupport
import Synchronization

@testable import ReinTune

/// A population that takes over checkpoints, keeps one of each trial, and comes to the same decisions each time.
enum MirroredPopulation {
    /// What it came to.
    struct Result: Equatable {
        var trials: [String]
        var takeOvers: String
        var rows: [[String]]
    }

    static func tuner(iterations: Int = 10, in working: String? = nil, every interval: Duration = .zero) throws -> Tuner
    {
        let space: SearchSpace = ["rate": .uniform(0.1...1)]
        var tuner = try Tuner(TrainableDefinition(Climber.self), searching: space, samples: 6, seed: 4)
        tuner.scheduler = PopulationBasedTraining(
            try .init(
                metric: "height", order: .max, timeAttribute: "training_iteration", interval: 2,
                mutations: ["rate": .domain(.uniform(0.1...1))], quantile: 0.4),
            random: RandomStream(seed: 5, name: "population"))
        tuner.stopRule = .iterations(iterations)
        tuner.checkpoints = try CheckpointConfig(numToKeep: 1, frequency: 1)
        tuner.machine = try MachineResources(cpus: 3, gpus: 0, memory: 1e9)
        tuner.isDeterministic = true
        tuner.maximumConcurrency = 3
        tuner.synchronizes = false
        tuner.mirrorInterval = interval
        tuner.workingFolder = working
        return tuner
    }

    /// What an experiment came to, from its outcome and its folder.
    static func result(_ outcome: Tuner.Outcome, in folder: String) throws -> Result {
        let contents = ExperimentContents(folder: folder)
        return Result(
            trials: outcome.trials.map { trial in
                "\(trial.id) \(trial.status) \(trial.configuration) \(trial.lastResult?.score("height") ?? 0)"
            },
            takeOvers: try String(contentsOfFile: "\(folder)/pbt_global.txt", encoding: .utf8),
            rows: try contents.trials.map { trial in
                try rows(in: "\(folder)/\(trial)").map { row in
                    "\(try row.int("training_iteration")) \(try row.double("height")) \(try row.child("config").tree)"
                }
            })
    }

    /// Brings what lies in a storage to a folder.
    static func download(_ storage: any Storage, to folder: String) throws {
        _ = try FolderDownload(from: storage, by: .none).run(
            try storage.list().map { FolderDownload.Object($0) }, to: folder)
    }

    /// The names of files, without those that have the time in them.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
            try LocalFile.isFile("\(folder)/\(path)")
        }.map { path in
            // A checkpoint that was begun when the line was cut has used its number up.
            path.replacing(#/checkpoint_\d+/#, with: "checkpoint").replacing(
                #/\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d/#, with: "TIME"
            ).replacing(
                #/tfevents\..*/#, with: "tfevents")
        }.sorted()
    }
}

/// A storage in memory that does what a test wants.
struct MirrorPlace: Sendable {
    let storage: FaultyStorage
    /// Its address, under a scheme of its own.
    let address: String
    /// What really lies there.
    let base: MemoryStorage

    private static let counter = Atomic(0)

    init(
        _ intercept: @escaping @Sendable (FaultyStorage.Operation, Int) throws(StateError) -> Void = { _, _ in }
    ) throws {
        let number = Self.counter.add(1, ordering: .relaxed).newValue
        let base = try MemoryStorage(StorageURI("memory://mirror-\(number)/experiments/e"))
        let storage = FaultyStorage(base, intercept)
        self.base = base
        self.storage = storage
        address = "mirror\(number)://place/experiments/e"
        StorageSchemes.register("mirror\(number)") { _ throws(StateError) in storage }
    }
}
