/// The names of the metrics that a driver adds to results: those of Ray Tune.
package enum MetricName {
    static let done = "done"
    static let shouldCheckpoint = "should_checkpoint"
    static let timestepsThisIteration = "timesteps_this_iter"
    static let episodesThisIteration = "episodes_this_iter"
    /// The number of steps since the start of training.
    package static let trainingIteration = "training_iteration"
    static let secondsThisIteration = "time_this_iter_s"
    /// The time that a trial has trained, in seconds.
    package static let secondsTotal = "time_total_s"
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

    /// The names of those that are numbers, by which trials can be compared or ended.
    package static let numbers = [
        trainingIteration, secondsTotal, secondsThisIteration, secondsSinceRestore, iterationsSinceRestore,
        timestepsThisIteration, timestepsTotal, timestepsSinceRestore, episodesThisIteration, episodesTotal, timestamp,
        done,
    ]

    /// What a step says by the properties of its result, and how.
    static let saidByStepResult = [
        done: "done", shouldCheckpoint: "shouldCheckpoint", timestepsThisIteration: "timestepsThisIteration",
        episodesThisIteration: "episodesThisIteration",
    ]
}
