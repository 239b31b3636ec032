package import ReinCheckpoints

/// What a worker is told about a trial.
package struct TrialStart: Sendable {
    /// The settings to train with.
    package var configuration: StateMap
    /// Where the trial runs: its id and name, the experiment's name, its folder as an absolute path, its resources.
    package var context: TrainableContext
    /// Where a process writes what the trainable prints: absolute paths, appended to. Nil for where this process prints.
    /// Both may be the same file.
    package var output: (standard: String, errors: String)?

    /// What `CUDA_VISIBLE_DEVICES` is in its process: the GPUs that were reserved for it, none if it is empty. Nil for
    /// what it is in this process. Threads share that of this process.
    package var visibleDevices: String?

    /// Says what a trial needs.
    package init(
        configuration: StateMap, context: TrainableContext, output: (standard: String, errors: String)? = nil,
        visibleDevices: String? = nil
    ) {
        self.configuration = configuration
        self.context = context
        self.output = output
        self.visibleDevices = visibleDevices
    }
}
