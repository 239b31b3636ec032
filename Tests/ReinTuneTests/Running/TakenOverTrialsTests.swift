import Foundation
import ReinCheckpoints
import ReinRandom
import ReinTestSupport
import Testing

@testable import ReinTune

/// What trials take over from others, whatever else goes on at that moment.
struct TakenOverTrialsTests {
    /// Rises by its rate, in steps that take longer or shorter as the run says.
    struct Uneven: StatefulTrainable {
        private let rate: Double
        private var random: RandomStream
        private var height = 0.0

        init(configuration: StateMap, context: TrainableContext) throws {
            rate = try StateReader(.map(configuration)).double("rate")
            random = RandomStream(seed: try context.parameters.value("run"), name: context.trialID)
        }

        mutating func step() -> StepResult {
            Thread.sleep(forTimeInterval: Double.random(in: 0...0.004, using: &random))
            height = height * 0.9 + rate
            return StepResult(["height": .double(height)])
        }

        var state: StateMap { ["height": .double(height)] }

        mutating func load(_ state: StateReader) throws { height = try state.double("height") }
    }

    private static func population(quantile: Double = 0.4) throws -> PopulationBasedTraining {
        PopulationBasedTraining(
            try .init(
                metric: "height", order: .max, timeAttribute: "training_iteration", interval: 2,
                mutations: ["rate": .domain(.uniform(0.1...1))], quantile: quantile),
            random: RandomStream(seed: 5, name: "population"))
    }

    private static func quick(_ tuner: inout Tuner) throws {
        tuner.machine = try MachineResources(cpus: 4, gpus: 0, memory: 1e9)
        tuner.isDeterministic = true
        tuner.synchronizes = false
    }

    @Test("How far a donor is ahead of what was judged changes nothing, also where it keeps one checkpoint")
    func donorsAhead() async throws {
        try await withTemporaryDirectory { folder in
            var all: [[String]] = []
            for run in 0..<6 as Range<UInt64> {
                var tuner = try Tuner(
                    Uneven.withParameter("run", run), searching: ["rate": .uniform(0.1...1)], samples: 4, seed: 3)
                tuner.scheduler = try Self.population()
                tuner.stopRule = .iterations(12)
                tuner.checkpoints = try CheckpointConfig(numToKeep: 1, frequency: 1)
                try Self.quick(&tuner)
                let outcome = try await tuner.run(in: "\(folder)/\(run)/e")
                #expect(outcome.isFinished && outcome.warnings.isEmpty, "\(outcome.warnings)")
                all.append(
                    outcome.trials.map { trial in
                        let height = trial.lastResult?.metric("height") ?? .null
                        return "\(trial.id) \(trial.tag) \(JSON.text(.map(trial.configuration))) \(height)"
                    })
                // What others were offered is not kept for longer than that.
                for trial in try ExperimentContents(folder: "\(folder)/\(run)/e").trials {
                    #expect(try ExperimentContents(folder: "\(folder)/\(run)/e").checkpoints(trial).count == 1)
                }
            }
            #expect(all.allSatisfy { $0 == all[0] })
        }
    }

    @Test("A trial that goes on from itself with other settings tells no result twice")
    func replayed() async throws {
        try await withTemporaryDirectory { folder in
            let lines = [
                #"["a", "b", 2, 2, {"rate": 0.5}, {"rate": 0.25}]"#,
                #"["a", "b", 4, 4, {"rate": 0.25}, {"rate": 1.0}]"#,
            ]
            var tuner = try Tuner(TrainableDefinition(Climber.self), searching: ["rate": .fixed(0.5)])
            tuner.scheduler = try PopulationBasedTrainingReplay(policy: lines.joined(separator: "\n"))
            tuner.stopRule = .iterations(6)
            tuner.checkpoints = try CheckpointConfig(frequency: 1)
            try Self.quick(&tuner)
            let outcome = try await tuner.run(in: "\(folder)/e")
            #expect(outcome.isFinished && outcome.warnings.isEmpty, "\(outcome.warnings)")
            let contents = ExperimentContents(folder: "\(folder)/e")
            let trial = try #require(try contents.trials.first)
            #expect(try contents.numbers(trial) == [1, 2, 3, 4, 5, 6])
            let heights = try rows(in: "\(folder)/e/\(trial)").map { try $0.double("height") }
            #expect(heights == [0.25, 0.5, 0.75, 1, 2, 3])
        }
    }

