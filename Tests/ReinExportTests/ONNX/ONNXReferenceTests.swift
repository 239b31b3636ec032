import Testing

@testable import ReinExport

/// Policies with the weights of graphs that were made by hand.
struct ONNXReferenceTests {
    @Test(
        "A policy with the weights of a reference gives what onnxruntime made of that", arguments: ReferenceGraph.names)
    func references(_ name: String) throws {
        let reference = try ReferenceGraph(name)
        let policy = try reference.policy()
        for opset in [11, 17, 22] {
            let interpreter = GraphInterpreter(try ONNXReader(policy.exported(as: .onnx(opset: opset))).model)
            var feeds: [String: GraphTensor] = [:]
            for input in interpreter.graph.inputs {
                let numbers = try #require(try reference.numbers("inputs", input.name))
                feeds[input.name] = try GraphTensor(input.type, numbers.shape, numbers.values)
            }
            let results = try interpreter.run(feeds)
            for output in interpreter.graph.outputs {
                let found = try #require(results[output.name])
                // The Gaussian's reference has the means without deviations, the mask's has the logits it leaves.
                let expected =
                    try reference.numbers("outputs", output.name)
                    ?? #require(try reference.numbers("outputs", "mean"))
                let width = found.values.count / found.shape[0]
                let expectedWidth = expected.values.count / expected.shape[0]
                #expect(expected.shape[0] == found.shape[0] && expectedWidth <= width)
                for (index, value) in expected.values.enumerated() {
                    let place = index / expectedWidth * width + index % expectedWidth
                    if output.name == "output", feeds["action_mask"]?.values[place] == 0 { continue }
                    #expect(abs(found.values[place] - value) <= 1e-6, "\(name) at opset \(opset): \(output.name)")
                }
            }
        }
    }
}
