import ReinPolicies
import ReinSpaces
import Testing

@testable import ReinExport

/// The graphs of all kinds of policies, computed by the specification of ONNX.
struct ONNXKindsTests {
    /// Before and after every change of an operator's form.
    static let opsets = [11, 12, 13, 17, 18, 19, 20, 22]

    @Test("A graph answers what the policy does, whatever its kind", arguments: ExportedPolicy.all)
    func answers(_ exported: ExportedPolicy) throws {
        let policy = exported.policy
        let recorded =
            policy.isRecurrent ? RecordedActing(policy, rows: 8, steps: 20) : RecordedActing(policy, rows: 24)
        for opset in Self.opsets {
            let bytes = try policy.exported(as: .onnx(opset: opset), id: "p")
            try GraphAnswers(bytes, policy, recorded).expectMatch(recorded, policy, "\(exported) at opset \(opset)")
        }
    }

    @Test("A mask that is asked for is obeyed, and one that is not is left out")
    func masks() throws {
        var policies = 0
        for exported in ExportedPolicy.all where exported.policy.actionSpace.isDiscrete {
            let policy = exported.policy
            let masked = RecordedActing(policy, rows: 12, hasMasks: true)
            let free = RecordedActing(policy, rows: 12, hasMasks: false)
            let withMask = try policy.exported(as: .onnx(ONNXOptions(hasMask: true)), id: "p")
            try GraphAnswers(withMask, policy, masked).expectMatch(masked, policy, "\(exported)")
            let without = try policy.exported(as: .onnx(ONNXOptions(hasMask: false)), id: "p")
            try GraphAnswers(without, policy, free).expectMatch(free, policy, "\(exported)")
            policies += 1
        }
        #expect(policies > 20)
    }

    @Test("The graphs of what other programs have saved answer what the policies do")
    func foreign() throws {
        for exported in try ExportedPolicy.fromRLlib() + ExportedPolicy.fromStableBaselines3() {
            let policy = exported.policy
            let recorded = RecordedActing(policy, rows: 4, steps: policy.isRecurrent ? 3 : 1)
            let bytes = try policy.exported(as: .onnx, id: "p")
            try GraphAnswers(bytes, policy, recorded).expectMatch(recorded, policy, "\(exported)")
        }
    }
}
