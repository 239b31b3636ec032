import ReinCheckpoints

/// Reads the folder of a trial.
struct TrialFolderReader {
    private let path: String
    private let names: Set<String>
    private let known: RecordedState.Trial?
    /// What a person should know.
    private(set) var warnings: [String] = []

    /// The largest number of bytes of a file of settings: 64 MB.
    private static let settingsLimit = 1 << 26

    /// Whether a folder of these names is that of a trial.
    static func isTrial(_ names: [String]) -> Bool {
        let marks: Set = [ResultFile.objectsName, ResultFile.tableName, "params.json", "error.txt"]
        return names.contains { marks.contains($0) }
    }

    /// Begins.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - names: what lies in it.
    ///   - known: what the experiment's state says of the trial.
    init(_ path: String, names: [String], known: RecordedState.Trial?) {
        self.path = path
        self.names = Set(names)
        self.known = known
    }

    /// Reads it.
    mutating func read() -> TrialResult {
        let file = resultFile()
        let digest = file.map { ResultDigest(of: $0, &warnings) }
        let last = digest?.last ?? known?.lastResult ?? [:]
        let folderName = TrialFolderParts(lastComponent(of: path))
        let error = hasFile("error.txt") ? FailureText.last(in: "\(path)/error.txt", &warnings) : nil
        let id = known?.id ?? last.text(MetricName.trialID) ?? folderName.id ?? lastComponent(of: path)
        let tag = known?.tag ?? last.text("experiment_tag") ?? folderName.tag ?? ""
        return TrialResult(
            id: TrialID(id), number: TrialFolderParts.number(ofTag: tag, id: id) ?? folderName.number, tag: tag,
            folder: path, status: known?.status ?? Self.status(last, count: digest?.count ?? 0, error),
            configuration: last.resultConfiguration ?? settings() ?? known?.configuration ?? [:],
            lastMetrics: last.withoutConfiguration, resultCount: digest?.count ?? 0, errorText: error,
            checkpoints: checkpoints(), resultFile: file)
    }

    private mutating func resultFile() -> ResultFile? {
        if hasFile(ResultFile.objectsName) {
            return ResultFile(path: "\(path)/\(ResultFile.objectsName)", isTable: false)
        }
        guard hasFile(ResultFile.tableName) else { return nil }
        return ResultFile(path: "\(path)/\(ResultFile.tableName)", isTable: true)
    }

    private static func status(_ last: StateMap, count: Int, _ error: String?) -> TrialStatus {
        if last[MetricName.done] == .bool(true) { return .terminated }
        if error != nil { return .errored }
        return count > 0 ? .running : .pending
    }

    private mutating func settings() -> StateMap? {
        guard hasFile("params.json") else { return nil }
        let file = "\(path)/params.json"
        do throws(StateError) {
            if case .map(let map) = try JSON.parse(fromPython: LocalFile.read(file, limit: Self.settingsLimit)) {
                return map
            }
            warnings.append("\(file): holds no settings")
        } catch {
            warnings.append("\(error.path.isEmpty ? error.nested(under: file) : error)")
        }
        return nil
    }

    /// The checkpoints with what the folder's own journal, or else they themselves, say of their results.
    private mutating func checkpoints() -> [TrialCheckpoint] {
        let indices = names.compactMap { CheckpointName.index(in: $0) }.ascending
        guard !indices.isEmpty else { return [] }
        var noted: Table<Int, StateTree>?
        do throws(StateError) {
            noted = try CheckpointRecords.metrics(in: path)
        } catch {
            warnings.append("\(error)")
        }
        var found: [TrialCheckpoint] = []
        for index in indices {
            let place = "\(path)/\(CheckpointName.name(index))"
            guard isFolder(place) else { continue }
            var checkpoint = TrialCheckpoint(index: index, path: place, metrics: nil, configuration: nil)
            if let noted {
                // One that was never completed, or is about to go.
                guard case .map(let metrics)? = noted[index] else { continue }
                checkpoint.take(metrics)
            } else if let result = progress(of: place) {
                checkpoint.take(result)
            }
            found.append(checkpoint)
        }
        return found
    }

    private mutating func progress(of place: String) -> StateMap? {
        do throws(StateError) {
            guard let saved = try Checkpoint(directory: place).progress() else { return nil }
            let result = try TrainableProgress(saved).lastResult
            return result.isEmpty ? nil : result
        } catch {
            warnings.append("\(error)")
            return nil
        }
    }

    private mutating func isFolder(_ place: String) -> Bool {
        do throws(StateError) {
            guard try LocalFile.isLink(place) else { return try LocalFile.isDirectory(place) }
            warnings.append("\(ExperimentReader.isLink(place))")
        } catch {
            warnings.append("\(error)")
        }
        return false
    }

    private mutating func hasFile(_ name: String) -> Bool {
        guard names.contains(name) else { return false }
        let file = "\(path)/\(name)"
        guard (try? LocalFile.isLink(file)) != false else { return true }
        warnings.append("\(ExperimentReader.isLink(file))")
        return false
    }
}

extension StateMap {
    fileprivate func text(_ key: String) -> String? {
        guard case .string(let text)? = self[key] else { return nil }
        return text
    }
}
