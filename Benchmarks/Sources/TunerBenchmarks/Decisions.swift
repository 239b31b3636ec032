import Foundation
import ReinCheckpoints
import ReinTune

/// What the decisions on 10,000 trials of ten results take, with successive halving, and how much memory they keep.
enum Decisions {
    private static let trialCount = 10_000
    private static let resultCount = 10

    static func measure() async throws {
        let space: SearchSpace = ["rate": .logUniform(1e-4...1), "width": .integers(8...512)]
        var samples: [Double] = []
        var bytes = 0
        var events = 0
        for _ in 0..<5 {
            let before = residentBytes()
            var controller = try TrialController(
                searching: GridRandomSearcher(VariantSequence(of: space, numSamples: trialCount, seed: 1)),
                scheduling: ASHAScheduler(
                    .init(metric: "score", order: .max, maxTime: Double(resultCount), reductionFactor: 4)),
                ControllerSettings(experiment: "abcde", concurrency: trialCount, lookahead: 200), space: space)
            events = 0
            let (seconds, _) = try await TunerBenchmarks.seconds { try run(&controller, &events) }
            samples.append(seconds * 1e6 / Double(events))
            // Later runs take the memory that the first one has left.
            if samples.count == 1 { bytes = residentBytes() - before }
            precondition(controller.isClosed, "the experiment did not come to its end")
        }
        print("| 10,000 trials, \(events) events with ASHA | |")
        print("| --- | ---: |")
        print("| us an event | \(TunerBenchmarks.text(samples, digits: 2)) |")
        print("| bytes of memory a trial | \(bytes / trialCount) |")
        try await measureRestore()
    }

    /// Runs an experiment of as many trials, and measures how long it takes to open it again from a journal that nobody has
    /// compacted, as a killed process leaves it.
    private static func measureRestore() async throws {
        let parent = FileManager.default.temporaryDirectory.appendingPathComponent("rein-tuner-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: parent) }
        func tuner() throws -> Tuner {
            var tuner = try Tuner(
                TrainableDefinition(Experiments.Nothing.self),
                searching: ["rate": .logUniform(1e-4...1), "width": .integers(8...512)], samples: trialCount, seed: 1)
            tuner.scheduler = ASHAScheduler(
                try .init(metric: "score", order: .max, maxTime: 2 * Double(resultCount), reductionFactor: 4))
            tuner.stopRule = .iterations(resultCount)
            tuner.checkpoints = try CheckpointConfig(atEnd: false)
            tuner.synchronizes = false
            tuner.writesEvents = false
            return tuner
        }
        let whole = "\(parent)/whole"
        let (seconds, outcome) = try await TunerBenchmarks.seconds {
            try await tuner().run(in: whole) { progress in
                guard progress.isFinished else { return }
                try? FileManager.default.createDirectory(
                    atPath: "\(parent)/copy", withIntermediateDirectories: true)
                try? FileManager.default.copyItem(
                    atPath: "\(whole)/journal.jsonl", toPath: "\(parent)/copy/journal.jsonl")
            }
        }
        print("| s for the whole experiment on threads, results on the disk | \(TunerBenchmarks.text([seconds])) |")
        let (restoring, restored) = try await TunerBenchmarks.seconds { try await tuner().resume(in: "\(parent)/copy") }
        precondition(outcome.isFinished && restored.trials == outcome.trials, "it is not what it was")
        print("| s to restore it | \(TunerBenchmarks.text([restoring])) |")
    }

    /// All trials train at the same time.
    private static func run(_ controller: inout TrialController, _ events: inout Int) throws {
        var queue: [(id: TrialID, iteration: Int)] = []
        var next = 0
        var commands = try controller.handle(.opened)
        events += 1
        while true {
            for command in commands {
                switch command {
                case .begin(let id): queue.append((id, 1))
                case .proceed(let id): queue.append((id, last + 1))
                default: break
                }
            }
            guard next < queue.count else { return }
            let (id, iteration) = queue[next]
            next += 1
            last = iteration
            // Later ones are better, so that none is stopped and all have ten results.
            let score = Double(controller.trials[id].index)
            commands = try controller.handle(
                .reported(id, ["score": .double(score), "training_iteration": .int(Int64(iteration))]))
            events += 1
            // A queue that only grows would be measured, too.
            if next > 4096 {
                queue.removeFirst(next)
                next = 0
            }
        }
    }

    nonisolated(unsafe) private static var last = 0

    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, 128, file) != nil else { return 0 }
        let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        return (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
