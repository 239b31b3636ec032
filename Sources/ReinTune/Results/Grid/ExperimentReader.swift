import ReinCheckpoints

/// Reads the folder of an experiment: Ray Tune's, or one of the same layout.
struct ExperimentReader {
    /// The trials in the order of their numbers.
    private(set) var trials: [TrialResult] = []
    /// What a person should know.
    private(set) var warnings: [String] = []
    /// Whether there is a record of trials that took checkpoints over from one another.
    let isPopulation: Bool
    private let path: String

    /// Reads a folder.
    ///
    /// - Throws: `StateError` when there is none, or when it is not that of an experiment.
    init(reading path: String) throws(StateError) {
        self.path = path
        guard try LocalFile.isDirectory(path) else {
            let isThere = try LocalFile.exists(path)
            let hint = path.contains("://") ? "; of an address, `ResultGrid.reading` reads the results" : ""
            throw StateError(
                .notFound, isThere ? "is a file, not the folder of an experiment" : "there is no such folder\(hint)",
                path: path)
        }
        let names = try LocalFile.names(in: path)
        isPopulation = names.contains { $0.hasPrefix("pbt_") }
        let state = RecordedState(newestIn: path, names: names, &warnings)
        var known = self.known(in: state)
        for name in names {
            guard let inner = try trialNames(name) else { continue }
            var reader = TrialFolderReader("\(path)/\(name)", names: inner, known: known.removeValue(forKey: name))
            trials.append(reader.read())
            warnings += reader.warnings
        }
        addUnbegun(known)
        guard !trials.isEmpty || state != nil else { throw try isNoExperiment(names) }
        orderTrials()
    }

    /// The error for a symbolic link.
    static func isLink(_ path: String) -> StateError {
        StateError(.malformed, "is a symbolic link, which is not followed", path: path)
    }

    /// The trials of the state by the names of their folders.
    private mutating func known(in state: RecordedState?) -> [String: RecordedState.Trial] {
        var known: [String: RecordedState.Trial] = [:]
        for trial in state?.trials ?? [] {
            let name = trial.folderName ?? trial.id ?? ""
            guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else {
                warnings.append(
                    "\(path): a trial's folder is to be \"\(name.shortened)\", which is none; it is left out")
                continue
            }
            guard known.updateValue(trial, forKey: name) != nil else { continue }
            warnings.append("\(path): the trial \(name.shortened) is there twice; the later one counts")
        }
        return known
    }

    /// The names of what lies in a trial's folder; nil for what is none.
    private mutating func trialNames(_ name: String) throws(StateError) -> [String]? {
        let place = "\(path)/\(name)"
        guard !name.hasPrefix("."), try LocalFile.isDirectory(place) else { return nil }
        guard try !LocalFile.isLink(place) else {
            // What leads to one of the trials is another name for it.
            let target = try LocalFile.absolutePath(place)
            let root = try LocalFile.absolutePath(path)
            if let target, let root, target.hasPrefix(root + "/") { return nil }
            warnings.append("\(Self.isLink(place))")
            return nil
        }
        do throws(StateError) {
            let inner = try LocalFile.names(in: place)
            return TrialFolderReader.isTrial(inner) ? inner : nil
        } catch {
            warnings.append("\(error)")
            return nil
        }
    }

    /// Adds the trials that have no folder: those that have not begun, and those whose folders are gone.
    private mutating func addUnbegun(_ known: [String: RecordedState.Trial]) {
        for (name, trial) in known.sorted(byBytesOf: \.key) {
            let id = trial.id ?? name
            let tag = trial.tag ?? ""
            let last = trial.lastResult ?? [:]
            if trial.status != .pending {
                warnings.append("\(path)/\(name): the trial has no results here")
            }
            trials.append(
                TrialResult(
                    id: TrialID(id), number: TrialFolderParts.number(ofTag: tag, id: id), tag: tag, folder: nil,
                    status: trial.status ?? .pending,
                    configuration: last.resultConfiguration ?? trial.configuration ?? [:],
                    lastMetrics: last.withoutConfiguration, resultCount: 0, errorText: nil, checkpoints: []))
        }
    }

    private mutating func orderTrials() {
        trials = trials.sorted(byBytesOf: { $0.folder ?? "" }).sorted(byNumber: { $0.number ?? .max })
        var seen: Set<TrialID> = []
        for trial in trials where !seen.insert(trial.id).inserted {
            warnings.append("\(path): there are several trials of the id \(trial.id.string.shortened)")
        }
    }

    private func isNoExperiment(_ names: [String]) throws(StateError) -> StateError {
        if TrialFolderReader.isTrial(names) {
            return StateError(
                .malformed, "is the folder of a trial, not of an experiment; did you mean the folder above it?",
                path: path)
        }
        for name in names {
            let inner = try LocalFile.names(in: "\(path)/\(name)", ifFolder: true)
            guard inner.contains(where: RecordedState.isName) else { continue }
            return StateError(
                .malformed, "is no experiment, but has some; did you mean \(path)/\(name)?", path: path)
        }
        return StateError(
            .malformed, "is no experiment: there is no experiment_state-<date>.json, and no folder of a trial",
            path: path)
    }
}

extension LocalFile {
    /// The names in a directory; none for anything else.
    fileprivate static func names(in path: String, ifFolder: Bool) throws(StateError) -> [String] {
        guard try isDirectory(path) else { return [] }
        return (try? names(in: path)) ?? []
    }
}
