import Foundation
import ReinInterop
import ReinPolicies
import ReinRLlib
import ReinTestSupport

/// Policies that other programs have saved.
extension SamplePolicy {
    /// The policies that real RLlib has saved.
    static func fromRLlib() throws -> [SamplePolicy] {
        try (RLlibFixture.names + RLlibFixture.actingOnly).map { name in
            SamplePolicy("RLlib \(name)", try Policy(restoring: RLlibFixture(name).path))
        }
    }

    /// The policies that real Stable-Baselines3 has saved.
    static func fromStableBaselines3() throws -> [SamplePolicy] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let folder = tests.appendingPathComponent("ReinInteropTests/Fixtures/StableBaselines3").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".zip") }
        return try names.sorted().map { name in
            SamplePolicy("Stable-Baselines3 \(name)", try StableBaselines3Agent(opening: "\(folder)/\(name)").policy)
        }
    }
}
