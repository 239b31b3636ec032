import ReinCheckpoints

@testable import ReinTune

/// Plays the part of everything that trains: carries out a controller's commands, and reports results in the order in
/// which they were asked for.
struct ScriptedExperiment {
    var controller: TrialController
    /// What is still to be told, the oldest first.
    private(set) var events: [TrialEvent] = [.opened]
    /// Everything that was told and commanded.
    private(set) var log: [String] = []
    private(set) var largestNumberRunning = 0
    /// The iterations of each trial in which its newest checkpoint was made.
    private(set) var checkpoints: [TrialID: Int] = [:]
    private var iterations: [TrialID: Int] = [:]
    private var running: Set<TrialID> = []
    /// The result of a trial in an iteration; nil for a failure.
    let result: @Sendable (TrialRecord, Int) -> StateMap?

    init(_ controller: TrialController, result: @escaping @Sendable (TrialRecord, Int) -> StateMap?) {
        self.controller = controller
        self.result = result
    }

    var isOver: Bool { events.isEmpty }

    /// Tells the controller the next event, and does what it says.
    mutating func step() throws {
        let event = events.removeFirst()
        // Whoever was suspended meanwhile does not report.
        if case .reported(let id, _) = event, !running.contains(id) { return }
        if case .failed(let id, _) = event {
            running.remove(id)
            iterations[id] = checkpoints[id] ?? 0
        }
        log.append("\(event)")
        for command in try controller.handle(event) {
            log.append("  \(command)")
            carryOut(command)
        }
        largestNumberRunning = max(largestNumberRunning, running.count)
    }

    mutating func run(limit: Int = 10_000) throws {
        var count = 0
        while !isOver {
            count += 1
            guard count <= limit else { throw StateError(.outOfRange, "does not end") }
            try step()
        }
    }

    /// Tells something of its own, before what waits.
    mutating func tell(_ event: TrialEvent) { events.insert(event, at: 0) }

    /// Goes on as another process would: what ran is gone.
    mutating func restart(with controller: TrialController) {
        self.controller = controller
        events = [.opened]
        running = []
        for (id, _) in iterations { iterations[id] = checkpoints[id] ?? 0 }
    }

    private mutating func carryOut(_ command: TrialCommand) {
        switch command {
        case .begin(let id):
            running.insert(id)
            iterations[id] = checkpoints[id] ?? 0
            train(id)
        case .proceed(let id): train(id)
        case .save(let id): checkpoints[id] = iterations[id]
        case .pause(let id, let saving):
            if saving { checkpoints[id] = iterations[id] }
            running.remove(id)
        case .suspend(let id):
            checkpoints[id] = iterations[id]
            running.remove(id)
        case .takeOver(let id, let donor): checkpoints[id] = checkpoints[donor]
        case .end(let id): running.remove(id)
        case .refuse, .close: break
        }
    }

    private mutating func train(_ id: TrialID) {
        let iteration = (iterations[id] ?? 0) + 1
        guard var result = result(controller.trials[id], iteration) else {
            events.append(.failed(id, isRestoring: false))
            return
        }
        iterations[id] = iteration
        result["training_iteration"] = .int(Int64(iteration))
        events.append(.reported(id, .map(result)))
    }
}
