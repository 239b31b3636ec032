import ReinNumerics

/// The memory of an actor-critic network's passes over at most `rows` rows, allocated once.
public struct ActorCriticWorkspace: Sendable {
    /// The largest number of rows of a pass.
    public let rows: Int
    let trunk: PerceptronWorkspace?
    let policy: PerceptronWorkspace
    let value: PerceptronWorkspace?
    /// The gradient at the shared hidden layers, once from the policy head and once from the value head.
    let trunkGradients: AlignedBuffer<Float>

    /// Allocates the workspace; `training` adds what the backward passes need.
    public init(for network: ActorCritic, rows: Int, training: Bool) {
        self.rows = rows
        trunk = network.trunk.map { PerceptronWorkspace(for: $0, rows: rows, training: training) }
        policy = PerceptronWorkspace(for: network.policy, rows: rows, training: training)
        value = network.value.map { PerceptronWorkspace(for: $0, rows: rows, training: training) }
        trunkGradients = AlignedBuffer(count: training ? 2 * rows * (network.trunk?.outputs ?? 0) : 0)
    }
}
