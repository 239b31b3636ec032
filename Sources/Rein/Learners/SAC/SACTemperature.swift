import ReinCheckpoints
import ReinNetworks
import ReinNumerics

/// The temperature α, the weight of the entropy beside the reward, and how it is learnt: by gradient steps on log α
/// (Haarnoja et al. 2018, arXiv 1812.05905, section 5, with log α in place of α as Stable-Baselines3 has it).
///
///     L = −log α · (mean log π + target entropy)
struct SACTemperature: Sendable {
    /// The entropy that α is learnt for.
    let targetEntropy: SACTargetEntropy
    private let isLearnt: Bool
    private var optimizer: Adam
    /// log α, the optimizer's one parameter.
    private var logarithm: [Float]

    /// Creates the first temperature.
    ///
    /// - Parameter areMasked: whether the environment masks actions.
    init(_ configuration: SACConfiguration, actions: SACActions, areMasked: Bool = false) {
        isLearnt = configuration.learnsTemperature
        optimizer = Adam(parameterCount: 1, configuration: configuration.adam)
        logarithm = [Self.log(Float(configuration.initialTemperature))]
        targetEntropy = SACTargetEntropy(configuration.targetEntropy, actions: actions, areMasked: areMasked)
    }

    /// Goes on from another temperature, and with other settings of the optimizer, where they have been changed.
    mutating func adoptSettings(_ configuration: SACConfiguration, changedFrom saved: SACConfiguration) {
        if configuration.initialTemperature != saved.initialTemperature {
            logarithm = [Self.log(Float(configuration.initialTemperature))]
        }
        if configuration.adam != saved.adam { optimizer.configuration = configuration.adam }
    }

    static func log(_ x: Float) -> Float {
        var result: Float = 0
        withUnsafePointer(to: x) { Kernels.log($0, &result, count: 1) }
        return result
    }

    /// log α.
    var logValue: Float { logarithm[0] }

    /// α.
    var value: Float {
        var result: Float = 0
        Kernels.exp(logarithm, &result, count: 1)
        return result
    }

    /// One gradient step, unless the temperature is fixed.
    ///
    /// - Parameters:
    ///   - meanLogDensity: the mean of log π over the batch.
    ///   - targetEntropy: the entropy that α is learnt for on this batch.
    ///   - maximumGradient: the largest size of the derivative; nil for no limit.
    /// - Returns: the loss before the step; 0 when the temperature is fixed.
    mutating func step(
        meanLogDensity: Double, targetEntropy: Double, maximumGradient: Double? = nil, learningRate: Double
    ) -> Double {
        guard isLearnt else { return 0 }
        let (loss, gradient) = SACLoss.temperature(
            logValue: Double(logValue), meanLogDensity: meanLogDensity, targetEntropy: targetEntropy)
        var step = GradientStep(maximumNorm: maximumGradient, learningRate: learningRate)
        step.measure(gradient)
        withUnsafePointer(to: Float(gradient)) { step.apply($0, to: &logarithm, with: &optimizer) }
        return loss
    }
}

extension SACTemperature: Checkpointable {
    /// log α and its optimizer.
    var state: StateTree {
        ["logarithm": .double(Double(logValue)), "optimizer": optimizer.state]
    }

    /// Takes over log α and its optimizer.
    ///
    /// - Throws: `StateError` when something is missing or out of range.
    mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let saved = try reader.double("logarithm")
        guard Float(saved).isFinite else {
            throw try reader.child("logarithm").error(.outOfRange, "\(saved) is no logarithm of a temperature")
        }
        try reader.restore("optimizer", into: &optimizer)
        logarithm[0] = Float(saved)
    }
}
