import ReinNumerics

/// The memory of an actor-critic network's passes over at most `rows` rows, allocated once.
public struct ActorCriticWorkspace: Sendable {
    /// The largest number of rows of a pass.
    public let rows: Int
    let policyCore: RecurrentWorkspace?
    let valueCore: RecurrentWorkspace?
    let trunk: PerceptronWorkspace?
    let policy: PerceptronWorkspace
    let value: PerceptronWorkspace?
    /// The gradient at the shared layers' outputs, once from the policy head and once from the value head.
    let trunkGradients: AlignedBuffer<Float>

    /// Allocates the workspace; `training` adds what the backward passes need.
    public init(for network: ActorCritic, rows: Int, training: Bool) {
        self.rows = rows
        policyCore = network.policyCore.map { RecurrentWorkspace(for: $0, rows: rows, training: training) }
        valueCore = network.valueCore.map { RecurrentWorkspace(for: $0, rows: rows, training: training) }
        trunk = network.trunk.map { PerceptronWorkspace(for: $0, rows: rows, training: training) }
        policy = PerceptronWorkspace(for: network.policy, rows: rows, training: training)
        value = network.value.map { PerceptronWorkspace(for: $0, rows: rows, training: training) }
        trunkGradients = AlignedBuffer(count: training && network.sharesLayers ? 2 * rows * network.policy.inputs : 0)
    }
}
