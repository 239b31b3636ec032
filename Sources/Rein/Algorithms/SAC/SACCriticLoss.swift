/// The loss of one critic: half the mean squared error, as Stable-Baselines3 has it (CleanRL does not halve).
///
///     y = r + γᵐ V(s'),   L = ½ mean (Q(s, a) − y)²
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
    ///   - width: the number of values of a row, 1 or the number of discrete actions.
    ///   - values: Q, `[rows, width]`.
    ///   - actions: the discrete actions taken, `[rows]`; not read when there is one value.
    ///   - targets: y, `[rows]`.
    ///   - weight: what the gradient is multiplied by, 1 / (size of the batch).
    ///   - gradient: receives the gradient at the values, `[rows, width]`.
    /// - Returns: the sums over rows of the loss and of Q(s, a), not weighted.
    static func squaredError(
        rows: Int, width: Int, values: UnsafePointer<Float>, actions: UnsafePointer<Float>,
        targets: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>
    ) -> (loss: Double, value: Double) {
        var loss = 0.0
        var value = 0.0
        for row in 0..<rows {
            let base = row &* width
            for index in base..<base &+ width { gradient[index] = 0 }
            let chosen = width > 1 ? base &+ Int(actions[row]) : base
            let error = values[chosen] - targets[row]
            gradient[chosen] = weight * error
            loss += 0.5 * Double(error * error)
            value += Double(values[chosen])
        }
        return (loss, value)
    }
}
