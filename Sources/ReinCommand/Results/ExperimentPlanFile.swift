import Rein
import ReinTune

/// What the file `tune.json` in the folder of an experiment, which `rein tune` leaves there, says of its trials.
struct ExperimentPlanFile {
    /// What trials are compared by; nil when the file does not say it.
    private(set) var metric: String?
    /// Which values of the metric are the better ones; nil when the file does not say it.
    private(set) var order: ScoreOrder?
    /// What all trials have beside their own settings.
    private(set) var trainable: StateMap = [:]
    /// What is wrong with the file; nil when nothing is.
    private(set) var warning: String?

    private static let limit = 16 << 20

    /// Reads the file, if there is one. The rest of the plan may be of a later version.
    init(in folder: String) {
        let path = "\(folder)/tune.json"
        do throws(StateError) {
            guard try LocalFile.exists(path) else { return }
            guard try !LocalFile.isLink(path) else {
                throw StateError(.malformed, "is a symbolic link, which is not followed", path: path)
            }
            let text = String(decoding: try LocalFile.read(path, limit: Self.limit), as: UTF8.self)
            try read(StateReader(JSON.parse(text), path: path))
        } catch {
            warning = error.path.isEmpty ? "\(error.nested(under: path))" : "\(error)"
        }
    }

    private mutating func read(_ plan: StateReader) throws(StateError) {
        if let place = plan.optionalChild("trainable") {
            guard case .map(let map) = place.tree else { throw place.error(.wrongType, "expected a map") }
            trainable = map
        }
        guard let metric = try plan.optionalChild("metric")?.string() else { return }
        let mode = try plan.child("mode")
        let word = try mode.string()
        guard let order = ScoreOrder(rawValue: word) else {
            throw mode.error(.outOfRange, "expected max or min, found \"\(word.shortened)\"")
        }
        self.metric = metric
        self.order = order
    }

    /// The settings of a trial, with those that all have where it says nothing.
    func completed(_ configuration: StateMap) -> StateMap { trainable.overlaid(with: configuration) }
}

extension StateMap {
    /// This map with the entries of another one, which go before; maps in the place of maps likewise.
    fileprivate func overlaid(with other: StateMap) -> StateMap {
        var result = self
        for (key, value) in other {
            if case .map(let inner) = value, case .map(let own)? = result[key] {
                result[key] = .map(own.overlaid(with: inner))
            } else {
                result[key] = value
            }
        }
        return result
    }
}
