/// Observations as the network reads them.
extension ONNXBuilder {
    /// Observations in rows, whatever their shape.
    func rows(_ observations: String, shape: [Int]) -> String {
        guard shape.count != 1 else { return observations }
        return node("Flatten", [observations], [.integer("axis", 1)], as: "obs/row")
    }

    /// The normaliser. Formulas in double precision stay that, since a mean that is large against the deviation would lose
    /// its digits.
    func normalised(_ observations: String, by step: NormaliserStep) -> String {
        var value: String
        switch step.formula {
        case .product(let shift, let scale):
            value = node("Sub", [observations, floats("normaliser/shift", shift)], as: "normaliser/difference")
            value = node("Mul", [value, floats("normaliser/scale", scale)], as: "normaliser/product")
        case .quotient(let offset, let divisor):
            value = cast(observations, to: .double, as: "normaliser/double")
            value = node("Sub", [value, doubles("normaliser/offset", offset)], as: "normaliser/difference")
            value = node("Div", [value, doubles("normaliser/divisor", divisor)], as: "normaliser/quotient")
            value = cast(value, to: .float, as: "normaliser/single")
        }
        guard step.limit.isFinite else { return value }
        return limited(value, to: step.limit, as: "normaliser")
    }

    /// Limits every element to ±`limit`.
    func limited(_ value: String, to limit: Float, as name: String) -> String {
        node("Clip", [value, float("\(name)/low", -limit), float("\(name)/high", limit)], as: "\(name)/limited")
    }

    private func cast(_ value: String, to type: ONNXType, as name: String) -> String {
        node("Cast", [value], [.integer("to", Int(type.rawValue))], as: name)
    }
}
