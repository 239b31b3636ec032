import Foundation
import ReinCheckpoints
import ReinTestSupport
import ReinTune
import Testing

@Suite struct KilledRunTests {
    /// Runs the probe in a folder until there are so many results, and kills it then.
    ///
    /// - Returns: whether it had ended by itself.
    private func run(in folder: String, killingAfter rows: Int?) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: builtProgram("TrainableProbe"))
        process.arguments = ["count", folder]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        if let rows {
            while process.isRunning, try results(in: folder).count < rows { usleep(200) }
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }
        process.waitUntilExit()
        return process.terminationReason == .exit && process.terminationStatus == 0
    }

    private func results(in folder: String) throws -> [Int] {
        let path = "\(folder)/result.json"
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap { line in
            // The last line may be half written.
            guard let tree = try? JSON.parse(Array(line.utf8)) else { return nil }
            return try StateReader(tree).child("count").int()
        }
    }

    @Test("a function that is killed again and again goes on each time, and loses and repeats nothing")
    func killed() throws {
        try withTemporaryDirectory { folder in
            var latest = 0
            for rows in stride(from: 20, through: 260, by: 40) {
                if try run(in: folder, killingAfter: rows) { break }
                let store = try CheckpointStore(
                    at: folder, config: CheckpointConfig(numToKeep: 2, scoreAttribute: "count"))
                let checkpoint = try #require(store.latest)
                try Checkpoint(directory: checkpoint.path).verify()
                #expect(store.checkpoints.count <= 3)
                let count = try StateReader(checkpoint.metrics).child("count").int()
                #expect(count >= latest && count % 3 == 0)
                latest = count
            }
            #expect(latest > 0)
            #expect(try run(in: folder, killingAfter: nil))
            #expect(try results(in: folder) == Array(1...300))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
                $0.hasPrefix("checkpoint_") || $0.contains("partial")
            }
            #expect(names.count == 2 && names.allSatisfy { $0.hasPrefix("checkpoint_") })
            // What is left is whole, and from the end.
            for name in names { try Checkpoint(directory: "\(folder)/\(name)").verify() }
        }
    }
}
