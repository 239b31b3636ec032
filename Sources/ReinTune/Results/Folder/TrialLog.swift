import ReinCheckpoints

/// The records in the folder of a trial while it runs: `params.json`, `result.json`, `progress.csv` and the event file.
///
/// Only trials that run have one, so that few files are open however many trials there are. What cannot be written, on a
/// disk that is full for instance, never stops a trial: it waits, and is told as a warning.
final class TrialLog {
    /// What is written, and how.
    struct Options: Sendable, Hashable {
        /// Whether `result.json` has `NaN`, `Infinity` and `-Infinity` as Ray writes them, which are no JSON, instead of
        /// null.
        var writesNonFiniteNumbers = false
        /// Whether there is an event file.
        var writesEvents = true
        /// Whether `params.json` is on the disk before the trial begins.
        var synchronizes = true
    }

    private static let parameterFile = "params.json"
    private static let tableFile = "progress.csv"
    private static let resultFile = "result.json"

    private let configuration: StateMap
    private let searched: StateMap
    private var log: ResultLog
    private var events: TrialEvents?

    /// Opens the records of a trial that begins or goes on. The folder is made when it is not there, and `params.json` gets
    /// the settings that the trial has now.
    ///
    /// - Parameters:
    ///   - folder: the path of the trial's folder.
    ///   - trial: the trial, with the settings that it trains with.
    ///   - searched: what was chosen for it, by paths with slashes.
    ///   - iteration: the number of the last iteration that stays; the trial comes to later ones again.
    /// - Throws: `StateError` when the folder or a file cannot be written.
    init(
        folder: String, trial: TrialRecord, searched: StateMap = [:], continuingAfter iteration: Int = 0,
        _ options: Options = Options()
    ) throws(StateError) {
        try LocalFile.makeDirectories(folder)
        // Nobody else has the folder: what a killed process was about to replace goes.
        CheckpointDirectory.removeRemains(in: folder, andOf: [Self.parameterFile, Self.tableFile, Self.resultFile])
        configuration = trial.configuration
        self.searched = searched
        try Self.writeParameters(
            trial.configuration, to: "\(folder)/\(Self.parameterFile)", synchronizing: options.synchronizes)
        log = try ResultLog(
            table: "\(folder)/\(Self.tableFile)", results: "\(folder)/\(Self.resultFile)",
            numberedBy: MetricName.trainingIteration, continuingAfter: iteration,
            writingNonFiniteNumbers: options.writesNonFiniteNumbers)
        events = options.writesEvents ? TrialEvents(in: folder) : nil
    }

    /// Removes the last row of a trial whose rows do not count up, since it has taken over from others, if that row tells of
    /// no result that was judged: a killed process may have written one that nobody knows of.
    ///
    /// - Parameter judged: the newest result that was judged.
    /// - Returns: whether there was one.
    /// - Throws: `StateError` when the records cannot be written.
    static func removeLastRow(unless judged: StateTree, in folder: String) throws(StateError) -> Bool {
        let path = "\(folder)/\(resultFile)"
        guard let last = LineFile.lastLine(of: path), let row = try? JSON.parse(fromPython: last) else { return false }
        let isJudged = [MetricName.trainingIteration, MetricName.secondsTotal].allSatisfy { name in
            (try? row.number(of: name)) == (try? judged.number(of: name))
        }
        guard !isJudged else { return false }
        let text = String(decoding: last, as: UTF8.self)
        try LineFile.keepLines(of: path) { _, line in line != text }
        var reader = try LineReader(opening: path, limit: LineFile.lineLimit)
        while try reader.next() != nil {}
        // The table has a heading besides.
        let count = reader.count
        try LineFile.keepLines(of: "\(folder)/\(tableFile)") { number, _ in number <= count }
        return true
    }

    /// Adds a result to all records. The settings that it was trained with are told by `result.json` alone: its own, or
    /// else those of the trial.
    func append(_ result: StateMap) {
        var row = result
        row[MetricName.configuration] = nil
        let used = result[MetricName.configuration] ?? .map(configuration)
        log.append(.map(row), details: [MetricName.configuration: used])
        events?.append(row)
    }

    /// Writes what waits, and what is told of a trial at its end.
    ///
    /// - Parameter isOver: whether the trial has ended, and does not only pause.
    /// - Returns: what a person should know since it was last asked for, also what is lost.
    func finish(isOver: Bool) -> [String] {
        if isOver { events?.finish(searched) }
        events?.close()
        var warnings = takeWarnings()
        do throws(StateError) { try log.finish() } catch { warnings.append("\(error)") }
        return warnings
    }

    /// What a person should know since the last call.
    func takeWarnings() -> [String] { log.takeWarnings() + (events?.takeWarnings() ?? []) }

    /// Writes the settings, unless they are there: a trial that pauses often does not wait for the disk each time.
    private static func writeParameters(
        _ settings: StateMap, to path: String, synchronizing: Bool
    ) throws(StateError) {
        let text = JSON.text(.map(settings), pretty: true) + "\n"
        if let bytes = try? LocalFile.read(path, limit: text.utf8.count), bytes.elementsEqual(text.utf8) { return }
        try LocalFile.replace(path, with: text, synchronizing: synchronizing)
    }
}
