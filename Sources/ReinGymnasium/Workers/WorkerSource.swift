import ReinCheckpoints

/// The Python source of workers, which is compiled into this library.
enum WorkerSource {
    /// What the interpreter is given as its program. It waits for the modules.
    static let bootstrap = text(PackageResources.bootstrap_py)

    /// The modules by their names.
    static let modules: StateMap = {
        var modules: StateMap = ["rein_worker": .string(text(PackageResources.__init___py))]
        for (name, bytes) in files { modules["rein_worker.\(name)"] = .string(text(bytes)) }
        return modules
    }()

    private static let files: [(String, [UInt8])] = [
        ("actions", PackageResources.actions_py),
        ("agents", PackageResources.agents_py),
        ("checks", PackageResources.checks_py),
        ("envpool_batches", PackageResources.envpool_batches_py),
        ("envpool_lanes", PackageResources.envpool_lanes_py),
        ("errors", PackageResources.errors_py),
        ("factory", PackageResources.factory_py),
        ("frames", PackageResources.frames_py),
        ("gymnasium_lane", PackageResources.gymnasium_lane_py),
        ("hints", PackageResources.hints_py),
        ("lanes", PackageResources.lanes_py),
        ("leaves", PackageResources.leaves_py),
        ("life", PackageResources.life_py),
        ("masks", PackageResources.masks_py),
        ("observations", PackageResources.observations_py),
        ("parallel_lane", PackageResources.parallel_lane_py),
        ("players", PackageResources.players_py),
        ("players_survey", PackageResources.players_survey_py),
        ("recording", PackageResources.recording_py),
        ("rows", PackageResources.rows_py),
        ("sequential_lane", PackageResources.sequential_lane_py),
        ("spaces", PackageResources.spaces_py),
        ("survey", PackageResources.survey_py),
        ("values", PackageResources.values_py),
        ("vector_adapter", PackageResources.vector_adapter_py),
        ("versions", PackageResources.versions_py),
        ("worker", PackageResources.worker_py),
    ]

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
