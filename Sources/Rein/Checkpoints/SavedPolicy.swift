package import ReinCheckpoints

/// What is saved of a policy of an algorithm.
package struct SavedPolicy: Sendable {
    /// The state of the policy, with that of its learner.
    package var state: StateTree
    /// The experience that the learner draws from.
    package var replay: ReplayState
    /// The files by which other programs run the policy.
    package var models: [ModelFile]

    /// Puts together what is saved.
    package init(state: StateTree, replay: ReplayState = .none, models: [ModelFile] = []) {
        self.state = state
        self.replay = replay
        self.models = models
    }
}
