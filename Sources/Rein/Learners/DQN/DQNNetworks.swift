import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The parameters around a DQN policy's own: the target network, the optimizers, and the noise of both networks.
struct DQNNetworks: Sendable {
    private let network: ActorCritic
    private let target: AlignedBuffer<Float>
    private var optimizer: Adam
    private var noise: DQNNoise?

    init(policy: Policy, settings: DQNConfiguration, random: RandomStream) {
        network = policy.network
        target = AlignedBuffer(policy.network.parameters)
        optimizer = Adam(parameterCount: policy.network.parameters.count, configuration: settings.adam)
        noise = policy.noise.map { DQNNoise($0, adam: settings.adam, random: random) }
    }

    /// Draws fresh noise for every pass of a gradient step, where parameters are noisy.
    mutating func prepare(_ policy: Policy) {
        noise?.prepare(policy, target: target.pointer)
    }

    /// The parameters to improve.
    func online(_ parameters: UnsafePointer<Float>) -> UnsafePointer<Float> { noise?.online ?? parameters }

    /// The online network's parameters for choosing next actions.
    func selector(_ parameters: UnsafePointer<Float>) -> UnsafePointer<Float> { noise?.selector ?? parameters }

    /// The target network's parameters.
    var acting: UnsafePointer<Float> { noise?.target ?? UnsafePointer(target.pointer) }

    /// One optimizer step, limited in its global norm.
    ///
    /// - Returns: the norm of the gradient before that.
    mutating func update(
        _ policy: inout Policy, gradients: AlignedBuffer<Float>, learningRate: Double, maximumNorm: Double?
    ) -> Double {
        var square = Kernels.sumOfSquares(gradients.pointer, count: gradients.count)
        if let noise { square += noise.backward(gradients.pointer) }
        let norm = square.squareRoot()
        let scale = GradientNorm.scale(norm: norm, maximum: maximumNorm)
        optimizer.update(
            &policy.network.parameters, gradients: gradients.pointer, gradientScale: scale,
            learningRate: learningRate)
        noise?.update(&policy, gradientScale: scale, learningRate: learningRate)
        return norm
    }

    /// A soft update; at a rate of 1 an exact copy.
    static func move(_ target: AlignedBuffer<Float>, towards source: UnsafePointer<Float>, rate: Float) {
        if rate == 1 {
            target.pointer.update(from: source, count: target.count)
        } else {
            Kernels.blend(target.pointer, towards: source, rate: rate, count: target.count)
        }
    }

    /// Moves the target network once for every interval of environment steps that has passed.
    func updateTarget(from policy: Policy, stepsBefore: Int, stepsAfter: Int, _ settings: DQNConfiguration) {
        let rate = Float(settings.targetUpdateRate)
        let passed = stepsAfter / settings.targetUpdateInterval - stepsBefore / settings.targetUpdateInterval
        for _ in 0..<(rate == 1 ? min(1, passed) : passed) {
            policy.network.parameters.withUnsafeBufferPointer { parameters in
                guard let base = parameters.baseAddress else { return }
                Self.move(target, towards: base, rate: rate)
            }
            if let scales = policy.noise?.scales { noise?.moveTarget(towards: scales, rate: rate) }
        }
    }
}

extension DQNNetworks {
    /// The target network, the optimizers and the streams of noise.
    var state: StateTree {
        [
            "target": ParameterTree.tree(of: Array(target.elements), views: network.views),
            "optimizer": optimizer.state,
            "noise": noise?.state(views: network.views) ?? .null,
        ]
    }

    /// Takes over what was saved for the same network.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    mutating func restore(from reader: StateReader) throws(StateError) {
        var parameters = network.parameters
        try ParameterTree.read(try reader.child("target"), views: network.views, into: &parameters)
        try reader.restore("optimizer", into: &optimizer)
        if noise != nil { try noise?.restore(from: try reader.child("noise"), views: network.views) }
        for (index, value) in parameters.enumerated() { target.pointer[index] = value }
    }
}
