import Foundation
import ReinCheckpoints
import ReinTune

/// What an experiment of twenty trials of twenty iterations takes in which nothing is trained, with a checkpoint every five
/// iterations, results, event files and the journal on the disk: in seconds.
enum Experiments {
    struct Nothing: StatefulTrainable, Resettable {
        private var n: Int64 = 0
        init(configuration: StateMap, context: TrainableContext) {}
        mutating func step() -> StepResult {
            n += 1
            return StepResult(["score": .int(n)])
        }
        var state: StateMap { ["n": .int(n)] }
        mutating func load(_ state: StateReader) throws { n = Int64(try state.child("n").int()) }
        mutating func reset(configuration: StateMap, context: TrainableContext) { n = 0 }
    }

    static let repeats = 9

    static func measure() async throws {
        print("| 20 trials x 20 iterations, 80 checkpoints | s |")
        print("| --- | ---: |")
        let asynchronous = try await row("on threads, without waiting for the disk") { $0.synchronizes = false }
        let synchronous = try await row("on threads") { $0.synchronizes = true }
        try await row("in processes that are reused, without waiting for the disk") {
            $0.placement = .processes(try .again())
            $0.synchronizes = false
        }
        let cost = try secondsOfSynchronizing()
        print(
            "| what waiting for the disk adds, in waits of \((cost * 1e6).rounded()) us for 4 kB | "
                + "\(((synchronous - asynchronous) / cost).rounded()) |")
    }

    @discardableResult
    private static func row(_ name: String, _ change: (inout Tuner) throws -> Void) async throws -> Double {
        var samples: [Double] = []
        for _ in 0..<repeats {
            var tuner = try Tuner(
                TrainableDefinition(Nothing.self), searching: ["rate": .uniform(0...1)], samples: 20, seed: 1)
            tuner.stopRule = .iterations(20)
            tuner.checkpoints = try CheckpointConfig(frequency: 5)
            try change(&tuner)
            let folder = try temporaryFolder()
            defer { remove(folder) }
            let (seconds, outcome) = try await TunerBenchmarks.seconds {
                try await tuner.run(in: "\(folder)/experiment")
            }
            precondition(outcome.isFinished && outcome.warnings.isEmpty, "the experiment did not come to its end")
            samples.append(seconds)
        }
        print("| \(name) | \(TunerBenchmarks.text(samples)) |")
        return samples.sorted()[samples.count / 2]
    }

    /// What it takes to wait until 4 kB are on the disk.
    private static func secondsOfSynchronizing() throws -> Double {
        let folder = try temporaryFolder()
        defer { remove(folder) }
        let file = open("\(folder)/file", O_CREAT | O_WRONLY, 0o600)
        precondition(file >= 0, "no file can be made")
        defer { close(file) }
        let bytes = [UInt8](repeating: 1, count: 4096)
        var samples: [Double] = []
        for _ in 0..<200 {
            let start = ContinuousClock.now
            precondition(write(file, bytes, bytes.count) == bytes.count && fdatasync(file) == 0, "the disk refuses")
            samples.append((ContinuousClock.now - start) / .seconds(1))
        }
        return samples.sorted()[samples.count / 2]
    }

    private static func temporaryFolder() throws -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(parent)/rein-tuner-XXXXXX".utf8CString)
        precondition(mkdtemp(&name) != nil, "no directory can be made in \(parent)")
        return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func remove(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }
}
