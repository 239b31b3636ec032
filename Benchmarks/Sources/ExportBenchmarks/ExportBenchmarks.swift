import Foundation
import Rein
import ReinExport
import ReinPolicies

/// Measures exporting a policy of 2x64 (4 observations, 2 actions), its files, what saves with such files take, and an
/// action by them beside Rein's own:
///
///     ExportBenchmarks [PYTHON]
///
/// PYTHON is an interpreter with onnxruntime, for its rows. The C compiler is `cc`, with `-O2`.
@main
struct ExportBenchmarks {
    static func main() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rein-export-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let policy = try Self.policy()
        print("| export of 2x64 | ms | bytes | beyond its numbers |")
        print("| --- | ---: | ---: | ---: |")
        // The policy's layers; the value network stays.
        let layers = [4, 64, 64, 2]
        let weights = 4 * zip(layers, layers.dropFirst()).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
        for (name, form) in ModelForm.named {
            var bytes: [UInt8] = []
            let time = try text(milliseconds(99) { bytes = try policy.exported(as: form) })
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(form.fileName)"))
            print("| \(name) | \(time) | \(bytes.count) | \(form == .c ? "" : String(bytes.count - weights)) |")
        }
        try Saves.measure(in: folder)
        try Actions.measure(policy, in: folder, python: CommandLine.arguments.dropFirst().first)
    }

    private static func policy() throws -> Policy {
        let algorithm = try PPO(environment: CartPole.self, configuration: PPO.Configuration(seed: 1))
        _ = try algorithm.train()
        guard let policy = algorithm.policy() else { preconditionFailure("an algorithm without policies") }
        return policy
    }

    /// The times of a body that is called so often, after once without a clock.
    static func milliseconds(_ count: Int, _ body: () throws -> Void) rethrows -> [Double] {
        try body()
        return try (0..<count).map { _ in try ContinuousClock().measure(body) / .milliseconds(1) }
    }

    /// The median with the extremes.
    static func text(_ values: [Double]) -> String {
        let sorted = values.sorted()
        func number(_ value: Double) -> String { String(format: value < 1 ? "%.4f" : "%.1f", value) }
        return "\(number(sorted[sorted.count / 2])) [\(number(sorted[0]))..\(number(sorted[sorted.count - 1]))]"
    }
}
