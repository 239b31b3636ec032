import Foundation
import Rein

/// Making and restoring what is not small: a policy of 2x1024, with orthogonal and with uniform weights, and 40 policies
/// with settings of their own.
enum WideNetworks {
    static func measure() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rein-wide-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let one = Measurement(policies: 1, format: .native)
        for (name, isOrthogonal) in [("orthogonal", true), ("uniform", false)] {
            let settings = PPO.Configuration(seed: 1).with {
                $0.environmentCount = 2
                $0.rolloutLength = 16
                $0.network.hidden = [1024, 1024]
                $0.network.hasOrthogonalWeights = isOrthogonal
            }
            let path = folder.appendingPathComponent(name).path
            try PPO(environment: CartPole.self, configuration: settings).save(to: path, synchronizing: false)
            try one.row("new 2x1024, \(name)", repetitions: 5) {
                _ = try PPO(environment: CartPole.self, configuration: settings)
            }
            try one.row("restore 2x1024, \(name)", repetitions: 5) { _ = try PPO(restoring: path) }
            try one.row("restore 2x1024 to act, \(name)", repetitions: 5) { _ = try Policy(restoring: path) }
        }
        let ids = try (0..<40).map { try PolicyID("pol\($0)") }
        let base = PPO.Configuration(seed: 1).with {
            $0.environmentCount = 2
            $0.rolloutLength = 16
        }
        let own = Dictionary(
            uniqueKeysWithValues: ids.enumerated().map { index, id in
                (id, base.with { $0.network.hidden = [256, 217 + index] })
            })
        let path = folder.appendingPathComponent("own").path
        try PPO(
            environment: CartPole.self, configuration: base, lineup: Lineup(policies: ids, policyConfigurations: own)
        )
        .save(to: path, synchronizing: false)
        try Measurement(policies: 40, format: .native).row("restore, settings of their own", repetitions: 5) {
            _ = try PPO(restoring: path)
        }
    }
}
