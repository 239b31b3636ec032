import ReinCheckpoints
import ReinNumerics

/// The standard deviations of state-dependent exploration, which Stable-Baselines3 makes of its parameters in ways of its
/// own. A policy here has their logarithms, so that it acts as the agent does.
extension AgentTensors {
    /// What "expln" adds to its argument before it takes the logarithm.
    private static let explnEpsilon: Float = 1e-6

    /// log σ for each feature and action dimension, `[featureCount, count]`.
    mutating func logDeviations(
        _ name: String, _ form: AgentNetwork.Form, count: Int
    ) throws(StateError) -> [Float] {
        let columns = form.arguments.hasFullDeviations ? count : 1
        var numbers = try floats(name, shape: [form.featureCount, columns])
        if form.arguments.usesExpln { Self.applyExpln(&numbers) }
        // One number for each feature stands for all action dimensions.
        return columns == count ? numbers : numbers.flatMap { [Float](repeating: $0, count: count) }
    }

    /// Replaces parameters x by log σ of σ = exp(x) where x is at most 0, and σ = log(1 + x + ε) + 1 elsewhere.
    private static func applyExpln(_ numbers: inout [Float]) {
        var deviations = numbers.map { 1 + max(0, $0) + explnEpsilon }
        let count = numbers.count
        Kernels.log(deviations, &deviations, count: count)
        for index in 0..<count { deviations[index] += 1 }
        Kernels.log(deviations, &deviations, count: count)
        for index in 0..<count where numbers[index] > 0 { numbers[index] = deviations[index] }
    }
}
