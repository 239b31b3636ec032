import CChecksums
import Foundation
import ReinCheckpoints

/// What it takes to make a dictionary of 100 MB to bytes and back, beside two checksums and two copies of as many bytes; and
/// what the directory of a checkpoint takes that has one.
enum Faces {
    static func measure() throws {
        print("| what | ms |")
        print("| --- | ---: |")
        let size = 100_000_000
        var random = SystemRandomNumberGenerator()
        let data = (0..<size / 8).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
        let dictionary: StateMap = ["weights": .bytes(data), "step": 3]
        var there: [Double] = []
        var base: [Double] = []
        var ratios: [Double] = []
        for _ in 0..<9 {
            let time = try milliseconds {
                let bytes = try Checkpoint(dictionary: dictionary).bytes()
                let back = try Checkpoint(bytes: bytes).dictionary()
                precondition(back.count == 2)
            }
            let bare = milliseconds {
                for _ in 0..<2 {
                    _ = data.withUnsafeBytes { crc32_z(0, $0.bindMemory(to: UInt8.self).baseAddress, $0.count) }
                    let copy = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                        data.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
                        count = size
                    }
                    precondition(copy[size - 1] == data[size - 1])
                }
            }
            there.append(time)
            base.append(bare)
            ratios.append(time / bare)
        }
        print("| dictionary of 100 MB to bytes and back | \(TrainableBenchmarks.text(there)) |")
        print("| two CRC-32 and two copies | \(TrainableBenchmarks.text(base)) |")
        print("| ratio of both | \(TrainableBenchmarks.text(ratios)) |")
        let folder = FileManager.default.temporaryDirectory.path
        let checkpoint = try Checkpoint(directory: folder)
        let time = try milliseconds { for _ in 0..<1_000_000 { try checkpoint.withDirectory { _ in } } }
        print("| the directory of one that has one, a million times | \(TrainableBenchmarks.text([time])) |")
    }

    private static func milliseconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        return (ContinuousClock.now - start) / .milliseconds(1)
    }
}
