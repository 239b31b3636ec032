import ReinCheckpoints
import ReinTune
import Testing

/// The arguments of a recorded scheduler, by Ray's names.
struct RecordedArguments {
    let reader: StateReader

    /// The arguments under a key of a case, which are all known.
    init(_ recorded: StateReader, under key: String = "arguments") throws {
        reader = try recorded.child(key)
        try reader.expectKeys([
            "metric", "mode", "time_attr", "max_t", "grace_period", "reduction_factor", "brackets", "stop_last_trials",
            "min_samples_required", "min_time_slice", "hard_stop",
        ])
    }

    /// The number of a key.
    func number(_ key: String) throws -> Double? { try reader.optionalChild(key)?.double() }

    /// The whole number of a key.
    func int(_ key: String) throws -> Int? { try reader.optionalChild(key)?.int() }

    /// The truth value of a key.
    func bool(_ key: String) throws -> Bool? { try reader.optionalChild(key)?.bool() }

    /// What is compared.
    func metric() throws -> String { try reader.optionalChild("metric")?.string() ?? "score" }

    /// Which of its values are the better ones.
    func order() throws -> ScoreOrder {
        try #require(ScoreOrder(rawValue: reader.optionalChild("mode")?.string() ?? "max"))
    }

    /// What tells how far a trial has come.
    func timeAttribute() throws -> String {
        try reader.optionalChild("time_attr")?.string() ?? "training_iteration"
    }
}

/// Gives each half of a run a scheduler of its own: after so many results a fresh one takes the state over.
func restoring<Scheduler: TrialScheduler>(
    after count: Int, into fresh: @escaping () throws -> Scheduler
) -> (Scheduler, Int) throws -> Scheduler {
    { scheduler, results in
        guard results == count else { return scheduler }
        var restored = try fresh()
        let state = scheduler.state
        try restored.restore(from: state)
        #expect(restored.state == state)
        return restored
    }
}
