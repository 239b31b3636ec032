import Rein
import ReinTune

/// Shows how far an experiment is: on standard error a table that is redrawn in a terminal, elsewhere a line for each trial
/// that begins or ends and one for all now and then; or on standard output a JSON object for everything that happens.
struct TuneDisplay {
    /// How it is shown.
    enum Mode {
        case silent
        /// A line of its own for everything that is worth it.
        case plain
        /// A table, redrawn in place.
        case live
        /// JSON, one object a line.
        case json
    }

    private let mode: Mode
    private let table: TrialLines
    private var outlook: TuneOutlook
    private let errors = StandardStream.error
    private var block = TerminalBlock()
    private var lastShown: ContinuousClock.Instant?
    private var shownWarnings = 0
    /// Whether somebody reads what goes to standard output.
    private var isRead = true

    /// The largest number of trials in the table.
    private static let rowLimit = 20
    /// How often is drawn, and how often the line for all is written.
    private static let intervals = (live: Duration.milliseconds(100), plain: Duration.seconds(30))

    /// Prepares to show an experiment by the plan that is carried out.
    ///
    /// - Throws: `StateError` for a space that cannot be searched.
    init(_ plan: ExperimentPlan, json: Bool, quiet: Bool) throws(StateError) {
        mode = json ? .json : quiet ? .silent : StandardStream.error.canRedraw ? .live : .plain
        table = TrialLines(metric: plan.metric, order: plan.order, space: plan.space)
        outlook = try TuneOutlook(plan)
    }

    /// Shows what has happened.
    ///
    /// - Parameters:
    ///   - changes: what has happened to trials.
    ///   - progress: how far the experiment is; nil when nothing has happened.
    mutating func show(_ changes: [TrialChange], _ progress: ExperimentProgress?) {
        for change in changes { show(change) }
        guard let progress else { return }
        outlook.begin(at: progress)
        for warning in progress.warnings.dropFirst(shownWarnings) { warn(warning) }
        shownWarnings = max(shownWarnings, progress.warnings.count)
        let interval: Duration
        switch mode {
        case .live: interval = Self.intervals.live
        case .plain: interval = Self.intervals.plain
        case .silent, .json: return
        }
        if let lastShown, lastShown.duration(to: .now) < interval, !progress.isFinished { return }
        lastShown = .now
        let line = outlook.line(progress)
        guard mode == .live else { return errors.log(line) }
        let rows = errors.rows ?? 24
        let trials = table.lines(progress.trials, limit: min(Self.rowLimit, rows - 4))
        errors.draw(block.drawing([line] + trials, columns: errors.columns ?? 80))
    }

    /// Writes a line of its own.
    mutating func note(_ text: String) {
        if mode == .silent || mode == .json { return }
        close()
        errors.log(text)
    }

    /// Writes a line of its own that is shown whatever the mode: something is wrong.
    mutating func warn(_ text: String) {
        close()
        errors.log("rein: \(text)")
    }

    /// Clears the table.
    mutating func close() {
        if block.isOpen { errors.draw(block.clearing(columns: errors.columns ?? 80)) }
        lastShown = nil
    }

    /// Leaves the table where it is, since somebody else has written below it: a new one comes there.
    mutating func leaveTable() { block = TerminalBlock() }

    private mutating func show(_ change: TrialChange) {
        switch mode {
        case .silent, .live: break
        case .json:
            // An experiment is worth more than its listener, who may leave.
            if isRead { isRead = (try? StandardStream.output.writeLine(JSON.text(change.tree))) != nil }
        case .plain: if let line = line(of: change) { errors.log(line) }
        }
    }

    private func line(of change: TrialChange) -> String? {
        let trial = change.trial
        let metric = table.metric.map { ", \($0.shortened) \(TrialLines.number(trial.number($0)))" } ?? ""
        let count = Wording.count(trial.iteration ?? 0, "iteration", "iterations")
        switch change.kind {
        case .begin:
            let settings = table.settings(in: trial.configuration)
            return "\(trial.id) \(trial.iteration == nil ? "begins" : "goes on")"
                + (settings.isEmpty ? "" : ": \(settings)")
        case .result, .pause: return nil
        case .end: return "\(trial.id) \(trial.status == .errored ? "has failed" : "ends") after \(count)\(metric)"
        }
    }
}
