import ReinNumerics

/// Finds what is wrong with an environment by what vectors of it do, as training and evaluation use them: for all that a
/// specification can describe, whatever its environments are made of.
///
/// It steps copies of the environment with random valid actions and looks at observations, rewards and masks; whether
/// seeds repeat, whether a copy does the same alone as among others, and whether copies go on from a saved state with the
/// same bits. ``EnvironmentChecker`` asks a type's own values, and so finds more in it.
///
///     let cartPole = try EnvironmentRegistry.specification("CartPole-v1")
///     for problem in try VectorChecker().problems(in: cartPole) { print(problem) }
public struct VectorChecker: Sendable {
    /// The number of steps of each copy in each of several runs.
    public var steps: Int
    /// The seed of the first copy; those that follow are used as well.
    public var seed: UInt64
    /// The number of copies, at least two.
    public var copies: Int

    /// Creates a checker.
    public init(steps: Int = 1_000, seed: UInt64 = 1, copies: Int = 4) {
        precondition(steps > 0, "a check needs steps")
        precondition(copies > 1, "a check needs copies, of which one may disturb another")
        self.steps = steps
        self.seed = seed
        self.copies = copies
    }

    /// Returns the problems of an environment, at most one of each kind; an empty list is a clean bill.
    ///
    /// - Throws: what its vectors throw.
    public func problems(in specification: EnvironmentSpecification) throws -> [EnvironmentProblem] {
        if let problem = specification.problem { return [EnvironmentProblem(kind: .impossible, message: problem)] }
        return try problems(timeLimit: specification.timeLimit) { seeds in
            try CheckedSingleVector(specification, seeds: seeds)
        }
    }

    /// Returns the problems of an environment for several agents, at most one of each kind; an empty list is a clean
    /// bill.
    ///
    /// - Throws: what its vectors throw.
    public func problems(in specification: MultiAgentSpecification) throws -> [EnvironmentProblem] {
        if let problem = specification.problem { return [EnvironmentProblem(kind: .impossible, message: problem)] }
        return try problems(timeLimit: specification.timeLimit) { seeds in
            try CheckedMultiAgentVector(specification, seeds: seeds)
        }
    }

    private func problems(
        timeLimit: Int?, make: @escaping (_ seeds: [UInt64]) throws -> some CheckedVector
    ) throws -> [EnvironmentProblem] {
        var check = VectorCheck(steps: steps, seed: seed, lanes: copies, timeLimit: timeLimit, make: make)
        try check.run()
        return check.list.problems
    }
}

/// How fast an environment is.
extension VectorChecker {
    /// How many steps a second a vector takes in one thread, policies and learning aside; measured for a second at most. Nil
    /// where no vectors can be made, or the first step of one is impossible.
    ///
    /// - Parameters:
    ///   - specification: the environment.
    ///   - copies: the number of environments of the vector.
    /// - Throws: what the vector throws.
    public func stepsPerSecond(of specification: EnvironmentSpecification, copies: Int = 16) throws -> Double? {
        guard specification.problem == nil else { return nil }
        return try stepsPerSecond(of: CheckedSingleVector(specification, seeds: seeds(copies)), copies: copies)
    }

    /// The same for an environment of several agents, all of whom step together.
    ///
    /// - Throws: what the vector throws.
    public func stepsPerSecond(of specification: MultiAgentSpecification, copies: Int = 16) throws -> Double? {
        guard specification.problem == nil else { return nil }
        return try stepsPerSecond(of: CheckedMultiAgentVector(specification, seeds: seeds(copies)), copies: copies)
    }

    private func seeds(_ count: Int) -> [UInt64] { (0..<count).map { seed &+ UInt64($0) } }

    /// Only what the vector does is measured, not how actions are drawn.
    private func stepsPerSecond(of vector: consuming some CheckedVector, copies: Int) throws -> Double? {
        var vector = vector
        var random = (0..<copies).map { RandomStream(seed: seed, name: "checker", index: $0) }
        _ = try vector.reset()
        let (start, end) = (vector.elapsed, ContinuousClock.now + .seconds(1))
        var taken = 0
        repeat {
            guard try vector.step(1, using: &random) != nil else { break }
            taken += copies
        } while vector.elapsed - start < .milliseconds(200) && ContinuousClock.now < end
        return taken > 0 ? Double(taken) / ((vector.elapsed - start) / .seconds(1)) : nil
    }
}
