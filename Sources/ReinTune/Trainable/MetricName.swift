/// The names of the metrics that a driver adds to results: those of Ray Tune.
enum MetricName {
    static let done = "done"
    static let shouldCheckpoint = "should_checkpoint"
    static let timestepsThisIteration = "timesteps_this_iter"
    static let episodesThisIteration = "episodes_this_iter"
    static let trainingIteration = "training_iteration"
    static let secondsThisIteration = "time_this_iter_s"
    static let secondsTotal = "time_total_s"
    static let secondsSinceRestore = "time_since_restore"
    static let iterationsSinceRestore = "iterations_since_restore"
    static let timestepsTotal = "timesteps_total"
    static let timestepsSinceRestore = "timesteps_since_restore"
    static let episodesTotal = "episodes_total"
    static let timestamp = "timestamp"
    static let date = "date"
    static let trialID = "trial_id"
    static let experimentID = "experiment_id"
    static let processID = "pid"
    static let hostName = "hostname"
    static let nodeAddress = "node_ip"
    static let configuration = "config"
    static let checkpointName = "checkpoint_dir_name"

    /// What a step says by the properties of its result, and how.
    static let saidByStepResult = [
        done: "done", shouldCheckpoint: "shouldCheckpoint", timestepsThisIteration: "timestepsThisIteration",
        episodesThisIteration: "episodesThisIteration",
    ]
}
