import Foundation
import ReinCheckpoints
import ReinExport
import ReinNetworks
import ReinPolicies
import ReinTestSupport
import Testing

@Suite("Descriptions of ONNX files")
struct DescriptionPythonTests {
    @Test(
        "They are what the package onnx finds in the files",
        .enabled(
            if: PythonInterpreter(variable: "REIN_EXPORT_PYTHON") != nil,
            "REIN_EXPORT_PYTHON names no interpreter with requirements-export.txt"))
    func compares() throws {
        let python = try #require(PythonInterpreter(variable: "REIN_EXPORT_PYTHON"))
        try withTemporaryDirectory { directory in
            for (index, exported) in SamplePolicy.all.enumerated() {
                let policy = exported.policy
                var options = [ONNXOptions(), ONNXOptions(isRaw: true)]
                if policy.distribution.maskWidth > 0 { options.append(ONNXOptions(hasMask: true)) }
                for (number, option) in options.enumerated() {
                    let file = "\(directory)/\(index)-\(number)"
                    let description = try policy.modelDescription(of: .onnx(option))
                    let said: StateTree = [
                        "inputs": Self.tree(description.inputs), "outputs": Self.tree(description.outputs),
                    ]
                    try Data(policy.exported(as: .onnx(option))).write(to: URL(fileURLWithPath: file + ".onnx"))
                    try Data(JSON.text(said).utf8).write(to: URL(fileURLWithPath: file + ".json"))
                }
            }
            #expect(python.run(script: "compare_onnx_values.py", [directory]) == 0)
        }
    }

    private static func tree(_ values: [ModelDescription.Value]) -> StateTree {
        .list(
            values.map { value in
                [
                    "name": .string(value.name), "type": .string(value.type),
                    "shape": .list(value.shape.map { length in length.map { .int(Int64($0)) } ?? "batch" }),
                ]
            })
    }
}
