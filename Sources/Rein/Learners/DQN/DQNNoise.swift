import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The noise of a DQN learner's passes: fresh factors for the pass that is improved, the one that chooses next actions
/// and the one of the target network.
struct DQNNoise: Sendable {
    private let noise: ParameterNoise
    /// The scales of the target network's noise.
    private var targetScales: [Float]
    private var optimizer: Adam
    private var random: RandomStream

    init(_ noise: ParameterNoise, adam: Adam.Configuration, random: RandomStream) {
        self.noise = noise
        targetScales = noise.scales
        optimizer = Adam(parameterCount: noise.scales.count, configuration: adam)
        self.random = random.stream("learning noise")
    }

    /// Draws fresh noise for the three passes of a gradient step.
    ///
    /// - Parameter target: the parameters of the target network.
    mutating func perturb(_ policy: Policy, target: [Float], _ work: DQNNoiseWorkspace) {
        guard let scales = policy.noise?.scales else { return }
        for factors in work.factors { noise.draw(factors.pointer, using: &random) }
        for pass in 0..<2 {
            noise.perturb(
                policy.network.parameters, scales: scales, factors: work.factors[pass].pointer,
                into: work.perturbed[pass].pointer)
        }
        noise.perturb(
            target, scales: targetScales, factors: work.factors[2].pointer, into: work.perturbed[2].pointer)
    }

    /// Computes the gradient of the scales from that of the noisy parameters.
    func backward(_ parameterGradient: AlignedBuffer<Float>, _ work: DQNNoiseWorkspace) {
        noise.backward(parameterGradient.pointer, factors: work.factors[0].pointer, into: work.gradient.pointer)
    }

    /// One optimizer step of the scales, after `backward`.
    mutating func apply(_ step: GradientStep, to policy: inout Policy, _ work: DQNNoiseWorkspace) {
        guard var noise = policy.noise else { return }
        policy.noise = nil  // So that the scales have one owner and are changed in place.
        step.apply(work.gradient.pointer, to: &noise.scales, with: &optimizer)
        policy.noise = noise
    }

    /// Goes on with other settings of the optimizer.
    mutating func setOptimizer(_ configuration: Adam.Configuration) { optimizer.configuration = configuration }

    /// Moves the target network's scales.
    mutating func moveTarget(towards scales: [Float], rate: Float) { targetScales.follow(scales, rate: rate) }
}

/// The memory that noise is worked with in.
final class DQNNoiseWorkspace: Sendable {
    /// The noisy parameters, and the factors of their noise, of each of the three passes.
    let perturbed: [AlignedBuffer<Float>]
    let factors: [AlignedBuffer<Float>]
    /// The gradient of the scales.
    let gradient: AlignedBuffer<Float>

    init(for noise: ParameterNoise) {
        perturbed = (0..<3).map { _ in AlignedBuffer(count: noise.scales.count) }
        factors = (0..<3).map { _ in AlignedBuffer(count: noise.factorCount) }
        gradient = AlignedBuffer(count: noise.scales.count)
    }

    /// The parameters to improve.
    var online: UnsafePointer<Float> { UnsafePointer(perturbed[0].pointer) }
    /// The online network's parameters for choosing next actions.
    var selector: UnsafePointer<Float> { UnsafePointer(perturbed[1].pointer) }
    /// The target network's parameters.
    var target: UnsafePointer<Float> { UnsafePointer(perturbed[2].pointer) }
}

extension DQNNoise {
    /// The target network's scales, the optimizer and the stream.
    func state(views: [ParameterView]) -> StateTree {
        [
            "targetScales": ParameterTree.tree(of: targetScales, views: views),
            "optimizer": optimizer.state,
            "random": StateEncoder().encode(random),
        ]
    }

    /// Takes over what was saved for the same network.
    ///
    /// - Throws: `StateError` when something is missing or does not fit; then nothing has changed.
    mutating func restore(from reader: StateReader, views: [ParameterView]) throws(StateError) {
        var restored = self
        try ParameterTree.read(try reader.child("targetScales"), views: views, into: &restored.targetScales)
        restored.random = try reader.decode(RandomStream.self, "random")
        try reader.restore("optimizer", into: &restored.optimizer)
        self = restored
    }
}
