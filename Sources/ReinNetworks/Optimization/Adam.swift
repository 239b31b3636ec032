public import ReinCheckpoints
import ReinNumerics

/// The Adam optimizer over a flat parameter buffer, with PyTorch's arithmetic: bias correction, and epsilon added
/// after the square root.
///
///     m ← β₁ m + (1 − β₁) g          v ← β₂ v + (1 − β₂) g²
///     p ← p − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
///
/// Source: Kingma and Ba 2015, arXiv 1412.6980; `torch.optim.Adam`.
public struct Adam: Sendable, Hashable {
    /// The numbers that do not change while training, but for the learning rate, which every step is given.
    public struct Configuration: Sendable, Hashable, Codable {
        /// β₁, the decay of the mean of gradients; typically 0.9.
        public var beta1: Double
        /// β₂, the decay of the mean of squared gradients; typically 0.999.
        public var beta2: Double
        /// ε, added to the root; PPO implementations use 1e-5, PyTorch's default is 1e-8.
        public var epsilon: Double

        /// Creates a configuration; the defaults are PyTorch's.
        public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
        }
    }

    /// The decay rates and epsilon.
    public package(set) var configuration: Configuration
    /// The number of steps taken, t in the formula.
    public private(set) var step: Int
    /// m, the running mean of gradients, in the order of the parameters.
    public private(set) var firstMoment: [Float]
    /// v, the running mean of squared gradients, in the order of the parameters.
    public private(set) var secondMoment: [Float]

    /// Creates an optimizer for `parameterCount` parameters that has taken no step.
    public init(parameterCount: Int, configuration: Configuration = Configuration()) {
        self.configuration = configuration
        step = 0
        firstMoment = [Float](repeating: 0, count: parameterCount)
        secondMoment = firstMoment
    }

    /// Changes the parameters by one step against their gradients.
    ///
    /// - Parameters:
    ///   - parameters: as many as the optimizer was made for.
    ///   - gradients: one for each parameter.
    ///   - gradientScale: what every gradient is multiplied by first, such as the factor of a global-norm clip.
    ///   - learningRate: η.
    public mutating func update(
        _ parameters: inout [Float], gradients: UnsafePointer<Float>, gradientScale: Float = 1, learningRate: Double
    ) {
        precondition(
            parameters.count == firstMoment.count,
            "the optimizer is for \(firstMoment.count) parameters, not \(parameters.count)")
        step += 1
        let count = parameters.count
        let (step, configuration) = (step, configuration)
        parameters.withUnsafeMutableBufferPointer { parameters in
            firstMoment.withUnsafeMutableBufferPointer { first in
                secondMoment.withUnsafeMutableBufferPointer { second in
                    guard
                        let parameters = parameters.baseAddress, let first = first.baseAddress,
                        let second = second.baseAddress
                    else { return }
                    AdamStep(
                        step: step, learningRate: learningRate, beta1: configuration.beta1, beta2: configuration.beta2,
                        epsilon: configuration.epsilon, gradientScale: Double(gradientScale)
                    ).apply(
                        parameters: parameters, gradients: gradients, firstMoments: first, secondMoments: second,
                        count: count)
                }
            }
        }
    }
}

extension Adam: Checkpointable {
    /// The configuration, the step count and both moments as flat tensors in the order of the parameters.
    public var state: StateTree {
        [
            "beta1": .double(configuration.beta1),
            "beta2": .double(configuration.beta2),
            "epsilon": .double(configuration.epsilon),
            "step": .int(Int64(step)),
            "firstMoment": .tensor(StateTensor(sharing: firstMoment, shape: [firstMoment.count])),
            "secondMoment": .tensor(StateTensor(sharing: secondMoment, shape: [secondMoment.count])),
        ]
    }

    /// Takes over the state of an optimizer for as many parameters.
    ///
    /// - Throws: `StateError` when something is missing, of another size or out of range.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let configuration = Configuration(
            beta1: try reader.double("beta1"), beta2: try reader.double("beta2"),
            epsilon: try reader.double("epsilon"))
        let step = try reader.int("step")
        guard step >= 0 else { throw try reader.child("step").error(.outOfRange, "a step count cannot be negative") }
        let first = try reader.floats("firstMoment", shape: [firstMoment.count])
        let second = try reader.floats("secondMoment", shape: [secondMoment.count])
        self = Adam(parameterCount: first.count, configuration: configuration)
        self.step = step
        firstMoment = first
        secondMoment = second
    }
}
