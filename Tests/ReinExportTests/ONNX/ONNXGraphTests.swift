import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import ReinTestSupport
import Testing

@testable import ReinExport

/// What graphs and files look like.
struct ONNXGraphTests {
    private static func model(_ name: String, _ options: ONNXOptions = ONNXOptions()) throws -> ONNXModel {
        let exported = try #require(SamplePolicy.all.first { $0.description == name })
        return try ONNXExport.model(of: PolicyProgram(exported.policy, id: "p"), options)
    }

    /// An input or output as text: `obs float [3]`.
    private static func text(_ values: [ONNXValue]) -> [String] { values.map { "\($0.name) \($0.type) \($0.shape)" } }

    @Test(
        "The operators of a kind of policy are the fewest there are",
        arguments: [
            ("activation tanh", "Gemm Tanh Gemm Tanh Gemm ArgMax"),
            ("activation silu", "Gemm Sigmoid Mul Gemm Sigmoid Mul Gemm ArgMax"),
            ("activation gelu", "Gemm Div Erf Add Mul Mul Gemm Div Erf Add Mul Mul Gemm ArgMax"),
            ("no hidden layer", "Gemm ArgMax"),
            ("observations of two dimensions", "Flatten Gemm Tanh Gemm Tanh Gemm ArgMax"),
            ("shared value", "Gemm Tanh Gemm Tanh Gemm Elu Gemm ArgMax"),
            ("categorical with masks", "Gemm Tanh Gemm Tanh Gemm IsNaN Where Max Where ArgMax Add"),
            ("multi-categorical", "Gemm Tanh Gemm Tanh Gemm Split ArgMax ArgMax ArgMax Concat"),
            ("diagonal Gaussian", "Gemm Tanh Gemm Tanh Gemm Shape Expand Concat Max Min"),
            ("deterministic", "Gemm Tanh Gemm Tanh Gemm Tanh Add Mul Add Max Min"),
            (
                "dueling without hidden layers of the heads",
                "Gemm Tanh Gemm Tanh Gemm Gemm Tanh Gemm Tanh Gemm ReduceMean Sub Add ArgMax"
            ),
            ("atoms", "Gemm Tanh Gemm Tanh Gemm Reshape Softmax MatMul ArgMax"),
            ("normaliser of Gymnasium", "Sub Mul Clip Gemm Tanh Gemm Tanh Gemm ArgMax"),
            ("normaliser without a limit", "Sub Mul Gemm Tanh Gemm Tanh Gemm ArgMax"),
            ("normaliser of Stable-Baselines3", "Cast Sub Div Cast Clip Gemm Tanh Gemm Tanh Gemm ArgMax"),
            (
                "LSTM",
                "Unsqueeze Unsqueeze Unsqueeze LSTM Squeeze Squeeze Gemm Tanh Gemm ArgMax"
            ),
            ("GRU, squashed", "Unsqueeze Unsqueeze GRU Squeeze Gemm Slice Tanh Add Mul Add Max Min"),
        ])
    func operators(_ name: String, _ expected: String) throws {
        #expect(try Self.model(name).graph.nodes.map(\.operation).joined(separator: " ") == expected)
    }

    @Test(
        "Inputs and outputs have their names, types and shapes",
        arguments: [
            ("activation tanh", "obs float [3]", "action integer [], output float [4]"),
            (
                "categorical with masks", "obs float [3], action_mask bool [4]",
                "action integer [], output float [4]"
            ),
            (
                "multi-categorical with masks", "obs float [3], action_mask bool [9]",
                "action integer [3], output float [9]"
            ),
            ("observations of two dimensions", "obs float [2, 3]", "action integer [], output float [3]"),
            ("actions of two dimensions", "obs float [3]", "action float [2, 2], output float [8]"),
            ("single numbers", "obs float []", "action float [], output float [2]"),
            ("deterministic", "obs float [3]", "action float [3], output float [3]"),
            ("dueling atoms", "obs float [3]", "action integer [], output float [4]"),
            (
                "LSTM with masks and a normaliser",
                "obs float [3], action_mask bool [4], state_in_0 float [5], state_in_1 float [5]",
                "action integer [], output float [4], state_out_0 float [5], state_out_1 float [5]"
            ),
            (
                "GRU", "obs float [6], state_in_0 float [6]",
                "action integer [], output float [4], state_out_0 float [6]"
            ),
        ])
    func interface(_ name: String, _ inputs: String, _ outputs: String) throws {
        let graph = try Self.model(name).graph
        #expect(Self.text(graph.inputs).joined(separator: ", ") == inputs)
        #expect(Self.text(graph.outputs).joined(separator: ", ") == outputs)
    }

    @Test("The raw form is the network alone, with RLlib's inputs and outputs")
    func raw() throws {
        let raw = ONNXOptions(isRaw: true)
        let graph = try Self.model("normaliser of RLlib", raw).graph
        #expect(
            graph.nodes.map(\.operation) == [
                "Gemm", "Tanh", "Gemm", "Tanh", "Gemm", "Shape", "Expand", "Concat", "Identity",
            ])
        #expect(Self.text(graph.inputs) == ["obs float [3]", "state_ins float []"])
        #expect(Self.text(graph.outputs) == ["output float [6]", "state_outs float []"])
        let memory = try Self.model("LSTM with masks and a normaliser", raw).graph
        #expect(Self.text(memory.inputs) == ["obs float [3]", "state_in_0 float [5]", "state_in_1 float [5]"])
        #expect(Self.text(memory.outputs) == ["output float [4]", "state_out_0 float [5]", "state_out_1 float [5]"])
        let values = try Self.model("dueling atoms", raw).graph
        #expect(values.nodes.map(\.operation).suffix(3) == ["Softmax", "MatMul", "Identity"])
    }

    @Test("The raw form answers what the policy does without its normaliser")
    func rawAnswers() throws {
        for exported in SamplePolicy.all {
            var policy = exported.policy
            let interpreter = GraphInterpreter(
                try ONNXReader(policy.exported(as: .onnx(ONNXOptions(isRaw: true)), id: "p")).model)
            policy.observationNormalizer = nil
            let recorded = RecordedActing(policy, rows: 3)
            var feeds: [String: GraphTensor] = [:]
            for input in interpreter.graph.inputs {
                let shape = [3] + input.shape
                let zeros = [Float](repeating: 0, count: shape.reduce(1, *))
                feeds[input.name] = try GraphTensor(input.name == "obs" ? recorded.observations : zeros, shape)
            }
            let outputs = try #require(try interpreter.run(feeds)["output"]).floats
            let scale = max(1, recorded.outputs.map(abs).max() ?? 0)
            #expect(outputs.count == recorded.outputs.count)
            for (found, expected) in zip(outputs, recorded.outputs) {
                #expect(abs(found - expected) <= 1e-5 * scale, "\(exported)")
            }
        }
    }
}
