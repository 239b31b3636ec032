import ReinCheckpoints

/// The objects of Ray 2.10 that the state of an experiment has pickles of.
enum RayObjects {
    private static let storageContext = PickledClass(
        module: "ray.train._internal.storage", name: "StorageContext")
    private static let checkpointManager = PickledClass(
        module: "ray.train._internal.checkpoint_manager", name: "_CheckpointManager")
    private static let checkpointConfig = PickledClass(module: "ray.air.config", name: "CheckpointConfig")
    private static let trainingResult = PickledClass(module: "ray.train._internal.session", name: "_TrainingResult")
    private static let checkpoint = PickledClass(module: "ray.train._checkpoint", name: "Checkpoint")

    /// Any true value: what Ray wants to be there and does not look at.
    static let anything = PickleWriter.hexadecimal(of: .data(true))

    /// A value as Ray puts it into JSON that has no words for it.
    static func embedded(_ value: PickledValue) -> StateTree {
        ["_type": "CLOUDPICKLE_FALLBACK", "value": .string(PickleWriter.hexadecimal(of: value))]
    }

    /// Where a trial's files are.
    static func storage(_ place: ExperimentPlace, trialFolder: String) -> PickledValue {
        .object(
            storageContext,
            [
                ("storage_fs_path", .data(.string(place.parent))),
                ("experiment_dir_name", .data(.string(place.name))),
                ("trial_dir_name", .data(.string(trialFolder))),
            ])
    }

    /// The checkpoints of a trial.
    ///
    /// - Parameters:
    ///   - best: those that stay, the worst first.
    ///   - latest: the newest one, whether it is among them or not.
    ///   - folder: the path of the trial's folder.
    static func checkpoints(
        best: [StoredCheckpoint], latest: StoredCheckpoint?, in folder: String
    ) -> PickledValue {
        func result(_ stored: StoredCheckpoint) -> PickledValue {
            let path = "\(folder)/\(lastComponent(of: stored.path))"
            return .object(
                trainingResult,
                [
                    ("checkpoint", .object(checkpoint, [("path", .data(.string(path)))])),
                    ("metrics", .data(stored.metrics)),
                ])
        }
        return .object(
            checkpointManager,
            [
                // All that are listed count: what may stay was decided when they were made.
                ("_checkpoint_config", .object(checkpointConfig, [("num_to_keep", .data(.null))])),
                ("_checkpoint_results", .list(best.map(result))),
                ("_latest_checkpoint_result", latest.map(result) ?? .data(.null)),
            ])
    }
}
