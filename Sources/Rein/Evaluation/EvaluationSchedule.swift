import ReinNumerics

/// When an algorithm is evaluated in the course of its training, and how.
///
///     algorithm.evaluationSchedule = EvaluationSchedule(every: 10, episodes: 20)
///     for _ in 0..<50 {
///         if let evaluation = try algorithm.train().evaluation { print(evaluation.summary.returnMean) }
///     }
///
/// An evaluation plays whole episodes with the most likely actions, as `Algorithm.evaluate` does, in environments of its
/// own. Its seed is drawn from the run's seed and the number of the iteration: it is the same whether the run was
/// interrupted or not, and however often it is evaluated. Training has the same bits with evaluations and without.
public struct EvaluationSchedule: Sendable, Hashable {
    /// The number of iterations from one evaluation to the next.
    public let every: Int
    /// The number of episodes of an evaluation.
    public let episodes: Int

    /// Creates a schedule; both numbers are at least 1.
    public init(every: Int, episodes: Int = 10) {
        precondition(every > 0 && episodes > 0, "an evaluation has at least one iteration before it and one episode")
        self.every = every
        self.episodes = episodes
    }

    /// Whether the policies are evaluated after an iteration, counted from the start of training.
    public func isDue(after iteration: Int) -> Bool { iteration > 0 && iteration % every == 0 }

    /// The seed of an evaluation's first episode; each of the others has the next one.
    ///
    /// - Parameters:
    ///   - run: the seed of the run.
    ///   - iteration: the iteration that it comes after.
    public static func seed(ofRun run: Int, after iteration: Int) -> Int {
        var random = RandomStream(
            seed: UInt64(bitPattern: Int64(run)), name: "evaluation while training", index: iteration)
        return random.below(1 << 31)
    }
}
