import Rein

/// How far a run is, on standard error: one line that is redrawn in a terminal, a line now and then elsewhere.
struct ProgressDisplay {
    /// How progress is shown.
    enum Mode {
        case silent
        /// A line of its own, every now and then.
        case plain
        /// One line, redrawn in place.
        case live
    }

    private let mode: Mode
    private let stream: StandardStream
    private let stop: StopCriteria
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let firstStep: Int
    private var lastShown: ContinuousClock.Instant?
    private var isLineOpen = false

    /// Starts to show a run that has done `steps` before.
    init(quiet: Bool, steps: Int, stop: StopCriteria, stream: StandardStream = .error) {
        mode = quiet ? .silent : stream.isTerminal ? .live : .plain
        self.stream = stream
        self.stop = stop
        firstStep = steps
        start = clock.now
    }

    /// The time since the start, in seconds.
    var elapsed: Double {
        let (seconds, attoseconds) = (clock.now - start).components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// Shows the state after an iteration, unless the last one was shown a moment ago.
    mutating func show(_ counters: TrainingCounters, _ episodes: EpisodeSummary?) {
        let interval: Duration = mode == .live ? .milliseconds(80) : .seconds(2)
        if mode == .silent { return }
        if let lastShown, clock.now - lastShown < interval { return }
        lastShown = clock.now
        let text = line(counters, episodes)
        if mode == .live {
            let limit = max(20, (stream.columns ?? 80) - 1)
            stream.draw("\r" + text.prefix(limit) + "\u{1B}[K")
            isLineOpen = true
        } else {
            stream.log(text)
        }
    }

    /// Writes a line of its own.
    mutating func note(_ text: String) {
        if mode == .silent { return }
        close()
        stream.log(text)
    }

    /// Clears the line that is redrawn.
    mutating func close() {
        if isLineOpen { stream.draw("\r\u{1B}[K") }
        isLineOpen = false
    }

    private func line(_ counters: TrainingCounters, _ episodes: EpisodeSummary?) -> String {
        var text = "\(Wording.grouped(counters.environmentSteps)) steps"
        if let steps = stop.steps {
            let percent = steps > 0 ? 100 * Double(counters.environmentSteps) / Double(steps) : 100
            text =
                "\(Wording.grouped(counters.environmentSteps)) of \(Wording.grouped(steps)) steps"
                + " (\(Wording.decimal(min(100, percent), 0))%)"
        }
        text += "  return " + (episodes.map { Wording.decimal($0.returnMean) } ?? "-")
        if let target = stop.meanReturn { text += " of \(Wording.decimal(target, 3).trimmingZeros)" }
        let rate = Double(counters.environmentSteps - firstStep) / max(elapsed, 1e-9)
        text += "  \(Wording.grouped(Int(min(rate, 1e15)))) steps/s"
        if let steps = stop.steps, rate > 0 {
            text += "  \(Wording.clock(Double(max(0, steps - counters.environmentSteps)) / rate)) left"
        } else {
            text += "  \(Wording.clock(elapsed)) elapsed"
        }
        return text
    }
}
