import Foundation
import Rein

/// Measures saving, restoring everything and restoring one policy, for 1 and 100 policies of 2x64.
@main
struct CheckpointBenchmarks {
    static func main() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "rein-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for count in [1, 100] {
            let ids = try (0..<count).map { try PolicyID("pol\($0)") }
            let agents = (0..<count).map { AgentID("agent_\($0)") }
            let mapping = PolicyMapping(rules: zip(agents, ids).map { .init(agents: GlobPattern($0.name), policy: $1) })
            let configuration = PPO.Configuration(seed: 1).with {
                $0.environmentCount = 2
                $0.rolloutLength = 16
                $0.epochs = 1
            }
            let algorithm = try PPO(
                environment: EnvironmentSpecification(CartPole.self), configuration: configuration, policies: ids,
                agents: agents, mapping: mapping)
            _ = try algorithm.train()
            for format in CheckpointFormat.allCases {
                // A new name each time: file systems are slow to reuse what has just been deleted.
                var path = ""
                var saved = 0
                for synchronizing in [true, false] {
                    try measure("save \(count), \(format), \(synchronizing ? "with" : "without") fsync") {
                        saved += 1
                        path = folder.appendingPathComponent("\(count)-\(format)-\(saved)").path
                        try algorithm.save(to: path, format: format, synchronizing: synchronizing)
                    }
                }
                try measure("restore all of \(count), \(format)") { _ = try PPO(restoring: path) }
                try measure("restore one of \(count), \(format)") {
                    _ = try Policy(restoring: path, id: ids[count / 2])
                }
                try measure("restore one of \(count), \(format), without checksum") {
                    _ = try Policy(restoring: path, id: ids[count / 2], verifyingChecksum: false)
                }
            }
        }
    }

    static func measure(_ name: String, _ body: () throws -> Void) throws {
        let clock = ContinuousClock()
        var times: [Double] = []
        try body()
        for _ in 0..<9 {
            let (seconds, attoseconds) = try clock.measure { try body() }.components
            times.append(Double(seconds) * 1e3 + Double(attoseconds) * 1e-15)
        }
        times.sort()
        func text(_ value: Double) -> String { String(format: "%.3f", value) }
        print("\(name): \(text(times[4])) ms [\(text(times[0]))..\(text(times[8]))]")
    }
}
