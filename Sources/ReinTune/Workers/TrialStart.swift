import ReinCheckpoints

/// What a worker is told about a trial.
struct TrialStart: Sendable {
    /// The settings to train with.
    var configuration: StateMap
    /// Where the trial runs: its id and name, the experiment's name, its folder as an absolute path, its resources.
    var context: TrainableContext
    /// Where a process writes what the trainable prints: absolute paths, appended to. Nil for where this process prints.
    /// Both may be the same file.
    var output: (standard: String, errors: String)?

    /// Says what a trial needs.
    init(configuration: StateMap, context: TrainableContext, output: (standard: String, errors: String)? = nil) {
        self.configuration = configuration
        self.context = context
        self.output = output
    }
}
