import ReinCheckpoints
import ReinPolicies

/// A policy in environments of several agents: whom it acts for, and what becomes of its experience.
struct MultiAgentRole {
    let id: PolicyID
    var policy: Policy
    /// The indices of the agents that the policy may act for, ascending.
    let agents: [Int]
    /// Whether what happens is kept for a learner.
    let keepsExperience: Bool
    /// The largest number of steps of a rollout.
    var steps = 1
    /// What is kept for the learner beside what every one reads.
    var columns: RolloutColumns = []
    /// γ, for the accumulated returns of reward scaling.
    var discount = 1.0
}
