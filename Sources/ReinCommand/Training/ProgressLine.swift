import Rein

/// How far a run is, in one line.
struct ProgressLine {
    /// What has been done since the start of training.
    var counters: TrainingCounters
    /// The last 100 episodes.
    var episodes: EpisodeSummary?
    /// The mean return of each policy when episodes of it last ended, in the order of the policies; empty when one
    /// policy plays alone.
    var policies: [(id: PolicyID, mean: Double?)] = []
    /// The mean return of the last evaluation.
    var evaluationMean: Double?
    /// When the run ends.
    let stop: StopCriteria
    /// The steps of all environments in one iteration.
    let stepsPerIteration: Int

    /// The number of policies whose returns are shown.
    private static let shownPolicies = 4

    /// The number of steps at the end of the last iteration, with which the run ends at the latest.
    var lastStep: Int? { stop.lastStep(after: counters.environmentSteps, stepsPerIteration: stepsPerIteration) }

    /// Takes over the result of an iteration.
    mutating func update(_ result: TrainingResult, showsPolicies: Bool) {
        counters = result.counters
        episodes = result.episodes
        evaluationMean = result.evaluation?.summary.returnMean ?? evaluationMean
        guard showsPolicies else { return }
        let means = Dictionary(policies.map { ($0.id, $0.mean) }) { first, _ in first }
        policies = result.policies.map { ($0.id, $0.episodes?.returnMean ?? means[$0.id] ?? nil) }
    }

    /// The line.
    ///
    /// - Parameters:
    ///   - steps: the number of steps in this session.
    ///   - seconds: how long it has lasted.
    func text(steps: Int, seconds: Double) -> String {
        let done = counters.environmentSteps
        var text = "\(Wording.grouped(done)) steps"
        if let lastStep {
            let percent = lastStep > 0 ? 100 * Double(done) / Double(lastStep) : 100
            text = "\(Wording.grouped(done)) of \(Wording.grouped(lastStep)) steps (\(Wording.decimal(percent, 0))%)"
        }
        text += "  return " + (episodes.map { Wording.decimal($0.returnMean) } ?? "-")
        if let target = stop.meanReturn { text += " of \(Wording.decimal(target, 3).trimmingZeros)" }
        if !policies.isEmpty { text += " (\(policyReturns))" }
        if let evaluationMean { text += "  evaluation \(Wording.decimal(evaluationMean))" }
        // Before the first iteration there is no speed to speak of.
        guard steps > 0 else { return text }
        let rate = Double(steps) / max(seconds, 1e-9)
        text += "  \(Wording.grouped(Int(min(rate, 1e15)))) steps/s"
        if let lastStep {
            text += "  \(Wording.clock(Double(max(0, lastStep - done)) / rate)) left"
        } else {
            text += "  \(Wording.clock(seconds)) elapsed"
        }
        return text
    }

    private var policyReturns: String {
        let shown = policies.prefix(Self.shownPolicies).map { "\($0.id) \($0.mean.map { Wording.decimal($0) } ?? "-")" }
        let rest = policies.count - shown.count
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
