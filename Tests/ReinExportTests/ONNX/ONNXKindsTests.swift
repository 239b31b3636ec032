import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinExport

/// The graphs of all kinds of policies, computed by the specification of ONNX.
struct ONNXKindsTests {
    /// Before and after every change of an operator's form.
    static let opsets = [11, 12, 13, 17, 18, 19, 20, 22]

    @Test("A graph answers what the policy does, whatever its kind", arguments: SamplePolicy.all)
    func answers(_ exported: SamplePolicy) throws {
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
        for exported in SamplePolicy.all where exported.policy.actionSpace.isDiscrete {
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

    @Test("What the mask forbids is not chosen, whatever is observed", arguments: [11, 17, 22])
    func forbidden(_ opset: Int) throws {
        for exported in SamplePolicy.all where exported.policy.actionSpace.isDiscrete {
            let policy = exported.policy
            let options = ONNXOptions(opset: opset, hasMask: true)
            let graph = GraphInterpreter(try ONNXReader(policy.exported(as: .onnx(options), id: "p")).model)
            let counts = policy.actionSpace.choiceCounts
            for value in [Float.nan, .infinity, -.infinity] {
                var feeds: [String: GraphTensor] = [:]
                for input in graph.graph.inputs where input.name.hasPrefix("state_in_") {
                    feeds[input.name] = try GraphTensor([Float](repeating: 0, count: input.shape[0]), [1] + input.shape)
                }
                let width = policy.observationSpace.count
                feeds["obs"] = try GraphTensor(
                    [Float](repeating: value, count: width), [1] + policy.observationSpace.shape)
                // Nothing but the last choice of each component.
                let mask = counts.flatMap { count in (0..<count).map { $0 == count - 1 ? 1.0 : 0 } }
                feeds["action_mask"] = try GraphTensor(.bool, [1, mask.count], mask)
                var first = 0
                if case .discrete(let actions) = policy.actionSpace { first = actions.start }
                let action = try #require(graph.run(feeds)["action"]).floats.map { Int($0) - first }
                #expect(action == counts.map { $0 - 1 }, "\(exported), \(value)")
            }
        }
    }

    @Test("The graphs of what other programs have saved answer what the policies do")
    func foreign() throws {
        for exported in try SamplePolicy.fromRLlib() + SamplePolicy.fromStableBaselines3() {
            let policy = exported.policy
            let recorded = RecordedActing(policy, rows: 4, steps: policy.isRecurrent ? 3 : 1)
            let bytes = try policy.exported(as: .onnx, id: "p")
            try GraphAnswers(bytes, policy, recorded).expectMatch(recorded, policy, "\(exported)")
        }
    }
}
