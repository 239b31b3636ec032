/// Finds what is wrong with an environment, as Gymnasium's `check_env` does.
///
/// It steps copies of the environment with random actions and looks at spaces, observations, rewards, seeds and
/// saved states. What traps, such as an index out of bounds, it cannot catch.
///
///     for problem in EnvironmentChecker().problems(in: Corridor()) { print(problem) }
public struct EnvironmentChecker: Sendable {
    /// The number of steps in each of several runs.
    public var steps: Int
    /// The seed of the runs; the four that follow are used as well.
    public var seed: UInt64

    /// Creates a checker.
    public init(steps: Int = 1_000, seed: UInt64 = 1) {
        precondition(steps > 0, "a check needs steps")
        self.steps = steps
        self.seed = seed
    }

    /// Returns the problems of an environment, at most one of each kind; an empty list is a clean bill.
    public func problems<E: Environment>(in environment: E) -> [EnvironmentProblem] {
        var check = EnvironmentCheck(environment, steps: steps, seed: seed)
        check.run()
        return check.list.problems
    }

    /// Returns the problems of an environment for several agents, at most one of each kind; an empty list is a clean
    /// bill.
    public func problems<E: MultiAgentEnvironment>(in environment: E) -> [EnvironmentProblem] {
        var check = MultiAgentCheck(environment, steps: steps, seed: seed)
        check.run()
        return check.list.problems
    }
}
