import ReinNetworks

/// Continuous actions.
extension ONNXBuilder {
    /// Adds what a program is shown of a continuous head.
    ///
    /// - Parameters:
    ///   - head: `[batch, headWidth]`.
    ///   - features: what the last layer reads, `[batch, features]`.
    /// - Returns: means, and log standard deviations if there are any.
    func outputs(_ head: String, features: String, _ kind: ContinuousHead) -> String {
        let deviations: String
        switch kind.deviations {
        case .none, .head: return head
        case .constant(let logs):
            let shape = node("Shape", [head], as: "rows/shape")
            deviations = node("Expand", [floats("logDeviation", logs), shape], as: "rows")
        case .features(let logs):
            deviations = logDeviations(features: features, logs, count: kind.count)
        }
        return node("Concat", [head, deviations], [.integer("axis", 1)], as: "shown")
    }

    /// `½ log(Σ_f h[f]² σ[f, d]² + ε)`, see `StateDependentGaussian`; log σ is `[features, count]`.
    private func logDeviations(features: String, _ logs: [Float], count: Int) -> String {
        let weights = floats("logDeviation", logs, shape: [logs.count / count, count])
        let doubled = node("Add", [weights, weights], as: "sde/2 log")
        let weightVariances = node("Exp", [doubled], as: "sde/squares")
        let squares = node("Mul", [features, features], as: "sde/features")
        let sum = node("MatMul", [squares, weightVariances], as: "sde/sum")
        let epsilon = float("sde/epsilon", StateDependentGaussian.epsilon)
        let variances = node("Add", [sum, epsilon], as: "sde/variance")
        let logarithm = node("Log", [variances], as: "sde/log")
        return node("Mul", [logarithm, float("half", 0.5)], as: "sde/half")
    }

    /// The most likely action before its transform, `[batch, count]`.
    func mode(_ head: String, _ kind: ContinuousHead) -> String {
        var value = head
        if case .head = kind.deviations {
            let (from, to) = (integers("means/from", [0]), integers("means/to", [kind.count]))
            value = node("Slice", [value, from, to, integers("second axis", [1])], as: "means")
        }
        if let limit = kind.meanLimit { value = limited(value, to: limit, as: "means") }
        return kind.isSquashed ? node("Tanh", [value], as: "squashed") : value
    }

    /// Adds what happens to actions at the end. `Clip` has the same bounds for all elements, so that vectors of bounds take
    /// `Max` and `Min`.
    func transformed(_ action: String, by step: TransformStep) -> String {
        switch step {
        case .none: return action
        case .clip(let low, let high): return bounded(action, low: low, high: high)
        case .rescale(let low, let high):
            let isScaled = low.indices.map { (high[$0] - low[$0]).isFinite }
            let one = floats("rescale/one", isScaled.map { $0 ? 1 : 0 })
            let scale = floats("rescale/scale", low.indices.map { isScaled[$0] ? 0.5 * (high[$0] - low[$0]) : 1 })
            let offset = floats("rescale/low", low.indices.map { isScaled[$0] ? low[$0] : 0 })
            let sum = node("Add", [action, one], as: "rescale/sum")
            let product = node("Mul", [sum, scale], as: "rescale/product")
            return bounded(node("Add", [product, offset], as: "rescaled"), low: low, high: high)
        }
    }

    private func bounded(_ action: String, low: [Float], high: [Float]) -> String {
        let atLeast = node("Max", [action, floats("action/low", low)], as: "action/max")
        return node("Min", [atLeast, floats("action/high", high)], as: "action/min")
    }

    /// Actions in the shape of their space; rows of one axis have it already.
    func shaped(_ action: String, as shape: [Int]) -> String {
        guard shape.count != 1 else { return action }
        return node("Reshape", [action, integers("action/shape", [0] + shape)], as: "action/shaped")
    }
}
