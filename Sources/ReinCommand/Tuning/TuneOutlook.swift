import Rein
import ReinTune

/// How far an experiment is, in one line, and how long it will take at most.
struct TuneOutlook {
    /// The number of trials that there will be; nil when nobody knows.
    let trialCount: Int?
    /// The largest number of steps of a trial; nil when nothing bounds it.
    let iterationLimit: Int?
    /// How long the experiment may take, in seconds; nil for any time.
    let timeBudget: Double?
    /// What was there when this process began.
    private var beginning: (iterations: Int, seconds: Double)?

    /// Looks at the plan that is carried out.
    ///
    /// - Throws: `StateError` for a space that cannot be searched.
    init(_ plan: ExperimentPlan) throws(StateError) {
        trialCount = try plan.trialCount()
        iterationLimit = plan.iterationLimit
        timeBudget = plan.timeBudget
    }

    /// Notes where this process begins.
    mutating func begin(at progress: ExperimentProgress) {
        if beginning == nil { beginning = (Self.iterations(progress.trials), progress.seconds) }
    }

    /// The line.
    func line(_ progress: ExperimentProgress) -> String {
        let ended = progress.count(.terminated) + progress.count(.errored)
        let all = max(trialCount ?? 0, progress.trials.count)
        var parts = [
            trialCount == nil
                ? "\(Wording.count(ended, "trial", "trials")) ended"
                : "\(Wording.grouped(ended)) of \(Wording.count(all, "trial", "trials")) ended"
        ]
        for (status, word) in [(TrialStatus.running, "running"), (.paused, "paused"), (.errored, "failed")] {
            let count = progress.count(status)
            if count > 0 { parts.append("\(Wording.grouped(count)) \(word)") }
        }
        var line = parts.joined(separator: ", ") + "  \(Wording.clock(progress.seconds)) elapsed"
        if let left = secondsLeft(progress), !progress.isFinished { line += "  at most \(Wording.clock(left)) left" }
        return line
    }

    /// The longest time that the experiment may take from now on at the speed that it had; nil when nobody knows.
    private func secondsLeft(_ progress: ExperimentProgress) -> Double? {
        let budget = timeBudget.map { max(0, $0 - progress.seconds) }
        guard let trialCount, let iterationLimit, let beginning else { return budget }
        let done = Self.iterations(progress.trials) - beginning.iterations
        let seconds = progress.seconds - beginning.seconds
        guard done > 0, seconds > 0 else { return budget }
        var left = Double(max(0, trialCount - progress.trials.count)) * Double(iterationLimit)
        for trial in progress.trials where !trial.status.isFinished {
            left += Double(max(0, iterationLimit - (trial.iteration ?? 0)))
        }
        return min(left * seconds / Double(done), budget ?? .infinity)
    }

    private static func iterations(_ trials: [TrialRecord]) -> Int { trials.reduce(0) { $0 + ($1.iteration ?? 0) } }
}
