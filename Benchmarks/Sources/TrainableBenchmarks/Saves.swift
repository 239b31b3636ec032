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

    /// Few at a time: ext4 passes over what was deleted within the last seconds each time it makes a file, which whoever
    /// saves thousands a second pays for, and nobody else.
    private static let count = 40

    static func measure() async throws {
        print("| what | µs a checkpoint |")
        print("| --- | ---: |")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rein-benchmark-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for synchronizing in [false, true] {
            var (whole, bare, ratios) = ([Double](), [Double](), [Double]())
            for turn in 0..<9 {
                let time = try await time("\(folder)/\(synchronizing)-\(turn)", synchronizing: synchronizing)
                let base = try bareTime("\(folder)/bare-\(synchronizing)-\(turn)", synchronizing: synchronizing)
                whole.append(time)
                bare.append(base)
                ratios.append(time / base)
                try await Task.sleep(for: .seconds(1))
            }
            let words = synchronizing ? "synchronized" : "not synchronized"
            print("| saved and kept, \(words) | \(TrainableBenchmarks.text(whole)) |")
            print("| as many files made and removed, \(words) | \(TrainableBenchmarks.text(bare)) |")
            print("| ratio of both | \(TrainableBenchmarks.text(ratios)) |")
        }
    }

    private static func time(_ folder: String, synchronizing: Bool) async throws -> Double {
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

    /// Makes as many files of such sizes in as many directories, removes the old ones, writes three lines to another file,
    /// and has as much put on the disk: both files, their directory, the one above it, and the lines.
    private static func bareTime(_ folder: String, synchronizing: Bool) throws -> Double {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let line = [UInt8](repeating: 10, count: 200)
        let journal = open("\(folder)/journal", O_WRONLY | O_CREAT | O_APPEND, 0o666)
        let parent = open(folder, O_RDONLY)
        defer {
            close(journal)
            close(parent)
        }
        let sizes = [("a", 1300), ("b", 900)]
        var time = Duration.zero
        for index in 0..<count {
            let start = ContinuousClock.now
            let hidden = "\(folder)/.\(index)"
            mkdir(hidden, 0o777)
            for (name, size) in sizes {
                let file = open("\(hidden)/\(name)", O_WRONLY | O_CREAT, 0o666)
                let bytes = [UInt8](repeating: 3, count: size)
                _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, size) }
                if synchronizing { fsync(file) }
                close(file)
            }
            if synchronizing {
                let directory = open(hidden, O_RDONLY)
                fsync(directory)
                close(directory)
            }
            rename(hidden, "\(folder)/\(index)")
            if synchronizing { fsync(parent) }
            for _ in 0..<3 { _ = line.withUnsafeBytes { write(journal, $0.baseAddress, line.count) } }
            if synchronizing { fdatasync(journal) }
            if index >= 11 {
                for (name, _) in sizes { unlink("\(folder)/\(index - 11)/\(name)") }
                rmdir("\(folder)/\(index - 11)")
            }
            time += ContinuousClock.now - start
        }
        return time / .microseconds(1) / Double(count)
    }
}
