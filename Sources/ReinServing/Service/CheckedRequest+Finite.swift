#if Serving
import ReinNumerics

extension CheckedRequest {
    /// Refuses an answer that is not finite. Policies are tried before they are served, so it is the observations: they are
    /// finite, and what the network makes of them is too large for a number. What recurrent policies remember is bounded.
    ///
    /// - Throws: `ServingError` with `.invalidArgument` that names the row.
    func requireFiniteAnswer() throws(ServingError) {
        if let numbers = results.numbers { try require("action", numbers) }
        try require("output", results.outputs.elements)
    }

    private func require(_ name: String, _ numbers: UnsafeBufferPointer<Float>) throws(ServingError) {
        guard let index = TensorDatatype.firstNonFinite(in: numbers) else { return }
        let row = index / (numbers.count / prepared.rows)
        throw ServingError(
            .invalidArgument,
            "input \"obs\": row \(row) has numbers so large that the policy's \"\(name)\" is not finite")
    }
}
#endif
