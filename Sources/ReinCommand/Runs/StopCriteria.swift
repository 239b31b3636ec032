import Rein

/// When a run is done; the first criterion that is met counts.
struct StopCriteria: Equatable {
    /// The mean return of the last 100 episodes that is enough.
    var meanReturn: Double?
    /// The number of environment steps since the start of training that is enough.
    var steps: Int?

    /// The mean return of an evaluation that is enough.
    var evaluationReturn: Double?
    /// The number of evaluations without a better mean return that is too much.
    var patience: Int?

    /// Why a run ended.
    enum Reason: String {
        case meanReturn = "return"
        case steps = "steps"
        case evaluationReturn = "evaluationReturn"
        case patience = "patience"
        case interrupted = "interrupted"
    }

    /// Whether there is no criterion.
    var isEmpty: Bool { self == StopCriteria() }

    /// Whether there are evaluations to look at, if there are criteria.
    var needsEvaluations: Bool { evaluationReturn != nil || patience != nil }

    /// The criterion that is met, if one is. Returns count once the window of 100 episodes is full.
    func reason(
        counters: TrainingCounters, episodes: EpisodeWindow, evaluations: EvaluationHistory
    ) -> Reason? {
        if let meanReturn, episodes.episodes.count >= episodes.capacity,
            let mean = episodes.summary?.returnMean, mean >= meanReturn
        {
            return .meanReturn
        }
        if let evaluationReturn, let mean = evaluations.lastMean, mean >= evaluationReturn { return .evaluationReturn }
        if let patience, evaluations.countSinceBest >= patience { return .patience }
        if let steps, counters.environmentSteps >= steps { return .steps }
        return nil
    }

    /// The criteria as data.
    var tree: StateTree {
        var map: StateMap = [
            "return": meanReturn.map { .double($0) } ?? .null, "steps": steps.map { .int(Int64($0)) } ?? .null,
        ]
        if let evaluationReturn { map["evaluationReturn"] = .double(evaluationReturn) }
        if let patience { map["patience"] = .int(Int64(patience)) }
        return .map(map)
    }

    /// The number of steps with which a run ends at the latest: that of the criterion, or more where it lies inside an
    /// iteration, which is always finished. Nil when steps are no criterion.
    ///
    /// - Parameters:
    ///   - done: the number of steps at the end of an iteration, or before the first one.
    ///   - stepsPerIteration: the steps of all environments in one iteration.
    func lastStep(after done: Int, stepsPerIteration: Int) -> Int? {
        guard let steps, steps > done else { return steps.map { _ in done } }
        let iterations = (steps - done - 1) / stepsPerIteration + 1
        let (more, isTooMany) = iterations.multipliedReportingOverflow(by: stepsPerIteration)
        let (sum, isTooLarge) = done.addingReportingOverflow(more)
        return isTooMany || isTooLarge ? steps : sum
    }

    /// The criteria in words, with the number of steps that there will really be.
    func words(after done: Int, stepsPerIteration: Int) -> String {
        var parts: [String] = []
        if let meanReturn { parts.append("a mean return of \(Wording.decimal(meanReturn, 3).trimmingZeros)") }
        if let evaluationReturn {
            parts.append("a mean return of \(Wording.decimal(evaluationReturn, 3).trimmingZeros) in an evaluation")
        }
        if let patience {
            parts.append("\(Wording.count(patience, "evaluation", "evaluations")) without a better mean return")
        }
        if let steps, let last = lastStep(after: done, stepsPerIteration: stepsPerIteration) {
            let rounding =
                last > steps
                ? " (\(Wording.grouped(last)), since an iteration has \(Wording.grouped(stepsPerIteration)))" : ""
            parts.append("\(Wording.grouped(steps)) steps\(rounding)")
        }
        return parts.isEmpty ? "no end" : parts.joined(separator: " or ")
    }
}

extension StopCriteria {
    /// Reads criteria from data; what is missing or null is no criterion.
    init(_ reader: StateReader) throws {
        try reader.expectKeys(["return", "steps", "evaluationReturn", "patience"])
        meanReturn = try reader.optionalChild("return")?.double()
        steps = try reader.optionalChild("steps")?.int()
        if let steps, steps < 0 {
            throw try reader.child("steps").error(.outOfRange, "\(steps) is out of range (allowed: at least 0)")
        }
        evaluationReturn = try reader.optionalChild("evaluationReturn")?.double()
        patience = try reader.optionalChild("patience")?.int()
        if let patience, patience < 1 {
            throw try reader.child("patience").error(.outOfRange, "\(patience) is out of range (allowed: at least 1)")
        }
    }
}
