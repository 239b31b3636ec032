/// How a prioritised replay draws transitions, what their weights are relative to, and how likely new ones are.
public enum PrioritizedReplaySampling: String, Sendable, Hashable, Codable, CaseIterable {
    /// One draw from each of as many equal parts of all priorities as a batch has rows; weights over the largest in the
    /// batch; new transitions get the largest priority so far (Schaul et al. 2016, arXiv 1511.05952).
    case stratified
    /// Every draw from all priorities; weights over the largest that a transition in the replay has; new transitions
    /// get the priority of an error of 1. As RLlib has it.
    case independent
}
