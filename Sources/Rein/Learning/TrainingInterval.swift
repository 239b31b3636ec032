/// When rounds of gradient steps fall due: each time that every environment has taken a number of steps since the start
/// of training, wherever iterations begin and end.
struct TrainingInterval: Sendable {
    private let steps: Int
    private let environments: Int

    /// - Parameters:
    ///   - steps: the number of steps of each environment between rounds, at least 1.
    ///   - environments: the number of environments.
    init(steps: Int, environments: Int) {
        self.steps = steps
        self.environments = environments
    }

    /// The steps of each environment to take until the next round is due.
    ///
    /// - Parameters:
    ///   - environmentSteps: the steps of all environments so far.
    ///   - limit: the most to take.
    func stepsUntilDue(after environmentSteps: Int, limit: Int) -> Int {
        min(steps - environmentSteps / environments % steps, limit)
    }

    /// Whether a round is due once all environments have taken a number of steps together.
    func isDue(after environmentSteps: Int) -> Bool { environmentSteps / environments % steps == 0 }
}
