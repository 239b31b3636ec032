import ReinCheckpoints

/// An iteration that has begun: where it is, and what it has counted.
struct UnfinishedIteration {
    /// The part at work; nil at the end.
    var span: RolloutSpan?
    /// The steps of the part that have been taken; when they are all, learners are at work.
    var taken = 0
    /// The steps of agents whose policies have been taken out, as far as these are no longer there.
    var retiredAgentSteps = 0
    var samplingSeconds = 0.0
    var learningSeconds = 0.0
    var seconds = 0.0

    /// Whether everything that the learners are to see has been collected.
    var isCollected: Bool { taken == span?.steps }

    /// Whether some of it has been collected and some has not.
    var isCollecting: Bool { taken > 0 && !isCollected }

    init(span: RolloutSpan?) { self.span = span }
}

extension UnfinishedIteration {
    /// Where the iteration is. Times are no part of it.
    var state: StateMap {
        [
            "remaining": .int(Int64(span?.remaining ?? 0)),
            "steps": .int(Int64(span?.steps ?? 0)),
            "taken": .int(Int64(taken)),
            "leavingAgentSteps": .int(Int64(retiredAgentSteps)),
        ]
    }

    /// Reads where an iteration was.
    ///
    /// - Parameters:
    ///   - stepsPerIteration: the steps of each environment in an iteration.
    ///   - limit: the most steps that all learners have room for.
    ///   - stepsBefore: the steps of all environments before the part at work.
    /// - Throws: `StateError` when something is missing, or no iteration can be there.
    init(
        _ reader: StateReader, stepsPerIteration: Int, limit: Int, stepsBefore: Int, environments: Int
    ) throws(StateError) {
        func int(_ key: String, in range: ClosedRange<Int>) throws(StateError) -> Int {
            let value = try reader.int(key)
            guard range.contains(value) else {
                throw try reader.child(key).error(.outOfRange, "\(value) is not in \(range)")
            }
            return value
        }
        let remaining = try int("remaining", in: 1...stepsPerIteration)
        let steps = try int("steps", in: 1...min(remaining, limit))
        span = RolloutSpan(
            steps: steps, remaining: remaining, stepsBefore: stepsBefore, environments: environments)
        taken = try int("taken", in: 0...steps)
        retiredAgentSteps = try reader.count("leavingAgentSteps")
    }
}
