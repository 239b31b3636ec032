import ReinCheckpoints

/// The event file of a trial, which TensorBoard shows: results under `ray/tune/`, and at the trial's end what was chosen
/// for it.
struct TrialEvents {
    private static let prefix = "ray/tune/"
    /// What says nothing that is worth a curve.
    private static let left: [String] = [
        MetricName.configuration, MetricName.processID, MetricName.timestamp, MetricName.secondsTotal,
        MetricName.trainingIteration,
    ]

    private var log: EventLog
    private var lastTags: [String] = []

    /// Makes a writer; see `EventLog`.
    ///
    /// - Parameter folder: the trial's folder.
    init(in folder: String) { log = EventLog(in: folder) }

    /// Adds a result.
    mutating func append(_ result: StateMap) {
        let summary = EventSummary(.map(result), prefix: Self.prefix, leavingOut: Self.left)
        if !summary.scalarTags.isEmpty { lastTags = summary.scalarTags }
        log.append([summary], step: Self.step(of: result), time: Self.time(of: result))
    }

    /// Adds what was chosen for the trial, which has ended, if it had a metric since this was made: those of the last result
    /// with any are what trials are compared by.
    ///
    /// As in Ray it counts as one that has succeeded, however it ended.
    mutating func finish(_ searched: StateMap) {
        guard !lastTags.isEmpty, !searched.isEmpty else { return }
        log.append(EventHyperparameters(searched, metrics: lastTags).summaries(hasSucceeded: true), step: 0)
    }

    /// Writes what waits.
    mutating func close() { log.finish() }

    /// What a person should know since the last call.
    mutating func takeWarnings() -> [String] { log.takeWarnings() }

    /// The number of steps that were trained, or else that of the iteration.
    private static func step(of result: StateMap) -> Int {
        for key in [MetricName.timestepsTotal, MetricName.trainingIteration] {
            switch result[key] {
            case .int(let number) where number != 0: return Int(number)
            case .double(let number) where number != 0: if let step = Int(exactly: number.rounded()) { return step }
            default: break
            }
        }
        return 0
    }

    private static func time(of result: StateMap) -> Double? {
        switch result[MetricName.timestamp] {
        case .int(let seconds): Double(seconds)
        case .double(let seconds) where seconds.isFinite: seconds
        default: nil
        }
    }
}
