import Foundation
import Rein
import ReinCheckpoints
import ReinPolicies
import ReinSpaces

/// What a save of 100 policies takes that puts ONNX files beside them, and one that does not; in turn.
enum Saves {
    private static let count = 100
    private static let repetitions = 15

    static func measure(in folder: String) throws {
        let plain = try algorithm(models: .none)
        let exporting = try algorithm(models: [.onnx])
        var times = (plain: [Double](), exporting: [Double]())
        for turn in 0..<repetitions {
            times.plain += try ExportBenchmarks.milliseconds(1) {
                try save(plain, to: "\(folder)/plain\(turn)")
            }
            times.exporting += try ExportBenchmarks.milliseconds(1) {
                try save(exporting, to: "\(folder)/exporting\(turn)")
            }
        }
        let ratios = zip(times.exporting, times.plain).map { $0 / $1 }.sorted()
        print("\n| a save of \(count) policies | ms |\n| --- | ---: |")
        print("| without models | \(ExportBenchmarks.text(times.plain)) |")
        print("| with ONNX | \(ExportBenchmarks.text(times.exporting)) |")
        print("| ratio | \(ExportBenchmarks.text(ratios)) |")
    }

    /// Saves to a new place, which is gone afterwards.
    private static func save(_ algorithm: PPO, to path: String) throws {
        try? FileManager.default.removeItem(atPath: path)
        try algorithm.save(to: path, synchronizing: false)
    }

    private static func algorithm(models: NativeModelFiles) throws -> PPO {
        let ids = try (0..<count).map { try PolicyID("pol\($0)") }
        let agents = (0..<count).map { AgentID("agent_\($0)") }
        let algorithm = try PPO(
            environment: EnvironmentSpecification(CartPole.self),
            configuration: PPO.Configuration(seed: 1).with {
                $0.environmentCount = 2
                $0.rolloutLength = 16
                $0.epochs = 1
                $0.exportsNativeModelFiles = models
            },
            lineup: Lineup(
                policies: ids, agents: agents,
                mapping: PolicyMapping(rules: zip(agents, ids).map { .init(agents: GlobPattern($0.name), policy: $1) }))
        )
        _ = try algorithm.train()
        return algorithm
    }
}
