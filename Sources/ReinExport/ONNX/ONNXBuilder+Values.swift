import ReinNetworks

/// Action values of all kinds.
extension ONNXBuilder {
    /// Adds what makes action values of a head.
    ///
    /// - Parameters:
    ///   - head: `[batch, actions * atoms]`: values, logits of atoms, or the advantages of either.
    ///   - values: the state values of dueling heads, `[batch, atoms]`; nil without.
    /// - Returns: the values, `[batch, actions]`.
    func actionValues(_ head: String, _ kind: ActionValues, values: String?) -> String {
        guard kind.atoms > 1 else { return values.map { combined(head, values: $0) } ?? head }
        // A length of 0 stands for the one there is, that of the batch.
        let shape = integers("atoms/shape", [0, kind.count, kind.atoms])
        var atoms = node("Reshape", [head, shape], as: "atoms/head")
        if let values {
            let shape = integers("value/shape", [0, 1, kind.atoms])
            atoms = combined(atoms, values: node("Reshape", [values, shape], as: "value/row"))
        }
        let probabilities = node("Softmax", [atoms], [.integer("axis", 2)], as: "atoms/probabilities")
        let support = floats("atoms/support", (0..<kind.atoms).map(kind.support))
        return node("MatMul", [probabilities, support], as: "atoms/means")
    }

    /// Advantages less their mean over the actions, plus the state values.
    private func combined(_ advantages: String, values: String) -> String {
        let mean = meanOverActions(advantages, as: "dueling/mean")
        let shift = node("Sub", [values, mean], as: "dueling/shift")
        return node("Add", [advantages, shift], as: "dueling/values")
    }
}
