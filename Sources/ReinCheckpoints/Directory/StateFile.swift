/// A state to be written, and what its file holds where that is to be more than the state.
package struct StateFile: Sendable {
    /// The state.
    package var tree: StateTree
    /// The tree of a MessagePack file that another library reads, too, and that `tree` is read from (`EmbeddedState`); nil
    /// when the file is to hold the state alone.
    package var messagePack: StateTree?

    /// Creates a state to be written.
    package init(_ tree: StateTree, messagePack: StateTree? = nil) {
        self.tree = tree
        self.messagePack = messagePack
    }
}

/// What a checkpoint holds of a policy.
package struct PolicyContents: Sendable {
    /// The state of the policy, with that of its learner.
    package var state: StateFile
    /// The experience that the learner draws from.
    package var replay: ReplayState
    /// The files by which other programs run the policy, each name once.
    package var models: [ModelFile]

    /// Creates the contents.
    package init(_ state: StateFile, replay: ReplayState = .none, models: [ModelFile] = []) {
        self.state = state
        self.replay = replay
        self.models = models
    }
}
