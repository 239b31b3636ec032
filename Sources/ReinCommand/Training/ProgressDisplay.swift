import Rein

/// Shows how far a run is, on standard error: one line that is redrawn in a terminal, a line now and then elsewhere.
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
    /// Measures the time since the start.
    let stopwatch = Stopwatch()
    private let firstStep: Int
    private let showsPolicies: Bool
    private var line: ProgressLine
    private var terminal = TerminalLine()
    private var lastShown: ContinuousClock.Instant?

    /// Prepares to show a run.
    init(quiet: Bool, algorithm: AnyAlgorithm, stop: StopCriteria, stream: StandardStream = .error) {
        mode = quiet ? .silent : stream.canRedraw ? .live : .plain
        self.stream = stream
        firstStep = algorithm.counters.environmentSteps
        showsPolicies = algorithm.lineup.policies.count > 1 || algorithm.environment.hasSeveralAgents
        line = ProgressLine(
            counters: algorithm.counters, episodes: algorithm.episodes.summary,
            policies: showsPolicies ? algorithm.lineup.policies.map { ($0, nil) } : [], stop: stop,
            stepsPerIteration: algorithm.environmentStepsPerIteration)
    }

    /// The time since the start, in seconds.
    var elapsed: Double { stopwatch.elapsed }

    /// Shows where the run begins: the first iteration may take long.
    mutating func begin() { show() }

    /// Shows the state after an iteration, unless the last one was shown a moment ago.
    mutating func show(_ result: TrainingResult) {
        line.update(result, showsPolicies: showsPolicies)
        let interval: Duration = mode == .live ? .milliseconds(80) : .seconds(2)
        if let lastShown, lastShown.duration(to: .now) < interval { return }
        show()
    }

    private mutating func show() {
        if mode == .silent { return }
        lastShown = .now
        let text = line.text(steps: line.counters.environmentSteps - firstStep, seconds: elapsed)
        if mode == .live {
            stream.draw(terminal.drawing(text, columns: stream.columns ?? 80))
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

    /// Writes a line of its own that is shown whatever the mode: something is wrong.
    mutating func warn(_ text: String) {
        close()
        stream.log("rein: " + text)
    }

    /// Clears the line that is redrawn.
    mutating func close() {
        if terminal.isOpen { stream.draw(terminal.clearing(columns: stream.columns ?? 80)) }
    }
}
