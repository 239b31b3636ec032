import Foundation
import ReinCheckpoints
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinExport

/// The graphs of all policies in the real onnxruntime, the newest and the oldest there is for Python 3.11.
struct ONNXPythonTests {
    @Test(
        "onnxruntime answers what the policies do",
        .enabled(
            if: PythonInterpreter(variable: "REIN_EXPORT_PYTHON") != nil,
            "REIN_EXPORT_PYTHON names no Python interpreter with onnx, onnxruntime 1.32 and safetensors"))
    func newest() throws {
        try check(PythonInterpreter(variable: "REIN_EXPORT_PYTHON"), opsets: Array(ONNXOptions.opsets))
    }

    @Test(
        "An old onnxruntime answers what the policies do",
        .enabled(
            if: PythonInterpreter(variable: "REIN_EXPORT15_PYTHON") != nil,
            "REIN_EXPORT15_PYTHON names no Python interpreter with onnxruntime 1.15 and safetensors"))
    func oldest() throws { try check(PythonInterpreter(variable: "REIN_EXPORT15_PYTHON"), opsets: [17]) }

    /// Writes all policies with what Rein answers, and has the script compare.
    private func check(_ interpreter: PythonInterpreter?, opsets: [Int]) throws {
        let interpreter = try #require(interpreter)
        try withTemporaryDirectory { directory in
            var list: [StateTree] = []
            let policies = try SamplePolicy.all + SamplePolicy.fromRLlib() + SamplePolicy.fromStableBaselines3()
            for (number, exported) in policies.enumerated() {
                let folder = "\(directory)/\(number)"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Self.write(exported.policy, to: folder, opsets: opsets)
                var start = 0
                if case .discrete(let space) = exported.policy.actionSpace { start = space.start }
                list.append([
                    "name": .string(exported.description), "start": .int(Int64(start)),
                    "choices": .list(exported.policy.actionSpace.choiceCounts.map { .int(Int64($0)) }),
                ])
            }
            try Self.writeReferences(to: "\(directory)/references")
            try FileManager.default.copyItem(
                atPath: ONNXGoldenTests.Golden.folder, toPath: "\(directory)/files")
            try Self.write(Array(JSON.text(.list(list)).utf8), to: "\(directory)/policies.json")
            #expect(list.count > 90)
            #expect(interpreter.run(script: "check_onnx.py", [directory] + opsets.map(String.init)) == 0)
        }
    }

    private static func writeReferences(to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ReferenceGraph.names {
            try write(ReferenceGraph(name).policy().exported(as: .onnx), to: "\(folder)/\(name).onnx")
            try FileManager.default.copyItem(atPath: ReferenceGraph.path(name), toPath: "\(folder)/\(name).json")
        }
    }

    private static func write(_ policy: Policy, to folder: String, opsets: [Int]) throws {
        let (rows, steps) = policy.isRecurrent ? (256, 20) : (1000, 1)
        let recorded = RecordedActing(policy, rows: rows, steps: steps)
        for opset in opsets {
            try write(policy.exported(as: .onnx(opset: opset), id: "p/é"), to: "\(folder)/opset-\(opset).onnx")
        }
        try write(policy.exported(as: .onnx(ONNXOptions(opset: 11, isRaw: true)), id: "p"), to: "\(folder)/raw.onnx")
        var raw = policy
        raw.observationNormalizer = nil
        let width = policy.observationSpace.count
        let outputs = (0..<rows).flatMap { row in
            raw.outputs(for: Array(recorded.observations[row * width..<(row + 1) * width]))
        }
        let answers: StateTree = [
            "observations": .tensor(
                StateTensor(recorded.observations, shape: [steps, rows] + policy.observationSpace.shape)),
            "masks": .tensor(
                StateTensor(
                    recorded.masks.map { UInt8($0 ? 1 : 0) }, shape: [steps, rows, recorded.masks.count / steps / rows])
            ),
            "outputs": .tensor(StateTensor(recorded.outputs, shape: [steps, rows, policy.outputCount])),
            "actions": .tensor(StateTensor(recorded.actions, shape: [steps, rows, policy.actionSpace.width])),
            "states": .tensor(StateTensor(recorded.states, shape: [rows, policy.stateWidth])),
            "raw": .tensor(StateTensor(outputs, shape: [rows, policy.outputCount])),
        ]
        try write(NativeCodec().encode(answers), to: "\(folder)/answers.safetensors")
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
