import ReinEnvironments
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// What one shard of a runner's lanes needs for itself, so that shards can run on different threads.
///
/// Unchecked: only the thread that runs the shard touches it during a rollout, and only the runner's caller between
/// rollouts; the worker pool orders the two.
final class RolloutShard: @unchecked Sendable {
    let lanes: Range<Int>
    let workspace: ActorCriticWorkspace
    let sampler: ActionSampler
    /// Draws actions whose noise depends on the state, where the policy explores so. Its exploration matrices last no
    /// longer than a rollout, so they are not part of the runner's state.
    let stateDependentSampler: StateDependentSampler?
    /// Draws the noise of the policy's parameters, where it has some.
    var noiseStream: RandomStream
    private let factors: AlignedBuffer<Float>
    private let perturbed: AlignedBuffer<Float>
    var observationMoments: RunningMoments
    var returnMoments: RunningMoments
    var episodes: [Episode] = []
    /// The number or mask that ended the last rollout early, if one did.
    var fault: EnvironmentFault?

    init(lanes: Range<Int>, policy: Policy, noiseStream: RandomStream) {
        self.lanes = lanes
        self.noiseStream = noiseStream
        factors = AlignedBuffer(count: policy.noise?.factorCount ?? 0)
        perturbed = AlignedBuffer(count: policy.noise == nil ? 0 : policy.network.parameters.count)
        workspace = ActorCriticWorkspace(for: policy.network, rows: lanes.count, training: false)
        sampler = ActionSampler(policy.distribution, rows: lanes.count)
        stateDependentSampler =
            if case .stateDependentGaussian(let gaussian) = policy.distribution {
                StateDependentSampler(gaussian, rows: lanes.count)
            } else {
                nil
            }
        observationMoments = RunningMoments(width: policy.observationSpace.count)
        returnMoments = RunningMoments(width: 1)
        episodes.reserveCapacity(64)
    }

    /// Forgets the episodes of the last iteration.
    func beginIteration() { episodes.removeAll(keepingCapacity: true) }

    /// Forgets the statistics of the last rollout.
    func beginRollout(of policy: Policy) {
        fault = nil
        if policy.observationNormalizer != nil {
            observationMoments = RunningMoments(width: observationMoments.width)
        }
        if policy.rewardScaler != nil { returnMoments = RunningMoments(width: 1) }
    }

    /// The parameters to act with: fresh noise on the network's own, where the policy has some.
    func perturb(_ parameters: UnsafePointer<Float>, of policy: Policy) -> UnsafePointer<Float> {
        guard let noise = policy.noise else { return parameters }
        noise.draw(factors.pointer, using: &noiseStream)
        noise.perturb(parameters, scales: noise.scales, factors: factors.pointer, into: perturbed.pointer)
        return UnsafePointer(perturbed.pointer)
    }

    /// Takes the statistics of raw observations that the policy is about to act on, and writes what it will see.
    func present(
        _ observations: UnsafePointer<Float>, rows: Int, to policy: Policy, into seen: UnsafeMutablePointer<Float>
    ) {
        if policy.observationNormalizer != nil { observationMoments.update(observations, count: rows) }
        normalize(observations, rows: rows, for: policy, into: seen)
    }

    /// Writes observations as the policy's network reads them.
    func normalize(
        _ observations: UnsafePointer<Float>, rows: Int, for policy: Policy, into seen: UnsafeMutablePointer<Float>
    ) {
        if let normalizer = policy.observationNormalizer {
            normalizer.apply(rows: rows, from: observations, into: seen)
        } else {
            seen.update(from: observations, count: rows * policy.observationSpace.count)
        }
    }

    /// Takes the statistics of a discounted return, when the policy's rewards are scaled. Rewards that floats hold may
    /// add up to one that none does: then to the largest.
    func note(discountedReturn: Double, for policy: Policy) {
        guard policy.rewardScaler != nil else { return }
        var value = Float(discountedReturn).limited(
            from: -.greatestFiniteMagnitude, to: .greatestFiniteMagnitude)
        returnMoments.update(&value, count: 1)
    }
}
