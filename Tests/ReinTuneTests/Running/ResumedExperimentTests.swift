import Foundation
import ReinCheckpoints
import ReinRandom
import ReinTestSupport
import Synchronization
import Testing

@testable import ReinTune

/// An experiment whose process was killed goes on as if nothing had happened.
struct ResumedExperimentTests {
    enum Kind: String, CaseIterable, Sendable {
        case fifo, asha, hyperBand, population, synchronousPopulation, singleCheckpoint, parzen, failing
    }

    private static func tuner(_ kind: Kind, concurrency: Int? = nil, cpus: Double = 3) throws -> Tuner {
        var space: SearchSpace = ["rate": .uniform(0.1...1)]
        if kind == .failing { space = ["rate": .uniform(0.1...1), "fails": .choice([.int(2), .int(4), .int(99)])] }
        let definition = TrainableDefinition(Climber.self)
        var tuner: Tuner
        if kind == .parzen {
            tuner = Tuner(
                definition,
                searcher: try SpaceSearcher(searching: space, metric: "height", order: .max, seed: 3), space: space,
                seed: 3)
            tuner.maximumTrials = 14
        } else {
            tuner = try Tuner(definition, searching: space, samples: 8, seed: 3)
        }
        switch kind {
        case .asha, .parzen:
            tuner.scheduler = ASHAScheduler(
                try .init(metric: "height", order: .max, maxTime: 9, reductionFactor: 3))
        case .hyperBand:
            tuner.scheduler = HyperBandScheduler(
                try .init(metric: "height", order: .max, maxTime: 9, reductionFactor: 3))
        case .population, .synchronousPopulation, .singleCheckpoint:
            tuner.scheduler = try population(isSynchronous: kind == .synchronousPopulation)
        case .fifo, .failing: break
        }
        tuner.stopRule = .iterations(9)
        tuner.checkpoints =
            switch kind {
            case .failing: try CheckpointConfig(numToKeep: 2, frequency: 0)
            // The one that is kept may belong to a result that nobody has judged.
            case .singleCheckpoint: try CheckpointConfig(numToKeep: 1, frequency: 1)
            default: try CheckpointConfig(numToKeep: 2, frequency: 2)
            }
        tuner.failures = try FailurePolicy(maximumFailures: 0)
        tuner.machine = try MachineResources(cpus: cpus, gpus: 0, memory: 1e9)
        tuner.isDeterministic = true
        tuner.maximumConcurrency = concurrency ?? 3
        tuner.synchronizes = false
        return tuner
    }

    private static func population(isSynchronous: Bool) throws -> PopulationBasedTraining {
        PopulationBasedTraining(
            try .init(
                metric: "height", order: .max, timeAttribute: "training_iteration", interval: 2,
                mutations: ["rate": .domain(.uniform(0.1...1))], quantile: 0.4, isSynchronous: isSynchronous),
            random: RandomStream(seed: 5, name: "population"))
    }

    /// What was decided: what became of each trial, and with which settings, without what measures time.
    private static func decisions(_ trials: [TrialRecord]) -> [String] {
        trials.map { trial in
            let result = trial.lastResult.flatMap { try? $0.number(of: "height") }
            let iteration = trial.lastResult?.iteration
            return "\(trial.id) \(trial.tag) \(trial.status.rawValue) \(JSON.text(.map(trial.configuration))) "
                + "\(iteration ?? 0) \(result ?? .nan)"
        }
    }

    /// Copies a folder that others write in: what they remove meanwhile is no error.
    private static func copy(_ folder: String, to target: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/cp")
        process.arguments = ["-R", folder, target]
        process.standardError = FileHandle.nullDevice
        try? process.run()
        process.waitUntilExit()
    }

    /// Copies a folder when nobody writes in it any more.
    private static func copyAtRest(_ folder: String, to target: String) {
        let other = "\(target)-again"
        repeat {
            try? FileManager.default.removeItem(atPath: target)
            try? FileManager.default.removeItem(atPath: other)
            copy(folder, to: target)
            Thread.sleep(forTimeInterval: 0.01)
            copy(folder, to: other)
        } while !FileManager.default.contentsEqual(atPath: target, andPath: other)
        try? FileManager.default.removeItem(atPath: other)
    }

    @Test(
        "Copied away after any turn, as a killed process leaves it, and resumed: the same decisions",
        arguments: Kind.allCases)
    func copies(_ kind: Kind) async throws {
        try await withTemporaryDirectory { folder in
            let turns = Mutex(0)
            let whole = try await Self.tuner(kind).run(in: "\(folder)/whole") { _ in
                let turn = turns.withLock { turns in
                    turns += 1
                    return turns
                }
                if turn % 8 == 2 { Self.copy("\(folder)/whole", to: "\(folder)/copy\(turn)") }
            }
            #expect(whole.isFinished && whole.warnings.isEmpty, "\(whole.warnings)")
            try await Self.checkCopies(in: folder, of: whole, by: Self.tuner(kind))
        }
    }

    @Test("Killed while a trial is far behind the others, it goes on the same: what they offer is what was judged")
    func behind() async throws {
        let kind = Kind.singleCheckpoint
        try await withTemporaryDirectory { folder in
            let turnstile = Mutex(())
            let log = Climber.StepLog { count in
                let isCopied = count % 7 == 0
                // Everybody else gets as far ahead as is possible, and waits.
                if isCopied { Thread.sleep(forTimeInterval: 0.05) }
                turnstile.withLock { _ in
                    if isCopied { Self.copyAtRest("\(folder)/whole", to: "\(folder)/copy\(count)") }
                }
            }
            // Nobody waits for a place, which would be asked to make room at each comparison.
            var tuner = try Self.tuner(kind, concurrency: 8, cpus: 8)
            tuner.definition = tuner.definition.withParameter("log", log)
            let whole = try await tuner.run(in: "\(folder)/whole")
            #expect(whole.isFinished && whole.warnings.isEmpty, "\(whole.warnings)")
            tuner.definition = tuner.definition.withParameter("log", Climber.StepLog())
            try await Self.checkCopies(in: folder, of: whole, by: tuner)
        }
    }

    /// Goes on with the copies that were made of an experiment's folder, and compares what becomes of them with it.
    private static func checkCopies(in folder: String, of whole: Tuner.Outcome, by tuner: Tuner) async throws {
        let copies = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("copy") }
        #expect(copies.count > 1)
        for copy in copies {
            let resumed = try await tuner.resume(in: "\(folder)/\(copy)")
            #expect(resumed.isFinished)
            #expect(decisions(resumed.trials) == decisions(whole.trials), "\(copy)")
            let (one, other) = (
                ExperimentContents(folder: "\(folder)/\(copy)"), ExperimentContents(folder: "\(folder)/whole")
            )
            #expect(try one.trials == other.trials)
            for trial in try one.trials {
                #expect(try one.numbers(trial) == other.numbers(trial), "\(copy) \(trial)")
            }
        }
    }

    @Test("The number of places for steps changes nothing", arguments: Kind.allCases)
    func slots(_ kind: Kind) async throws {
        try await withTemporaryDirectory { folder in
            var all: [[String]] = []
            for cpus in [1.0, 2, 8] {
                // The names of trials follow from that of the folder.
                let outcome = try await Self.tuner(kind, cpus: cpus).run(in: "\(folder)/\(cpus)/experiment")
                #expect(outcome.isFinished)
                all.append(Self.decisions(outcome.trials))
            }
            #expect(all[0] == all[1] && all[1] == all[2])
        }
    }
}
