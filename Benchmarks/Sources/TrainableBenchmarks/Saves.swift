import Foundation
import ReinCheckpoints
import ReinTune

/// What it takes to save a state of 1 kB and to keep the best of ten, in microseconds; with durability beside as many
/// files and directories that are only written to the disk.
enum Saves {
    private struct Small: StatefulTrainable {
        private var weights = [Float](repeating: 0.5, count: 250)
        private var count = 0
        init(configuration: StateMap, context: TrainableContext) {}
        mutating func step() -> StepResult {
            count += 1
            weights[count % weights.count] += 1
            return StepResult(["loss": .double(Double(count * 7 % 17))])
        }
        var state: StateMap {
            ["weights": .tensor(StateTensor(weights, shape: [weights.count])), "count": .int(Int64(count))]
        }
        mutating func load(_ state: StateReader) throws { count = try state.child("count").int() }
    }

    static func measure() async throws {
        print("| what | µs a checkpoint |")
        print("| --- | ---: |")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rein-benchmark-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await print("| saved and kept, not synchronized | \(row(folder, synchronizing: false)) |")
        var ratios: [Double] = []
        var durable: [Double] = []
        var bare: [Double] = []
        for turn in 0..<9 {
            let time = try await time("\(folder)/durable-\(turn)", count: 50, synchronizing: true)
            let base = try bareTime("\(folder)/bare-\(turn)", count: 50)
            durable.append(time)
            bare.append(base)
            ratios.append(time / base)
        }
        print("| saved and kept, synchronized | \(TrainableBenchmarks.text(durable)) |")
        print("| as many files, written to the disk alone | \(TrainableBenchmarks.text(bare)) |")
        print("| ratio of both | \(TrainableBenchmarks.text(ratios)) |")
    }

    private static func row(_ folder: String, synchronizing: Bool) async throws -> String {
        var samples: [Double] = []
        for turn in 0..<9 {
            samples.append(try await time("\(folder)/quick-\(turn)", count: 200, synchronizing: synchronizing))
        }
        return TrainableBenchmarks.text(samples)
    }

    private static func time(_ folder: String, count: Int, synchronizing: Bool) async throws -> Double {
        let store = try CheckpointStore(
            at: folder, config: CheckpointConfig(numToKeep: 10, scoreAttribute: "loss", scoreOrder: .min),
            synchronizing: synchronizing)
        let driver = try await TrainableDriver(Small.self)
        var time = Duration.zero
        for _ in 0..<count {
            let result = try await driver.train()
            let start = ContinuousClock.now
            let index = try store.begin()
            try await driver.save(to: store.path(of: index), synchronizing: synchronizing)
            try store.register(index, metrics: .map(result.metrics))
            time += ContinuousClock.now - start
        }
        return time / .microseconds(1) / Double(count)
    }

    /// Writes as many files of such sizes, and has as much put on the disk.
    private static func bareTime(_ folder: String, count: Int) throws -> Double {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let line = [UInt8](repeating: 10, count: 600)
        let journal = open("\(folder)/journal", O_WRONLY | O_CREAT | O_APPEND, 0o666)
        let parent = open(folder, O_RDONLY)
        defer {
            close(journal)
            close(parent)
        }
        var time = Duration.zero
        for index in 0..<count {
            let start = ContinuousClock.now
            let place = "\(folder)/\(index)"
            mkdir(place, 0o777)
            for (name, size) in [("a", 1300), ("b", 900)] {
                let file = open("\(place)/\(name)", O_WRONLY | O_CREAT, 0o666)
                let bytes = [UInt8](repeating: 3, count: size)
                _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, size) }
                fsync(file)
                close(file)
            }
            let directory = open(place, O_RDONLY)
            fsync(directory)
            close(directory)
            fsync(parent)
            _ = line.withUnsafeBytes { write(journal, $0.baseAddress, line.count) }
            fdatasync(journal)
            time += ContinuousClock.now - start
        }
        return time / .microseconds(1) / Double(count)
    }
}