    @Test("Where the other one has no checkpoint a trial goes on from its own, and tells no result twice")
    func nothingToTakeOver() async throws {
        try await withTemporaryDirectory { folder in
            let definition = TrainableDefinition(named: "saving") { configuration, session in
                let reader = StateReader(.map(configuration))
                let rate = try reader.double("rate")
                var n: Int64 = 0
                if let checkpoint = session.checkpoint, case .int(let saved)? = try checkpoint.dictionary()["n"] {
                    n = saved
                }
                while n < 8 {
                    n += 1
                    let checkpoint = rate < 0.3 ? try Checkpoint(dictionary: ["n": .int(n)]) : nil
                    try await session.report(["height": .double(rate), "n": .int(n)], checkpoint: checkpoint)
                }
                return nil
            }
            var tuner = try Tuner(definition, searching: ["rate": .grid([0.2, 0.9])], seed: 3)
            tuner.scheduler = try Self.population(quantile: 0.5)
            try Self.quick(&tuner)
            let outcome = try await tuner.run(in: "\(folder)/e")
            #expect(outcome.isFinished && outcome.trials.allSatisfy { $0.status == .terminated })
            #expect(outcome.warnings.contains { $0.contains("goes on from where it was") })
            let contents = ExperimentContents(folder: "\(folder)/e")
            let trial = try #require(try contents.trials.first)
            #expect(try contents.numbers(trial, "n") == Array(1...8))
            #expect(try contents.numbers(trial) == Array(1...8))
        }
    }

    @Test("What results came to is counted once, also after a trial had to go back")
    func summaries() async throws {
        try await withTemporaryDirectory { folder in
            let log = Climber.StepLog()
            var tuner = try Tuner(
                Climber.withParameter("log", log), searching: ["rate": .fixed(1.0), "fails": .fixed(5)])
            tuner.stopRule = .iterations(6)
            tuner.checkpoints = try CheckpointConfig(frequency: 3)
            tuner.failures = try FailurePolicy(maximumFailures: 1)
            tuner.synchronizes = false
            let outcome = try await tuner.run(in: "\(folder)/e")
            #expect(outcome.isFinished && log.all.count == 4 + 3)
            let state = try #require(
                try FileManager.default.contentsOfDirectory(atPath: "\(folder)/e").first {
                    $0.hasPrefix("experiment_state")
                })
            let text = try String(contentsOfFile: "\(folder)/e/\(state)", encoding: .utf8)
            // The mean of 1 to 6, each once.
            #expect(text.contains(#"\"height\":{\"max\":6.0,\"min\":1.0,\"avg\":3.5"#), "\(text)")
        }
    }

    @Test("A store that is given up lets its next owner in at once, and touches nothing any more")
    func closedStores() throws {
        try withTemporaryDirectory { folder in
            let config = try CheckpointConfig(numToKeep: 1)
            let first = try CheckpointStore(at: folder, config: config)
            func add(_ number: Int64, to store: CheckpointStore) throws {
                try store.add(metrics: [:]) { try Checkpoint(dictionary: ["n": .int(number)]).write(to: $0) }
            }
            try add(1, to: first)
            let hold = try first.hold(0)
            try add(2, to: first)
            #expect(throws: StateError.self) { try CheckpointStore(at: folder, config: config) }
            first.close()
            let second = try CheckpointStore(at: folder, config: config)
            // The next owner has deleted what was held.
            #expect(try ExperimentContents(folder: folder).checkpoints("") == ["checkpoint_000001"])
            try add(3, to: second)
            hold.release()
            #expect(throws: StateError.self) { try add(4, to: first) }
            #expect(try ExperimentContents(folder: folder).checkpoints("") == ["checkpoint_000002"])
            #expect(throws: StateError.self) { try CheckpointStore(at: folder, config: config) }
        }
    }
}
