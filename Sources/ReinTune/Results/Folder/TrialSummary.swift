import ReinCheckpoints

/// What the state of an experiment tells of a trial.
struct TrialSummary {
    /// What is known of it.
    var record: TrialRecord
    /// The name of its folder in that of the experiment.
    var folder: String
    /// What was chosen for it, by paths with slashes.
    var searched: StateMap = [:]
    /// What its metrics came to.
    var metrics = MetricSummaries()
    /// The checkpoints that count as the best, the worst first.
    var bestCheckpoints: [StoredCheckpoint] = []
    /// The newest checkpoint.
    var latestCheckpoint: StoredCheckpoint?
    /// How often it has failed.
    var failureCount = 0
    /// Whether its folder has an `error.txt`.
    var hasErrorFile = false
    /// When it began, in seconds since 1970; nil when it has not.
    var startTime: Double?

    /// What does not change while it trains, as Ray writes it.
    func description(in place: ExperimentPlace, trainable: String) -> StateTree {
        [
            "trainable_name": .string(trainable), "trial_id": .string(record.id.string),
            "config": StateTree.map(record.configuration).withoutPickles,
            "evaluated_params": StateTree.map(searched).withoutPickles,
            "experiment_tag": .string(record.tag), "status": .string(record.status.rawValue),
            "relative_logdir": .string(folder),
            "storage": RayObjects.embedded(RayObjects.storage(place, trialFolder: folder)),
            "placement_group_factory": .string(RayObjects.anything),
        ]
    }

    /// What it has come to, as Ray writes it.
    func progress(in place: ExperimentPlace) -> StateTree {
        var map: StateMap = [
            "last_result": StateTree.map(lastResult).withoutPickles, "metric_analysis": metrics.analysis,
            "error_filename": hasErrorFile ? .string(FailureFile.name) : .null,
            "checkpoint_manager": RayObjects.embedded(
                RayObjects.checkpoints(
                    best: bestCheckpoints, latest: latestCheckpoint, in: place.path(of: folder))),
            "num_failures": .int(Int64(failureCount)), "start_time": startTime.map { .double($0) } ?? .null,
        ]
        map["last_result_time"] = lastResult[MetricName.timestamp]
        return .map(map)
    }

    /// The last result with the settings, from which Ray knows those of a result.
    private var lastResult: StateMap {
        guard case .map(var result)? = record.lastResult else { return [:] }
        result.append(MetricName.configuration, .map(record.configuration))
        return result
    }
}

extension MetricSummaries {
    /// The summaries as Ray writes them. What there is no number for is NaN, which Ray compares nothing with.
    fileprivate var analysis: StateTree {
        func number(_ value: Double?) -> StateTree { .double(value ?? .nan) }
        return .map(
            StateMap(
                uniqueEntries: entries.map { name, summary in
                    (
                        name,
                        [
                            "max": number(summary.maximum), "min": number(summary.minimum),
                            "avg": number(summary.mean), "last": number(summary.last),
                            "last-5-avg": number(summary.mean(ofLast: 5)),
                            "last-10-avg": number(summary.mean(ofLast: 10)),
                        ]
                    )
                }))
    }
}
