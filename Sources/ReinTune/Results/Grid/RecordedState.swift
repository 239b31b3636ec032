import ReinCheckpoints

/// What the newest file `experiment_state-<date>.json` of an experiment says of its trials.
struct RecordedState {
    /// A trial that the file knows.
    struct Trial {
        var id: String?
        var tag: String?
        /// The name of its folder.
        var folderName: String?
        var status: TrialStatus?
        var configuration: StateMap?
        /// The rest of what is known of it, as JSON.
        var details: String?

        /// The last result that the file has.
        var lastResult: StateMap? {
            guard let details, case .map(let map)? = try? JSON.parse(fromPython: Array(details.utf8)),
                case .map(let result)? = map["last_result"]
            else { return nil }
            return result
        }
    }

    /// The trials in the order of the file.
    private(set) var trials: [Trial] = []

    /// The largest number of bytes of a file: 1 GB.
    private static let sizeLimit = 1 << 30

    /// Whether a file has the name of one.
    static func isName(_ name: String) -> Bool { name.hasPrefix("experiment_state-") && name.hasSuffix(".json") }

    /// Reads the newest file that is good; nil when there is none.
    ///
    /// - Parameters:
    ///   - names: the names of what lies in the folder.
    ///   - warnings: gets what is wrong with newer ones.
    init?(newestIn folder: String, names: [String], _ warnings: inout [String]) {
        for name in names.filter(Self.isName).sortedByBytes.reversed() {
            let path = "\(folder)/\(name)"
            do throws(StateError) {
                guard try !LocalFile.isLink(path) else { throw ExperimentReader.isLink(path) }
                try self.init(reading: path, &warnings)
                return
            } catch {
                warnings.append("\(error); it is passed over")
            }
        }
        return nil
    }

    private init(reading path: String, _ warnings: inout [String]) throws(StateError) {
        let tree: StateTree
        do throws(StateError) {
            tree = try JSON.parse(fromPython: LocalFile.read(path, limit: Self.sizeLimit))
        } catch {
            throw error.path.isEmpty ? error.nested(under: path) : error
        }
        for entry in try StateReader(tree, path: path).list("trial_data") {
            do throws(StateError) {
                trials.append(try Trial(entry))
            } catch {
                warnings.append("\(error); the trial is known from its folder only")
            }
        }
    }
}

extension RecordedState.Trial {
    /// Reads the two JSON texts that the file has of a trial.
    fileprivate init(_ entry: StateReader) throws(StateError) {
        let texts = try entry.list()
        guard let first = texts.first else { throw entry.error(.malformed, "has nothing about a trial") }
        let parsed: StateTree
        do throws(StateError) {
            parsed = try JSON.parse(fromPython: Array(first.string().utf8))
        } catch {
            throw error.path.isEmpty ? error.nested(under: first.path) : error
        }
        guard case .map(let map) = parsed else { throw first.error(.wrongType, "expected an object") }
        func text(_ key: String) -> String? {
            guard case .string(let text)? = map[key] else { return nil }
            return text
        }
        id = text("trial_id")
        tag = text("experiment_tag")
        folderName = text("relative_logdir")
        status = text("status").flatMap { TrialStatus(rawValue: $0) }
        if case .map(let settings)? = map[MetricName.configuration] { configuration = settings }
        if texts.count > 1 { details = try texts[1].string() }
    }
}
