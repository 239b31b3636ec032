/// The loss of one critic: the weighted mean of the loss of its errors. The squared one is halved, as
/// Stable-Baselines3 has it (CleanRL does not).
///
///     y = r + γᵐ V(s'),   L = mean w ℓ(Q(s, a) − y)
enum SACCriticLoss {
    /// Replaces soft values of next states, `[rows]`, by the targets y; a discount is 0 where the episode terminated.
    static func formTargets(
        rows: Int, rewards: UnsafePointer<Float>, discounts: UnsafePointer<Float>,
        from values: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows { values[row] = rewards[row] + discounts[row] * values[row] }
    }

    /// Computes the loss and its gradient.
    ///
    /// - Parameters:
    ///   - loss: ℓ, the loss of an error.
    ///   - width: the number of values of a row, 1 or the number of discrete actions.
    ///   - values: Q, `[rows, width]`.
    ///   - actions: the discrete actions taken, `[rows]`; not read when there is one value.
    ///   - targets: y, `[rows]`.
    ///   - weights: w, `[rows]`.
    ///   - scale: what the gradient is multiplied by, 1 / (size of the batch).
    ///   - gradient: receives the gradient at the values, `[rows, width]`.
    ///   - errors: receives Q(s, a) − y, `[rows]`.
    /// - Returns: the sums over rows of the weighted loss and of Q(s, a).
    static func evaluate(
        _ loss: ErrorLoss, rows: Int, width: Int, values: UnsafePointer<Float>, actions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>, weights: UnsafePointer<Float>, scale: Float,
        gradient: UnsafeMutablePointer<Float>, errors: UnsafeMutablePointer<Float>
    ) -> (loss: Double, value: Double) {
        var sum = 0.0
        var value = 0.0
        for row in 0..<rows {
            let base = row &* width
            for index in base..<base &+ width { gradient[index] = 0 }
            let chosen = width > 1 ? base &+ Int(actions[row]) : base
            let error = values[chosen] - targets[row]
            let (size, slope) = loss.evaluate(error)
            errors[row] = error
            gradient[chosen] = weights[row] * scale * slope
            sum += Double(weights[row] * size)
            value += Double(values[chosen])
        }
        return (sum, value)
    }
}
