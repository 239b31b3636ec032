import ReinCheckpoints

/// What trials say.
extension ExperimentLoop {
    /// Takes note of a trial's report. What nobody has to decide on is answered at once.
    func receive(_ report: TrialReport, from run: TrialRun) {
        run.stage = .reporting(report)
        if tuner.isDeterministic { give(back: run) }
        switch report {
        case .prepared(let beginning):
            run.hold = beginning.hold
            warnings += beginning.skipped.map { "\(run.id): \($0)" }
            run.goesOnFromOther = state.takenOver.contains(run.id) && !run.hasNothingTakenOver
            let restored = beginning.lastResult.flatMap { isNew($0, beginning, of: run) ? $0 : nil }
            openLog(of: run, continuingAfter: lastRow(beginning, of: run, isTold: restored != nil))
            offer(run)
            if let restored {
                (run.result, run.isSaved) = (restored, true)
                run.stage = .reporting(.result(restored, isSaved: true))
            } else if !isClosing, !run.isDismissed {
                return train(run)
            }
        case .result(let result, let isSaved):
            (run.result, run.isSaved) = (result, isSaved)
            if !isClosing, !run.isDismissed, isRepeated(result, of: run) {
                records.note(result.metrics, of: run.id, in: run.folder, by: run.log)
                return train(run)
            }
        case .returned, .failed: break
        }
        if isClosing || run.isDismissed { retireAtReport(run) } else { arrivals.append(run.id) }
    }

    /// Whether the result of a checkpoint was not told before the process was killed.
    private func isNew(_ restored: TrainableResult, _ beginning: TrialReport.Beginning, of run: TrialRun) -> Bool {
        guard !beginning.isTakenOver else { return false }
        return run.goesOnFromOther || restored.iteration > state.judgedIteration(of: run.id)
    }

    /// Whether a result was judged before the trial had to go back.
    private func isRepeated(_ result: TrainableResult, of run: TrialRun) -> Bool {
        let goesOnFromOther = run.goesOnFromOther && state.takenOver.contains(run.id)
        return !goesOnFromOther && result.iteration <= state.judgedIteration(of: run.id)
    }

    /// The number of the last result that stays written down when a trial begins.
    private func lastRow(_ beginning: TrialReport.Beginning, of run: TrialRun, isTold: Bool) -> Int {
        // What a trial did before it took over from another one is not done again.
        if run.goesOnFromOther { return Int.max }
        let last = beginning.lastResult?.iteration ?? 0
        // What is told again is written down again.
        return isTold ? last - 1 : last
    }
}
