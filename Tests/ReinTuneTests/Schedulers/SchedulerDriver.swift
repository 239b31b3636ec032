import ReinCheckpoints
import ReinTune
import Testing

/// Plays the part of the controller as it was played when the event lists were recorded.
///
/// In every round each running trial reports once, in the order of the trials. A trial that is stopped while it runs is
/// complete, one that is stopped while it waits is removed, and free slots are filled after every event.
struct SchedulerDriver<Scheduler: TrialScheduler> {
    var scheduler: Scheduler
    private(set) var trials = TrialTable()
    /// What happened, in the form of the recordings.
    private(set) var log: [StateTree] = []
    /// How far each trial has come.
    private(set) var times: [TrialID: Int] = [:]
    /// The newest checkpoint of each trial: whose it is, and how far that had come.
    private(set) var checkpoints: [TrialID: (owner: TrialID, time: Int)] = [:]
    /// Replaces the scheduler after each result, given the number of results so far.
    var afterResult: ((Scheduler, Int) throws -> Scheduler)?
    /// Where trials that took over from others go on.
    private var donorTimes: [TrialID: Int] = [:]
    private var resultCount = 0
    private let slots: Int

    /// Adds trials `t0`, `t1`, ... with these settings and the tags `0_tag`, `1_tag`, ...
    init(_ scheduler: Scheduler, configurations: [StateMap], slots: Int) throws {
        self.scheduler = scheduler
        self.slots = slots
        for (index, configuration) in configurations.enumerated() {
            var record = TrialRecord(
                id: TrialID("t\(index)"), index: index, configuration: configuration, tag: "\(index)_tag")
            if let changed = try self.scheduler.add(record) { record.configuration = changed }
            trials.append(record)
            times[record.id] = 0
        }
    }

    /// Runs all trials to their ends.
    ///
    /// - Parameters:
    ///   - rounds: how many rounds there are at most.
    ///   - end: where a criterion ends every trial; nil when none does.
    ///   - metrics: what a trial reports at a time.
    mutating func run(
        rounds: Int, end: Int? = nil, metrics: (_ id: TrialID, _ time: Int) throws -> StateMap
    ) throws {
        fill()
        for _ in 0..<rounds {
            let running = trials.records.filter { $0.status == .running }.map(\.id)
            guard !running.isEmpty else { return }
            for id in running where trials[id].status == .running {
                let time = (times[id] ?? 0) + 1
                times[id] = time
                let metrics = try metrics(id, time)
                var result: StateMap = ["training_iteration": .int(Int64(time))]
                for (key, value) in metrics { result[key] = value }
                var row: StateMap = ["event": "result", "trial": .string(id.string), "t": .int(Int64(time))]
                for (key, value) in metrics { row[key] = value }
                try report(.map(result), of: id, row: row, hasReachedEnd: end.map { time >= $0 } ?? false)
                fill()
            }
        }
    }

    /// Takes results in a given order, of trials that run for as long as they have not ended.
    mutating func run(_ results: [(id: TrialID, metrics: StateMap)]) throws {
        for (id, metrics) in results where !trials[id].status.isFinished {
            trials[id].status = .running
            var row: StateMap = ["event": "result", "trial": .string(id.string)]
            for (key, value) in metrics { row[key] = value }
            try report(.map(metrics), of: id, row: row, hasReachedEnd: false)
        }
    }

    /// Lets each trial run to its end before the next begins.
    mutating func runOneAfterAnother(
        end: Int, metrics: (_ id: TrialID, _ time: Int) throws -> StateMap
    ) throws {
        for id in trials.records.map(\.id) {
            trials[id].status = .running
            for time in 1...end where trials[id].status == .running {
                let metrics = try metrics(id, time)
                var result: StateMap = ["training_iteration": .int(Int64(time))]
                for (key, value) in metrics { result[key] = value }
                var row: StateMap = ["event": "result", "trial": .string(id.string), "t": .int(Int64(time))]
                for (key, value) in metrics { row[key] = value }
                times[id] = time
                try report(.map(result), of: id, row: row, hasReachedEnd: time >= end)
            }
        }
    }

    /// The final states, as `{"t0": ["TERMINATED", 9]}`.
    var final: StateTree {
        .map(
            StateMap(
                uniqueEntries: trials.records.map {
                    ($0.id.string, [.string($0.status.rawValue), .int(Int64(times[$0.id] ?? 0))])
                }))
    }

    private mutating func report(
        _ result: StateTree, of id: TrialID, row: StateMap, hasReachedEnd: Bool
    ) throws {
        let actions = try scheduler.decide(on: result, of: id, in: trials)
        trials[id].lastResult = result
        resultCount += 1
        var row = row
        var own: SchedulerAction?
        for action in actions {
            switch action {
            case .stop(id), .pause(id, _): own = action
            default: perform(action)
            }
        }
        switch own {
        case .stop: row["decision"] = "STOP"
        case .pause: row["decision"] = "PAUSE"
        default: row["decision"] = trials[id].status == .paused ? "NOOP" : "CONTINUE"
        }
        if hasReachedEnd, row["decision"] != "STOP" {
            row["criterion"] = true
            own = .stop(id)
        }
        log.append(.map(row))
        if let own { perform(own) }
        if let afterResult { scheduler = try afterResult(scheduler, resultCount) }
    }

    private mutating func perform(_ action: SchedulerAction) {
        switch action {
        case .stop(let id): stop(id)
        case .pause(let id, let saving): pause(id, saving: saving)
        case .save(let id):
            note("save", id, ["t": .int(Int64(times[id] ?? 0))])
            checkpoints[id] = (id, times[id] ?? 0)
        case .exploit(let exploit): perform(exploit)
        }
    }

