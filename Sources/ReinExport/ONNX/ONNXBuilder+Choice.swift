/// Discrete actions of logits or values.
extension ONNXBuilder {
    /// The values, those of actions that the mask forbids less than any other.
    ///
    /// They become −∞, which also is less than values below the −1e9 that learning gives such logits, and in half
    /// precision, if the graph is converted to that. Those of other actions become finite, so that an allowed one is chosen
    /// also for an observation that is not.
    func masked(_ values: String, mask: String?) -> String {
        guard let mask else { return values }
        let lowest = float("lowest", -.greatestFiniteMagnitude)
        let numbers = node("Where", [node("IsNaN", [values], as: "no number"), lowest, values], as: "numbers")
        let allowed = node("Max", [numbers, lowest], as: "finite")
        return node("Where", [mask, allowed, float("forbidden", -.infinity)], as: "masked")
    }

    /// The first of the largest values of each row, counted from `first`: `[batch]`.
    func choice(_ values: String, from first: Int) -> String {
        let index = node("ArgMax", [values], [.integer("axis", 1), .integer("keepdims", 0)], as: "index")
        return first == 0 ? index : node("Add", [index, integers("first action", [first])], as: "number")
    }

    /// The first of the largest values of each component: `[batch, components]`.
    func choices(_ values: String, counts: [Int]) -> String {
        let components = counts.indices.map { "component \($0)" }
        split(values, into: counts, as: components)
        let indices = components.map {
            node("ArgMax", [$0], [.integer("axis", 1), .integer("keepdims", 1)], as: "\($0)/index")
        }
        return node("Concat", indices, [.integer("axis", 1)], as: "indices")
    }
}
