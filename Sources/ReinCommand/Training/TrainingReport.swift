import Rein

/// What there is to say at the end of a session.
struct TrainingReport {
    private let run: PlannedRun
    private let outcome: TrainingSession.Outcome

    /// Prepares the report of a session.
    init(_ run: PlannedRun, _ outcome: TrainingSession.Outcome) {
        self.run = run
        self.outcome = outcome
    }

    /// Writes it to standard output: one JSON document, or words unless `quiet`.
    ///
    /// - Throws: as `StandardStream.write`.
    func write(json: Bool, quiet: Bool) throws {
        if json {
            try StandardStream.output.writeLine(JSON.text(tree, pretty: true))
        } else if !quiet {
            try StandardStream.output.writeLine(words)
        }
    }

    private var rate: Double { Double(outcome.steps) / max(outcome.seconds, 1e-9) }

    private var words: String {
        let trainer = run.trainer
        let opening =
            switch outcome.reason {
            case .interrupted: "Interrupted"
            case .steps: "Done"
            case .meanReturn:
                run.parameters.stop.meanReturn == trainer.environment.rewardThreshold ? "Solved" : "Done"
            }
        let mean = trainer.episodes.summary.map { "mean return \(Wording.decimal($0.returnMean)), " } ?? ""
        return "\(opening): \(mean)\(Wording.grouped(trainer.counters.environmentSteps)) steps, "
            + "\(Wording.decimal(outcome.seconds, 2)) s, \(Wording.grouped(Int(min(rate, 1e15)))) steps/s\n"
            + "Checkpoint: \(outcome.checkpoint)"
            + (outcome.reason == .interrupted ? "\nGo on with: \(nextCommand)" : "")
    }

    /// The command that a person will want next.
    private var nextCommand: String { "rein train --resume \(Wording.shell(run.directory.path))" }

    private var tree: StateTree {
        let trainer = run.trainer
        let summary = trainer.episodes.summary
        func number(_ value: Double?) -> StateTree { value.map { .double($0) } ?? .null }
        return [
            "algorithm": .string(trainer.algorithmName),
            "environment": .string(trainer.environment.id),
            "seed": .int(Int64(trainer.seed)),
            "stopped": .string(outcome.reason.rawValue),
            "runDirectory": .string(run.directory.path),
            "checkpoint": .string(outcome.checkpoint),
            "iterations": .int(Int64(trainer.counters.iterations)),
            "environmentSteps": .int(Int64(trainer.counters.environmentSteps)),
            "agentSteps": .int(Int64(trainer.counters.agentSteps)),
            "episodes": .int(Int64(trainer.counters.episodes)),
            "episodeReturnMean": number(summary?.returnMean),
            "episodeReturnMinimum": number(summary?.returnMinimum),
            "episodeReturnMaximum": number(summary?.returnMaximum),
            "episodeLengthMean": number(summary?.lengthMean),
            "seconds": .double(outcome.seconds),
            "stepsPerSecond": .double(rate),
        ]
    }
}
