import ReinCheckpoints
import ReinEnvironments

/// What there is to say about an environment of Python.
struct GymnasiumSettings {
    private static let keys = [
        "options", "python", "workers", "workerRestarts", "stepTimeout", "startTimeout", "scaleImages",
        "recordTo", "recordForm",
    ]

    /// What was said that results depend on: workers and how long they may take are of no effect on them, and which
    /// interpreter it was is part of the record.
    let determining: StateMap
    /// The arguments by name that it is made with.
    var options: StateMap = [:]
    /// The interpreter that is asked for.
    var python: String?
    /// The number of workers; nil for what suits the environment.
    var workers: Int?
    /// How many workers that end are replaced.
    var workerRestarts = 0
    /// How long workers may take.
    var limits = WorkerLimits()
    /// Whether images are divided by 255.
    var scalesImages = false
    /// Where episodes are recorded.
    var recording: WorkerHello.Recording?

    /// Reads settings.
    ///
    /// - Throws: `StateError` with the key of what is unknown or cannot be.
    init(_ settings: StateMap) throws(StateError) {
        let reader = StateReader(.map(settings))
        try reader.expectKeys(Self.keys)
        var determining = StateMap()
        for key in ["options", "scaleImages"] { determining[key] = settings[key] }
        self.determining = determining
        options = try Self.map(reader.optionalChild("options"))
        python = try reader.optionalChild("python")?.string()
        workers = try Self.count(reader.optionalChild("workers"), from: 1, to: 4096)
        workerRestarts = try Self.count(reader.optionalChild("workerRestarts"), from: 0, to: .max) ?? 0
        if let step = try Self.duration(reader.optionalChild("stepTimeout")) { limits.step = step }
        if let start = try Self.duration(reader.optionalChild("startTimeout")) { limits.start = start }
        scalesImages = try reader.optionalChild("scaleImages")?.bool() ?? false
        recording = try Self.recording(reader)
    }

    private static func recording(_ reader: StateReader) throws(StateError) -> WorkerHello.Recording? {
        let forms = WorkerHello.Recording.Form.allCases.map(\.rawValue)
        let name = try reader.optionalChild("recordForm")?.string() ?? forms[0]
        guard let form = WorkerHello.Recording.Form(rawValue: name) else {
            throw try reader.child("recordForm").error(
                .outOfRange,
                unknownName(
                    "there is no form \"\(name.shortened)\"", nearest: nearestName(to: name, in: forms),
                    rest: "known are \(forms.joined(separator: ", "))"))
        }
        guard let directory = try reader.optionalChild("recordTo")?.string() else {
            guard reader.optionalChild("recordForm") == nil else {
                throw try reader.child("recordForm").error(.missingKey, "needs recordTo, the directory")
            }
            return nil
        }
        return WorkerHello.Recording(directory: directory, form: form)
    }

    private static func map(_ reader: StateReader?) throws(StateError) -> StateMap {
        guard let reader else { return [:] }
        // Says so when it is no map.
        _ = try reader.map()
        guard case .map(let map) = reader.tree else { return [:] }
        return map
    }

    private static func count(_ reader: StateReader?, from low: Int, to high: Int) throws(StateError) -> Int? {
        guard let reader else { return nil }
        let value = try reader.int()
        guard value >= low, value <= high else {
            let allowed = high == .max ? "at least \(low)" : "\(low)...\(high)"
            throw reader.error(.outOfRange, "\(value) is out of range (allowed: \(allowed))")
        }
        return value
    }

    private static func duration(_ reader: StateReader?) throws(StateError) -> Duration? {
        guard let reader else { return nil }
        let seconds = try reader.double()
        guard seconds > 0, seconds <= 1e9 else {
            throw reader.error(.outOfRange, "\(seconds) is out of range (allowed: above 0, at most 1e9 seconds)")
        }
        return .seconds(seconds)
    }
}
