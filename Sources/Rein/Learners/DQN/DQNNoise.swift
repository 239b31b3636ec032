import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The noise of a DQN learner's passes: fresh factors for the pass that is improved, the one that chooses next actions
/// and the one of the target network.
struct DQNNoise: Sendable {
    private let noise: ParameterNoise
    private let perturbed: [AlignedBuffer<Float>]
    private let factors: [AlignedBuffer<Float>]
    private let targetScales: AlignedBuffer<Float>
    private let gradients: AlignedBuffer<Float>
    private var optimizer: Adam
    private var random: RandomStream

    init(_ noise: ParameterNoise, adam: Adam.Configuration, random: RandomStream) {
        self.noise = noise
        let count = noise.scales.count
        perturbed = (0..<3).map { _ in AlignedBuffer(count: count) }
        factors = (0..<3).map { _ in AlignedBuffer(count: noise.factorCount) }
        targetScales = AlignedBuffer(noise.scales)
        gradients = AlignedBuffer(count: count)
        optimizer = Adam(parameterCount: count, configuration: adam)
        self.random = random.stream("learning noise")
    }

    var online: UnsafePointer<Float> { UnsafePointer(perturbed[0].pointer) }
    var selector: UnsafePointer<Float> { UnsafePointer(perturbed[1].pointer) }
    var target: UnsafePointer<Float> { UnsafePointer(perturbed[2].pointer) }

    /// Draws fresh noise for the three passes of a gradient step.
    mutating func prepare(_ policy: Policy, target: UnsafePointer<Float>) {
        guard let scales = policy.noise?.scales else { return }
        for pass in 0..<3 { noise.draw(factors[pass].pointer, using: &random) }
        for pass in 0..<2 {
            noise.perturb(
                policy.network.parameters, scales: scales, factors: factors[pass].pointer,
                into: perturbed[pass].pointer)
        }
        noise.perturb(
            target, scales: targetScales.pointer, factors: factors[2].pointer, into: perturbed[2].pointer)
    }

    /// Computes the gradient of the scales from that of the noisy parameters.
    ///
    /// - Returns: the sum of its squares.
    func backward(_ parameterGradients: UnsafePointer<Float>) -> Double {
        noise.backward(parameterGradients, factors: factors[0].pointer, into: gradients.pointer)
        return Kernels.sumOfSquares(gradients.pointer, count: gradients.count)
    }

    /// One optimizer step of the scales, after `backward`.
    mutating func update(_ policy: inout Policy, gradientScale: Float, learningRate: Double) {
        guard var noise = policy.noise else { return }
        policy.noise = nil  // So that the scales have one owner and are changed in place.
        optimizer.update(
            &noise.scales, gradients: gradients.pointer, gradientScale: gradientScale, learningRate: learningRate)
        policy.noise = noise
    }

    /// Moves the target network's scales.
    func moveTarget(towards scales: [Float], rate: Float) {
        scales.withUnsafeBufferPointer { scales in
            if let base = scales.baseAddress { DQNNetworks.move(targetScales, towards: base, rate: rate) }
        }
    }
}

extension DQNNoise {
    /// The target network's scales, the optimizer and the stream.
    func state(views: [ParameterView]) -> StateTree {
        [
            "targetScales": ParameterTree.tree(of: Array(targetScales.elements), views: views),
            "optimizer": optimizer.state,
            "random": StateEncoder().encode(random),
        ]
    }

    /// Takes over what was saved for the same network.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    mutating func restore(from reader: StateReader, views: [ParameterView]) throws(StateError) {
        var scales = noise.scales
        try ParameterTree.read(try reader.child("targetScales"), views: views, into: &scales)
        let random = try reader.decode(RandomStream.self, "random")
        try reader.restore("optimizer", into: &optimizer)
        for (index, value) in scales.enumerated() { targetScales.pointer[index] = value }
        self.random = random
    }
}
