import ReinCheckpoints
import ReinPolicies

/// An iteration that is not over: what is saved of it beside policy, learner and environments.
extension Player {
    /// Episodes and statistics of environments of its own, where the learner is, and what it has not learnt from yet.
    func unfinishedState(in iteration: UnfinishedIteration, on sharedRunner: MultiAgentRunner?) -> StateTree {
        var map: StateMap = ["hasLearnt": .bool(hasLearnt)]
        if case .alone(let runner) = source { map["runner"] = runner.unfinishedState }
        if isTrained, let learner, let batch {
            map["learner"] = learner.unfinishedState
            if keepsExperience, !hasLearnt, iteration.taken > 0 {
                let (extent, open) = extent(of: batch, in: iteration, on: sharedRunner)
                map["batch"] = batch.state(extent, open: open)
            }
        }
        return .map(map)
    }

    /// Takes over what was saved of an iteration, after everything else.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    func restoreUnfinished(
        from reader: StateReader, in iteration: UnfinishedIteration, on sharedRunner: MultiAgentRunner?
    ) throws(StateError) {
        let learnt = try reader.child("hasLearnt")
        hasLearnt = try learnt.bool()
        guard iteration.isCollected || !hasLearnt else {
            throw learnt.error(.outOfRange, "nothing can have been learnt from a rollout that is not complete")
        }
        if case .alone(let runner) = source {
            try runner.restoreUnfinished(from: reader.child("runner"), policy: policy)
        }
        guard isTrained, let batch else { return }
        if keepsExperience, !hasLearnt, iteration.taken > 0 {
            try restore(batch, from: reader.child("batch"), in: iteration, on: sharedRunner)
        }
        try reader.child("learner").restore { tree throws(StateError) in
            try learner?.restoreUnfinished(from: tree, batch: batch)
        }
    }

    /// Forgets what there is of an unfinished iteration.
    func abandonIteration() {
        hasLearnt = false
        // Taking over nothing does not fail.
        try? learner?.restoreUnfinished(from: .null, batch: nil)
        // Steps between those that the learner has seen and those to come are missing.
        learner?.forgetStepsInFlight()
    }

    private func restore(
        _ batch: RolloutBatch, from reader: StateReader, in iteration: UnfinishedIteration,
        on sharedRunner: MultiAgentRunner?
    ) throws(StateError) {
        if iteration.isCollected {
            let rows = try reader.tensor("rewards").shape.first ?? 0
            guard (0...batch.capacity).contains(rows), !batch.isRegular || rows == iteration.taken * batch.lanes else {
                throw reader.error(
                    .wrongShape, "\(rows) rows do not fit \(iteration.taken) steps of \(batch.lanes) lanes")
            }
            batch.count = rows
        }
        let (extent, open) = extent(of: batch, in: iteration, on: sharedRunner)
        try batch.restore(extent, from: reader, choiceCounts: policy.actionSpace.choiceCounts, open: open)
        if case .together(let actor) = source, let sharedRunner, !iteration.isCollected {
            guard sharedRunner.hasOpenRows(of: actor, in: batch) else {
                throw try reader.child("lanes").error(.outOfRange, "the rows of agents that wait are not theirs")
            }
        }
    }

    /// The rows of the batch that hold what has been collected, and those whose outcome is not known.
    private func extent(
        of batch: RolloutBatch, in iteration: UnfinishedIteration, on sharedRunner: MultiAgentRunner?
    ) -> (RolloutBatch.Extent, open: Set<Int>) {
        if iteration.isCollected { return (batch.wholeExtent, []) }
        guard case .together(let actor) = source, let sharedRunner else {
            return (batch.extent(steps: iteration.taken), [])
        }
        return (
            RolloutBatch.Extent(rows: actor.shards.map(\.rows), last: 0..<0, steps: 0), sharedRunner.openRows(of: actor)
        )
    }
}
