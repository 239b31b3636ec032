/// A part of an iteration, between two moments at which a learner may have something to do.
struct RolloutSpan {
    /// The number of steps of each environment.
    let steps: Int
    /// The steps of each environment that were left of the iteration, these included.
    let remaining: Int
    /// The steps of all environments before, since the start of training.
    let stepsBefore: Int
    /// The steps of all environments after, since the start of training.
    let stepsAfter: Int

    init(steps: Int, remaining: Int, stepsBefore: Int, environments: Int) {
        self.steps = steps
        self.remaining = remaining
        self.stepsBefore = stepsBefore
        stepsAfter = stepsBefore + steps * environments
    }
}
