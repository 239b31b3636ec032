import Foundation
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinExport

/// Set the environment variable `REIN_EXPORT_PYTHON` to a Python interpreter with torch and safetensors to run these, and
/// `REIN_PYTHON` to one with Stable-Baselines3 besides.
@Suite("PyTorch acts with exported tensors")
struct TorchPythonTests {
    static let interpreter = PythonInterpreter(variable: "REIN_EXPORT_PYTHON")
    static let stableBaselines3 = PythonInterpreter(variable: "REIN_PYTHON")

    @Test(
        "The code in the documentation acts as Rein does with every kind of policy",
        .enabled(
            if: interpreter?.has("torch", "safetensors") == true,
            "REIN_EXPORT_PYTHON names no Python interpreter with torch and safetensors"))
    func documented() throws {
        let policies =
            try SamplePolicy.all + SamplePolicy.fromRLlib() + SamplePolicy.fromStableBaselines3()
        let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
        try withTemporaryDirectory { directory in
            try Self.write(policies, .sequential, to: directory)
            let plain = SamplePolicy("plain", .discrete(2), observations: [4], hidden: [64, 64])
            try FileManager.default.createDirectory(atPath: "\(directory)/plain", withIntermediateDirectories: true)
            try Data(plain.policy.exported(as: .safetensors))
                .write(to: URL(fileURLWithPath: "\(directory)/plain/model.safetensors"))
            let python = try #require(Self.interpreter)
            let arguments = ["\(root)/Documentation/Export.md", directory]
            #expect(python.run(script: "run_torch_policies.py", arguments) == 0)
        }
    }

    @Test(
        "Policies of Stable-Baselines3 take the tensors with its names",
        .enabled(
            if: stableBaselines3?.has("sb3_contrib", "safetensors") == true,
            "REIN_PYTHON names no Python interpreter with sb3_contrib and safetensors"))
    func inStableBaselines3() throws {
        let policies = try (SamplePolicy.all + SamplePolicy.fromStableBaselines3()).filter {
            (try? $0.policy.exported(as: .safetensors(.sb3))) != nil && $0.policy.observationNormalizer == nil
        }
        #expect(policies.count > 45)
        try withTemporaryDirectory { directory in
            try Self.write(policies, .sb3, to: directory)
            let python = try #require(Self.stableBaselines3)
            #expect(python.run(script: "load_stable_baselines3_tensors.py", [directory]) == 0)
        }
    }

    /// Writes the file of each policy, and another with what Rein makes of observations.
    private static func write(_ policies: [SamplePolicy], _ names: TensorNames, to directory: String) throws {
        for (index, exported) in policies.enumerated() {
            let path = "\(directory)/\(index) \(exported.description.replacing("/", with: "-"))"
            try Data(exported.policy.exported(as: .safetensors(names)))
                .write(to: URL(fileURLWithPath: "\(path).safetensors"))
            try Data(TorchCase(exported.policy, named: exported.description).file)
                .write(to: URL(fileURLWithPath: "\(path).case"))
        }
    }
}
