public import ReinNumerics
import ReinPolicies

/// What a rollout of a recurrent policy keeps, so that learning can start its sequences where collection did.
public final class RolloutMemory: Sendable {
    /// The number of steps of a sequence, L, which divides the steps of the rollout.
    public let sequenceLength: Int
    /// The number of floats of a state: those of all recurrent layers of the network, the policy's first.
    public let stateWidth: Int
    /// The states before the first step of each sequence: `[steps / L, lanes, stateWidth]`.
    public let states: AlignedBuffer<Float>
    /// The value of every observation, computed at collection: `[steps + 1, lanes]`. Zeros without a value network.
    public let values: AlignedBuffer<Float>

    /// Makes room for a rollout.
    ///
    /// - Precondition: `sequenceLength` divides `steps`.
    init(steps: Int, lanes: Int, policy: Policy, sequenceLength: Int) {
        precondition(
            sequenceLength > 0 && steps.isMultiple(of: sequenceLength),
            "\(steps) steps are not whole sequences of \(sequenceLength)")
        self.sequenceLength = sequenceLength
        stateWidth = policy.network.stateWidth
        states = AlignedBuffer(count: steps / sequenceLength * lanes * stateWidth)
        values = AlignedBuffer(count: (steps + 1) * lanes)
    }
}
