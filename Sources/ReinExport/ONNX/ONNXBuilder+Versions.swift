/// Operators that have been written in two ways: from opset 13, 18 or 20 on, and before.
extension ONNXBuilder {
    /// Puts an axis of length 1 in front of all others.
    func unsqueezed(_ value: String, as name: String) -> String {
        moved("Unsqueeze", value, as: name)
    }

    /// Takes the first axis, of length 1, away.
    func squeezed(_ value: String, as name: String) -> String {
        moved("Squeeze", value, as: name)
    }

    private func moved(_ operation: String, _ value: String, as name: String) -> String {
        guard opset >= 13 else { return node(operation, [value], [.integers("axes", [0])], as: name) }
        return node(operation, [value, integers("first axis", [0])], as: name)
    }

    /// Cuts the second axis into pieces of these lengths.
    func split(_ value: String, into lengths: [Int], as names: [String]) {
        if opset >= 13 {
            nodes("Split", [value, integers("lengths", lengths)], [.integer("axis", 1)], as: names)
        } else {
            nodes("Split", [value], [.integer("axis", 1), .integers("split", lengths)], as: names)
        }
    }

    /// The mean over the second axis, which stays, of length 1.
    func meanOverActions(_ value: String, as name: String) -> String {
        guard opset >= 18 else {
            return node("ReduceMean", [value], [.integers("axes", [1]), .integer("keepdims", 1)], as: name)
        }
        return node("ReduceMean", [value, integers("second axis", [1])], [.integer("keepdims", 1)], as: name)
    }

    /// GELU by the error function, which is a node of its own from opset 20 on: `½ x (1 + erf(x / √2))`.
    func gelu(_ value: String, as name: String) -> String {
        guard opset < 20 else { return node("Gelu", [value], as: name) }
        let quotient = node("Div", [value, float("root of 2", Float(2).squareRoot())], as: "\(name)/quotient")
        let erf = node("Erf", [quotient], as: "\(name)/erf")
        let sum = node("Add", [erf, float("1", 1)], as: "\(name)/erf plus 1")
        let product = node("Mul", [value, sum], as: "\(name)/double")
        return node("Mul", [product, float("half", 0.5)], as: name)
    }
}
