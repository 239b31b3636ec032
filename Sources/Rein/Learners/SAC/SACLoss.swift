import ReinNumerics

/// What the loss of one critic reads of a shard's samples, and where it leaves gradient and errors.
struct SACCriticRows {
    /// Q, `[rows, width]`: one value, or one for each discrete action.
    let values: Rows<Float>
    /// The actions taken, `[rows, actionWidth]`; read only where they are discrete, and there are several values.
    let actions: Rows<Float>
    /// y, `[rows]`.
    let targets: UnsafePointer<Float>
    /// w, `[rows]`.
    let weights: UnsafeBufferPointer<Float>
    /// Receives the gradient at the values, `[rows, width]`.
    let gradient: MutableRows<Float>
    /// Receives Q(s, a) − y, `[rows]`.
    let errors: UnsafeMutableBufferPointer<Float>
}

/// The losses of critics and temperature; that of the policy is with the samples of its actions, `SACSample.loss`.
///
/// Critics: the weighted mean of the loss of their errors. The squared one is halved, as Stable-Baselines3 has it
/// (CleanRL does not).
///
///     y = r + γᵐ V(s'),   L = mean w ℓ(Q(s, a) − y)
enum SACLoss {
    /// Replaces soft values of next states, `[rows]`, by the targets y; a discount is 0 where the episode terminated.
    static func formTargets(
        rewards: UnsafeBufferPointer<Float>, discounts: UnsafeBufferPointer<Float>,
        from values: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rewards.count { values[row] = rewards[row] + discounts[row] * values[row] }
    }

    /// Computes the loss and its gradient.
    ///
    /// - Parameters:
    ///   - loss: ℓ, the loss of an error.
    ///   - scale: what the gradient is multiplied by, 1 / (size of the batch).
    /// - Returns: the sums over rows of the weighted loss and of Q(s, a).
    static func evaluate(_ loss: ErrorLoss, _ samples: SACCriticRows, scale: Float) -> (loss: Double, value: Double) {
        let width = samples.values.width
        var sum = 0.0
        var value = 0.0
        for row in 0..<samples.values.count {
            let (values, gradient) = (samples.values[row], samples.gradient[row])
            for index in 0..<width { gradient[index] = 0 }
            let chosen = width > 1 ? Int(samples.actions[row][0]) : 0
            let error = values[chosen] - samples.targets[row]
            let (size, slope) = loss.evaluate(error)
            samples.errors[row] = error
            gradient[chosen] = samples.weights[row] * scale * slope
            sum += Double(samples.weights[row] * size)
            value += Double(values[chosen])
        }
        return (sum, value)
    }

    /// The loss of the temperature and its derivative with respect to log α.
    ///
    ///     L = −log α · (mean log π + target entropy)
    static func temperature(
        logValue: Double, meanLogDensity: Double, targetEntropy: Double
    ) -> (loss: Double, gradient: Double) {
        let excess = meanLogDensity + targetEntropy
        return (-logValue * excess, -excess)
    }
}
