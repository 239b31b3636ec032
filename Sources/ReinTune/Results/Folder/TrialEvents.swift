import ReinCheckpoints

/// The event file of a trial, which TensorBoard shows: results under `ray/tune/`, and at the trial's end what was chosen
/// for it.
///
/// Whatever is wrong with it never stops training.
struct TrialEvents {
    private static let prefix = "ray/tune/"
    /// What says nothing that is worth a curve.
    private static let left: Set<String> = [
        MetricName.configuration, MetricName.processID, MetricName.timestamp, MetricName.secondsTotal,
        MetricName.trainingIteration,
    ]

    private let folder: String
    private var file: EventFile?
    private var lastTags: [String] = []
    private var isFailing = false
    private var warnings: [String] = []

    /// Makes a writer. The file is made with the first event: a new one in each process, as Ray does.
    ///
    /// - Parameter folder: the trial's folder.
    init(in folder: String) { self.folder = folder }

    /// Adds a result.
    mutating func append(_ result: StateMap) {
        let summary = EventSummary(.map(result), prefix: Self.prefix, leavingOut: Self.left)
        if !summary.scalarTags.isEmpty { lastTags = summary.scalarTags }
        append([summary], step: Self.step(of: result), time: Self.time(of: result))
    }

    /// Adds what was chosen for the trial, which has ended, if it had a metric since this was made: those of the last result
    /// with any are what trials are compared by.
    ///
    /// As in Ray it counts as one that has succeeded, however it ended.
    mutating func finish(_ searched: StateMap) {
        guard !lastTags.isEmpty, !searched.isEmpty else { return }
        let summaries = EventHyperparameters(searched, metrics: lastTags).summaries(hasSucceeded: true)
        append(summaries, step: 0, time: Double(LocalTime.secondsNow))
    }

    /// What a person should know since the last call.
    mutating func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    private mutating func append(_ summaries: [EventSummary], step: Int, time: Double) {
        do throws(StateError) {
            let file = try opened(at: time)
            for summary in summaries { file.append(summary, step: step, time: time) }
            note(file.problem)
        } catch { note(error) }
    }

    private mutating func opened(at time: Double) throws(StateError) -> EventFile {
        if let file { return file }
        let opened = try EventFile(in: folder, host: HostIdentity.current.name, time: time)
        file = opened
        return opened
    }

    private mutating func note(_ problem: StateError?) {
        if let problem, !isFailing { warnings.append("\(problem); events are missing for TensorBoard") }
        isFailing = problem != nil
    }

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

    private static func time(of result: StateMap) -> Double {
        switch result[MetricName.timestamp] {
        case .int(let seconds): Double(seconds)
        case .double(let seconds) where seconds.isFinite: seconds
        default: Double(LocalTime.secondsNow)
        }
    }
}
