public import ReinCheckpoints

/// The decisions of an experiment: what has happened goes in, what is to be done comes out.
///
/// It is a value without a clock, files, threads or anything that trains, so that the same events lead to the same
/// decisions, and what it knows can be written down at any time and taken over by another one.
///
///     var controller = try TrialController(
///         searching: searcher, scheduling: ASHAScheduler(settings), stopping: .iterations(100), settings)
///     var commands = try controller.handle(.opened)
public struct TrialController: Sendable {
    /// All trials that there are so far.
    public internal(set) var trials = TrialTable()
    /// What decides on trials after their results.
    public internal(set) var scheduler: any TrialScheduler
    /// What thinks up their settings.
    public internal(set) var searcher: any Searcher
    var stopper: Stopper
    let settings: ControllerSettings
    /// What trials differ in, for their tags.
    private let space: SearchSpace?
    var failures: [TrialID: Failures] = [:]
    /// The trials that a stop rule has ended, rather than the scheduler or they themselves.
    var stoppedByRule: Set<TrialID> = []
    var runningCount = 0
    var pendingCount = 0
    var phase = Phase.open
    /// Whether the searcher has no settings any more.
    var isExhausted = false

    /// How far the experiment is.
    enum Phase: String {
        /// Trials begin and go on.
        case open
        /// The experiment ends for now: trials that run are suspended, and none begins.
        case suspended
        /// The experiment is over.
        case closed
    }

    /// How often a trial has failed.
    struct Failures: Equatable {
        /// The number of failures in training.
        var count = 0
        /// The number of times, one after another, that it did not go on from a checkpoint.
        var restoreCount = 0
    }

    /// Makes a controller of an experiment without trials.
    ///
    /// - Parameters:
    ///   - searcher: what thinks up the settings of trials.
    ///   - scheduler: what decides on trials after their results.
    ///   - rule: when trials and the experiment end; nil when only trials themselves know.
    ///   - settings: the rest.
    ///   - space: the space that is searched, if tags are to tell what trials differ in.
    /// - Throws: `StateError` for a rule that makes no sense.
    public init(
        searching searcher: any Searcher, scheduling scheduler: any TrialScheduler, stopping rule: StopRule? = nil,
        _ settings: ControllerSettings, space: SearchSpace? = nil
    ) throws(StateError) {
        self.searcher = searcher
        self.scheduler = scheduler
        self.settings = settings
        self.space = space
        stopper = try Stopper(rule ?? .anyOf([]))
    }

    /// Whether the experiment is over: all trials have ended and there will be no more.
    public var isClosed: Bool { phase == .closed }

    /// Whether it has to be told how much time passes.
    var hasTimeBudget: Bool { stopper.hasTimeBudget }

    /// Decides after something has happened.
    ///
    /// - Returns: what is to be done, in this order.
    /// - Throws: `StateError` for an event that cannot be: of a trial that is not there or does not run, or after the end;
    ///   and what the searcher has against its space.
    public mutating func handle(_ event: TrialEvent) throws(StateError) -> [TrialCommand] {
        guard phase != .closed else { throw StateError(.outOfRange, "the experiment is over") }
        guard phase == .open || event == .opened else {
            throw StateError(.outOfRange, "the experiment has ended for now; it has to be opened first")
        }
        var commands: [TrialCommand] = []
        switch event {
        case .opened: reopen(&commands)
        case .reported(let id, let result):
            try requireRunning(id)
            try judge(result, of: id, &commands)
        case .returned(let id):
            try requireRunning(id)
            end(id, &commands)
        case .failed(let id, let isRestoring):
            try requireRunning(id)
            fail(id, isRestoring: isRestoring, &commands)
        case .clock(let seconds): if stopper.isOver(at: seconds) { endAll(&commands) }
        case .interrupted: suspendAll(&commands)
        }
        try fill(&commands)
        return commands
    }

    /// What the name of a trial tells of its settings.
    func tag(of configuration: StateMap, index: Int) -> String {
        space.map { TrialTag.text(index: index, configuration: configuration, of: $0) } ?? String(index)
    }

    private func requireRunning(_ id: TrialID) throws(StateError) {
        guard trials.contains(id) else { throw StateError(.notFound, "there is no such trial", path: id.string) }
        guard trials[id].status == .running else {
            throw StateError(
                .outOfRange, "the trial does not run: it is \(trials[id].status.rawValue)", path: id.string)
        }
    }
}
