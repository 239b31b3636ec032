import Rein

/// What there is to say at the end of a session.
final class TrainingReport {
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

    /// Steps per second of training; evaluations do not count.
    private var rate: Double { Double(outcome.steps) / max(outcome.seconds - outcome.evaluationSeconds, 1e-9) }

    private var words: String {
        let algorithm = run.algorithm
        guard run.endReason == nil || outcome.steps > 0 else { return nothingToDo }
        let opening =
            switch outcome.reason {
            case .interrupted: "Interrupted"
            case .steps: "Done"
            case .evaluationReturn:
                "Done: an evaluation's mean return of \(Wording.decimal(outcome.evaluations.lastMean ?? .nan)) is enough"
            case .patience:
                "Done: \(Wording.count(outcome.evaluations.countSinceBest, "evaluation", "evaluations")) without a mean "
                    + "return above \(Wording.decimal(outcome.evaluations.bestMean ?? .nan))"
            case .meanReturn:
                run.parameters.stop.meanReturn == algorithm.environment.rewardThreshold ? "Solved" : "Done"
            }
        let mean = algorithm.episodes.summary.map { "mean return \(Wording.decimal($0.returnMean)), " } ?? ""
        return
            "\(opening)\(opening.contains(":") ? ";" : ":") \(mean)\(Wording.grouped(algorithm.counters.environmentSteps)) steps, "
            + "\(Wording.decimal(outcome.seconds, 2)) s, \(Wording.grouped(Int(min(rate, 1e15)))) steps/s\n"
            + "Checkpoint: \(outcome.checkpoint)\n"
            + (outcome.reason == .interrupted ? "Go on with: " : "Next: ") + nextCommand
    }

    /// The words for a run that had reached its end before.
    private var nothingToDo: String {
        let steps = run.algorithm.counters.environmentSteps
        let end = run.parameters.stop.words(after: 0, stepsPerIteration: 1)
        return "Nothing to do: \(run.directory.path) was to end at \(end), and has reached that "
            + "after \(Wording.grouped(steps)) steps\n"
            + "To train on: rein train --resume \(Wording.shell(run.directory.path)) --stop-steps \(max(1, 2 * steps))"
    }

    /// The command that a person will want next.
    private var nextCommand: String {
        let path = Wording.shell(run.directory.path)
        return outcome.reason == .interrupted ? "rein train --resume \(path)" : "rein evaluate \(path)"
    }

    private var tree: StateTree {
        let algorithm = run.algorithm
        let summary = algorithm.episodes.summary
        func number(_ value: Double?) -> StateTree { value.map { .double($0) } ?? .null }
        var map: StateMap = [
            "algorithm": .string(algorithm.name),
            "environment": .string(algorithm.environment.id),
            "seed": .int(Int64(algorithm.seed)),
            "stopped": .string(outcome.reason.rawValue),
            "runDirectory": .string(run.directory.path),
            "checkpoint": .string(outcome.checkpoint),
            "iterations": .int(Int64(algorithm.counters.iterations)),
            "environmentSteps": .int(Int64(algorithm.counters.environmentSteps)),
            "agentSteps": .int(Int64(algorithm.counters.agentSteps)),
            "episodes": .int(Int64(algorithm.counters.episodes)),
            "episodeReturnMean": number(summary?.returnMean),
            "episodeReturnMinimum": number(summary?.returnMinimum),
            "episodeReturnMaximum": number(summary?.returnMaximum),
            "episodeLengthMean": number(summary?.lengthMean),
            "seconds": .double(outcome.seconds),
            "stepsPerSecond": .double(rate),
            "next": .string(nextCommand),
        ]
        if run.parameters.evaluation != nil {
            map["evaluationReturnMean"] = number(outcome.evaluations.lastMean)
            map["bestEvaluationReturnMean"] = number(outcome.evaluations.bestMean)
            map["evaluationSeconds"] = .double(outcome.evaluationSeconds)
        }
        return .map(map)
    }
}
