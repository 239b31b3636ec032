public import ReinCheckpoints

/// The trials of an experiment, read from its folder: Ray Tune's (2.10), or one of the same layout.
///
///     let grid = try ResultGrid(reading: "experiments/cartpole")
///     let best = try grid.bestResult("episodeReturnMean", .max)
///     print(best.value, best.checkpoint!.path, best.configuration)
///     print(grid.table(["episodeReturnMean"]).text())
///
/// Nothing in the folder is changed, and nobody needs to have it: an experiment that runs can be looked at. Pickles are never
/// read. What is damaged is passed over, and said in `warnings`. The results themselves stay in their files: whoever asks
/// for a metric reads them once.
public struct ResultGrid: Sendable {
    /// The path of the folder, or its address in a storage.
    public let folder: String
    /// The trials in the order of their numbers, those without one after the others.
    public let trials: [TrialResult]
    private let initialWarnings: [String]
    let tracks: GridTracks
    /// The copy of what lies in a storage; nil for a folder.
    private let copy: ResultCopy?

    /// Reads a folder.
    ///
    /// - Throws: `StateError` when there is none, or when it is not that of an experiment, with the folder that was
    ///   probably meant.
    public init(reading folder: String) throws(StateError) { try self.init(reading: folder, of: nil) }

    /// Reads a folder, or the copy of what lies in a storage.
    ///
    /// - Throws: `StateError` as `init(reading:)`.
    init(reading folder: String, of copy: ResultCopy?) throws(StateError) {
        let read = try ExperimentReader(reading: folder)
        var trials = read.trials
        var matching = CheckpointMatching()
        matching.match(&trials, isPopulation: read.isPopulation)
        let files = trials.map(\.resultFile)
        for place in trials.indices { try copy?.address(&trials[place]) }
        self.copy = copy
        self.folder = copy?.uri.description ?? folder
        self.trials = trials
        let warnings = read.warnings + matching.warnings
        initialWarnings = warnings.map { copy?.addressed($0) ?? $0 }
        tracks = GridTracks(files)
    }

    /// The path of the folder, or of the copy of what lies in a storage; it stays as long as the grid does.
    package var localFolder: String { copy?.folder ?? folder }

    /// What was passed over, and why, also in what has been read since.
    public var warnings: [String] {
        var warnings = initialWarnings
        let known = Set(warnings)
        for warning in tracks.warnings.map({ copy?.addressed($0) ?? $0 }) where !known.contains(warning) {
            warnings.append(warning)
        }
        return warnings
    }

    /// The trials that have failed.
    public var errored: [TrialResult] { trials.filter { $0.status == .errored } }

    /// The name of the experiment: that of its folder.
    public var name: String { lastComponent(of: folder) }

    /// The names of the metrics that the last results have as numbers, in the order in which they appear; with slashes
    /// between the keys of maps inside one another.
    public var metricNames: [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for trial in trials {
            for (name, value) in trial.lastMetrics.leaves where value.isNumber && seen.insert(name).inserted {
                names.append(name)
            }
        }
        return names
    }

    /// What a metric came to in each trial, in the order of `trials`; nil where it never came.
    public func summaries(of metric: String) -> [MetricSummary?] { tracks.tracks(of: metric).map { $0?.summary } }

    /// The number that each trial is compared by, in the order of `trials`; nil where there is none that is finite.
    public func scores(_ metric: String, _ order: ScoreOrder, scope: GridScope) -> [Double?] {
        guard let scope = scope.resultScope else {
            return trials.map { $0.bestCheckpoint(metric, order)?.score(metric) }
        }
        return summaries(of: metric).map { $0?.value(in: scope, order: order) }
    }
}

extension StateMap {
    /// What is no map, with its name: the keys with slashes between.
    var leaves: [(name: String, value: StateTree)] {
        entries.flatMap { key, value -> [(name: String, value: StateTree)] in
            guard case .map(let map) = value, !map.isEmpty else { return [(key, value)] }
            return map.leaves.map { ("\(key)/\($0.name)", $0.value) }
        }
    }
}

extension StateTree {
    /// Whether this is a number, or a truth value, which counts as one.
    var isNumber: Bool {
        switch self {
        case .int, .double, .bool: true
        default: false
        }
    }
}
