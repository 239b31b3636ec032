import ReinCheckpoints

/// What other programs read.
extension ResultGrid {
    /// A table of comma-separated values with a row for each trial, in their order: its id, number, status, tag, folder,
    /// number of results and newest checkpoint, its settings with `config/` in front, and its last metrics. Numbers that are
    /// not finite are `nan`, `inf` and `-inf`; what is not there is empty.
    public func csv() -> String {
        let fixed = ["trial_id", "number", "status", "experiment_tag", "folder", "results", "checkpoint"]
        let settings = trials.map { $0.configuration.leaves }
        let metrics = trials.map { $0.lastMetrics.leaves }
        let settingNames = Self.names(of: settings)
        let metricNames = Self.names(of: metrics).filter { !fixed.contains($0) }
        let (settingPlaces, metricPlaces) = (ColumnPlaces(settingNames), ColumnPlaces(metricNames))
        var lines = [CommaSeparated.line(fixed + settingNames.map { "config/\($0)" } + metricNames)]
        for (place, trial) in trials.enumerated() {
            let cells = [
                trial.id.string, trial.number.map(String.init) ?? "", trial.status.rawValue, trial.tag,
                trial.folder.map { lastComponent(of: $0) } ?? "", String(trial.resultCount),
                trial.latestCheckpoint?.name ?? "",
            ]
            lines.append(
                CommaSeparated.line(
                    cells + settingPlaces.cells(of: settings[place]) + metricPlaces.cells(of: metrics[place])
                ))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Gives out a table of comma-separated values with a row for each result of each trial, line by line and without the
    /// ends of the lines: the id of the trial, and everything in the result but the settings. The results are read twice, and
    /// never more than one of them is in memory.
    ///
    /// - Throws: what `body` throws.
    public func forEachResultLine<Failure: Error>(_ body: (String) throws(Failure) -> Void) throws(Failure) {
        var names: [String] = []
        var seen: Set<String> = [MetricName.trialID]
        // What is wrong with the files was said when they were first read.
        var known: [String] = []
        for trial in trials {
            trial.resultFile?.forEachResult(&known) { _, result in
                for (name, _) in result.withoutConfiguration.leaves where seen.insert(name).inserted {
                    names.append(name)
                }
                return true
            }
        }
        try body(CommaSeparated.line([MetricName.trialID] + names))
        let places = ColumnPlaces(names)
        for trial in trials {
            var failure: Failure?
            trial.resultFile?.forEachResult(&known) { _, result in
                let cells = places.cells(of: result.withoutConfiguration.leaves)
                do throws(Failure) {
                    try body(CommaSeparated.line([trial.id.string] + cells))
                    return true
                } catch {
                    failure = error
                    return false
                }
            }
            if let failure { throw failure }
        }
    }

    /// The trials as JSON: for each its id, number, status, tag, folder, settings, last metrics, number of results, failure and
    /// checkpoints with their metrics. Numbers that are not finite are null.
    public func json() -> String {
        let list = trials.map { trial -> StateTree in
            .map([
                "trial_id": .string(trial.id.string), "number": .orNull(trial.number),
                "status": .string(trial.status.rawValue), "experiment_tag": .string(trial.tag),
                "folder": trial.folder.map { .string(lastComponent(of: $0)) } ?? .null,
                "config": .map(trial.configuration), "metrics": .map(trial.lastMetrics),
                "results": .int(Int64(trial.resultCount)),
                "error": trial.errorText.map { .string($0) } ?? .null,
                "checkpoints": .list(
                    trial.checkpoints.map {
                        [
                            "name": .string($0.name), "iteration": .orNull($0.iteration),
                            "metrics": $0.metrics.map { .map($0) } ?? .null,
                        ]
                    }),
            ])
        }
        return JSON.text(["experiment": .string(name), "trials": .list(list)], pretty: true) + "\n"
    }

    private static func names(of rows: [[(name: String, value: StateTree)]]) -> [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for row in rows {
            for (name, _) in row where seen.insert(name).inserted { names.append(name) }
        }
        return names
    }
}

/// The columns of a table, found by their names.
private struct ColumnPlaces {
    private let places: [String: Int]

    init(_ names: [String]) { places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) }) }

    /// The cells of a row; empty where it has nothing.
    func cells(of row: [(name: String, value: StateTree)]) -> [String] {
        var cells = [String](repeating: "", count: places.count)
        for (name, value) in row {
            if let place = places[name], cells[place].isEmpty { cells[place] = Self.cell(value) }
        }
        return cells
    }

    private static func cell(_ value: StateTree) -> String {
        switch value {
        case .null: ""
        case .int(let number): "\(number)"
        case .string(let text): text
        case .double(let number): number.isFinite ? "\(number)" : ShortText.number(number)
        default: JSON.text(value)
        }
    }
}

extension StateTree {
    fileprivate static func orNull(_ number: Int?) -> StateTree { number.map { .int(Int64($0)) } ?? .null }
}
