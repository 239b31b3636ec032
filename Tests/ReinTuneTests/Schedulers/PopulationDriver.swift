import ReinCheckpoints

@testable import ReinTune

/// What the recorded stand-in for Ray's controller does, around a scheduler of ours: in every round each running trial
/// reports once, in the order of the trials, and free places are filled after every event.
struct PopulationDriver<Scheduler: TrialScheduler> {
    enum Event: Equatable {
        case started(TrialID)
        case resumed(TrialID, at: Int)
        case saved(TrialID, at: Int)
        case exploited(TrialID, donor: TrialID, checkpoint: Checkpoint?, StateMap)
        case result(TrialID, at: Int, Decision)
        case paused(TrialID, isSaved: Bool)
        case stopped(TrialID)
    }

    enum Decision: String {
        case goesOn = "CONTINUE"
        case pauses = "PAUSE"
        case takesOver = "NOOP"
    }

    struct Checkpoint: Equatable {
        var trial: TrialID
        var time: Int
    }

    var scheduler: Scheduler
    private(set) var trials = TrialTable()
    private(set) var events: [Event] = []
    private(set) var times: [TrialID: Int] = [:]
    private var checkpoints: [TrialID: Checkpoint] = [:]
    /// Where trials go on that took over from others.
    private var resumeTimes: [TrialID: Int] = [:]
    private let slots: Int
    private let end: Int?

    init(_ scheduler: Scheduler, configurations: [StateMap], slots: Int, end: Int? = nil) throws {
        self.scheduler = scheduler
        self.slots = slots
        self.end = end
        for (index, configuration) in configurations.enumerated() {
            var record = TrialRecord(
                id: TrialID("t\(index)"), index: index, configuration: configuration, tag: "\(index)_tag")
            record.configuration = try self.scheduler.add(record) ?? configuration
            trials.append(record)
            times[record.id] = 0
        }
    }

    /// Runs until nothing runs.
    ///
    /// - Parameters:
    ///   - score: what a trial scores in an iteration.
    ///   - before: called before each decision.
    ///   - after: called after each decision, before anything is done.
    mutating func run(
        rounds: Int = 100, score: (TrialID, Int) throws -> Double,
        before: (inout Scheduler, TrialID, Int) throws -> Void = { _, _, _ in },
        after: (Scheduler, TrialTable, TrialID, Int) throws -> Void = { _, _, _, _ in }
    ) throws {
        fill()
        for _ in 0..<rounds {
            let running = trials.records.filter { $0.status == .running }.map(\.id)
            if running.isEmpty { return }
            for id in running where trials[id].status == .running {
                let time = (times[id] ?? 0) + 1
                times[id] = time
                try before(&scheduler, id, time)
                let value = try score(id, time)
                let result: StateTree = ["training_iteration": .int(Int64(time)), "score": .double(value)]
                let actions = try scheduler.decide(on: result, of: id, in: trials)
                try after(scheduler, trials, id, time)
                apply(actions, result: result, of: id, at: time)
                fill()
            }
        }
    }

    private mutating func apply(_ actions: [SchedulerAction], result: StateTree, of id: TrialID, at time: Int) {
        var decision = Decision.goesOn
        for action in actions {
            if action == .pause(id) { decision = .pauses } else { apply(action) }
            if action == .pause(id, saving: false) { decision = .takesOver }
        }
        trials[id].lastResult = result
        events.append(.result(id, at: time, decision))
        if let end, time >= end { return stop(id, result: result) }
        if decision == .pauses { apply(.pause(id)) }
    }

    private mutating func apply(_ action: SchedulerAction) {
        switch action {
        case .save(let id):
            checkpoints[id] = Checkpoint(trial: id, time: times[id] ?? 0)
            events.append(.saved(id, at: times[id] ?? 0))
        case .pause(let id, let saving):
            if saving { checkpoints[id] = Checkpoint(trial: id, time: times[id] ?? 0) }
            trials[id].status = .paused
            events.append(.paused(id, isSaved: saving))
        case .stop(let id): stop(id, result: trials[id].lastResult ?? .null)
        case .exploit(let exploit):
            let checkpoint = checkpoints[exploit.donor]
            checkpoints[exploit.target] = checkpoint
            resumeTimes[exploit.target] = checkpoint?.time
            trials[exploit.target].configuration = exploit.configuration
            trials[exploit.target].tag = exploit.tag
            events.append(
                .exploited(exploit.target, donor: exploit.donor, checkpoint: checkpoint, exploit.configuration))
        }
    }

    /// Brings a trial to its end.
    mutating func stop(_ id: TrialID, result: StateTree) {
        let isRunning = trials[id].status == .running
        let actions =
            isRunning ? scheduler.complete(id, result: result, in: trials) : scheduler.remove(id, in: trials)
        trials[id].status = .terminated
        events.append(.stopped(id))
        for action in actions { apply(action) }
    }

    private mutating func fill() {
        for record in trials.records where record.status == .paused {
            guard let time = resumeTimes.removeValue(forKey: record.id) else { continue }
            times[record.id] = time
        }
        while trials.records.count(where: { $0.status == .running }) < slots {
            guard let id = scheduler.next(in: trials) else { return }
            events.append(trials[id].status == .pending ? .started(id) : .resumed(id, at: times[id] ?? 0))
            trials[id].status = .running
        }
    }
}