    private mutating func stop(_ id: TrialID) {
        let record = trials[id]
        guard !record.status.isFinished else { return }
        let actions =
            record.status == .running
            ? scheduler.complete(id, result: record.lastResult ?? [:], in: trials) : scheduler.remove(id, in: trials)
        actions.forEach { perform($0) }
        trials[id].status = .terminated
        note("stopped", id)
    }

    private mutating func pause(_ id: TrialID, saving: Bool) {
        guard trials[id].status == .running else { return }
        trials[id].status = .paused
        if saving { checkpoints[id] = (id, times[id] ?? 0) }
        note("paused", id, ["saved": .bool(saving)])
    }

    private mutating func perform(_ exploit: SchedulerAction.Exploit) {
        let checkpoint = checkpoints[exploit.donor]
        note(
            "exploit", exploit.target,
            [
                "donor": .string(exploit.donor.string),
                "donor_checkpoint": checkpoint.map { .string("\($0.owner)@\($0.time)") } ?? .null,
                "old": .map(trials[exploit.donor].configuration), "new": .map(exploit.configuration),
            ])
        pause(exploit.target, saving: false)
        trials[exploit.target].configuration = exploit.configuration
        trials[exploit.target].tag = exploit.tag
        checkpoints[exploit.target] = checkpoint
        donorTimes[exploit.target] = checkpoint?.time
    }

    private mutating func fill() {
        // A trial that took over and has not ended goes on from where its donor was.
        for (id, time) in donorTimes where trials[id].status == .paused {
            times[id] = time
            donorTimes[id] = nil
        }
        while trials.records.count(where: { $0.status == .running }) < slots, let id = scheduler.next(in: trials) {
            let status = trials[id].status
            guard status == .pending || status == .paused else {
                Issue.record("the scheduler lets a trial begin that is \(status)")
                return
            }
            note(status == .pending ? "start" : "resume", id, ["t": .int(Int64(times[id] ?? 0))])
            trials[id].status = .running
        }
    }

    private mutating func note(_ event: StateTree, _ id: TrialID, _ rest: StateMap = [:]) {
        var row: StateMap = ["event": event, "trial": .string(id.string)]
        for (key, value) in rest { row[key] = value }
        log.append(.map(row))
    }
}

/// A recorded event list.
struct RecordedEvents {
    let place: StateReader
    let events: [StateMap]

    init(_ recorded: StateReader) throws {
        place = recorded
        events = try recorded.list("events").map { event in
            guard case .map(let map) = event.tree else { throw event.error(.wrongType, "no event") }
            return map
        }
    }

    /// The metrics of each trial at each time, as they are among the results.
    func metrics() throws -> [TrialID: [Int: StateMap]] {
        var metrics: [TrialID: [Int: StateMap]] = [:]
        for event in events where event["event"] == "result" {
            let reader = StateReader(.map(event))
            let id = TrialID(try reader.string("trial"))
            metrics[id, default: [:]][try reader.int("t")] = try results(event)
        }
        return metrics
    }

    /// The results in their order.
    func results() throws -> [(id: TrialID, metrics: StateMap)] {
        try events.filter { $0["event"] == "result" }.map {
            (TrialID(try StateReader(.map($0)).string("trial")), try results($0))
        }
    }

    private func results(_ event: StateMap) throws -> StateMap {
        var metrics = event
        for key in ["event", "trial", "t", "decision", "criterion"] { metrics[key] = nil }
        return StateMap(uniqueEntries: metrics.map { ($0.key, $0.value.withNumbersForWords) })
    }

    /// Events in a form that can be compared: only the keys that a driver can know, all numbers as doubles.
    static func comparable(
        _ events: some Sequence<StateTree>, without kinds: Set<String> = ["quantiles"],
        leavingOut keys: [String] = ["operations"]
    ) -> [StateTree] {
        events.compactMap { event in
            guard case .map(var map) = event, case .string(let kind)? = map["event"], !kinds.contains(kind) else {
                return nil
            }
            for key in keys { map[key] = nil }
            return StateTree.map(map).comparable
        }
    }

    /// The recorded events in that form.
    func comparable(
        without kinds: Set<String> = ["quantiles"], leavingOut keys: [String] = ["operations"]
    ) -> [StateTree] {
        Self.comparable(events.map { .map($0) }, without: kinds, leavingOut: keys)
    }
}

extension StateTree {
    /// The same with all numbers as doubles, the words for such as are not finite included, and keys in their order.
    var comparable: StateTree {
        switch withNumbersForWords {
        case .int(let value): .double(Double(value))
        case .list(let elements): .list(elements.map(\.comparable))
        case .map(let map):
            .map(StateMap(uniqueEntries: map.sorted { $0.key < $1.key }.map { ($0.key, $0.value.comparable) }))
        case let other: other
        }
    }

    /// The number that a word of the recordings stands for, or this itself.
    var withNumbersForWords: StateTree {
        switch self {
        case "NaN": .double(.nan)
        case "Infinity": .double(.infinity)
        case "-Infinity": .double(-.infinity)
        default: self
        }
    }
}

/// The first difference between two lists of events, for messages.
func firstDifference(_ found: [StateTree], _ expected: [StateTree]) -> String {
    for (place, pair) in zip(found, expected).enumerated() where pair.0 != pair.1 {
        return "event \(place): found \(JSON.text(pair.0)), expected \(JSON.text(pair.1))"
    }
    return "found \(found.count) events, expected \(expected.count)"
}
