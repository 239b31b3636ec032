public import ReinEnvironments

/// The columns of a rollout that advantages are estimated from, and those that receive them.
public struct AdvantageColumns {
    /// r, of each row.
    public var rewards: UnsafeBufferPointer<Float>
    /// v of each row's observation, and of those behind the last row.
    public var values: UnsafeBufferPointer<Float>
    /// How each episode stood after the step.
    public var statuses: UnsafeBufferPointer<Status>
    /// The value of the final observation of truncated steps; not read elsewhere.
    public var bootstraps: UnsafeBufferPointer<Float>
    /// Receives A.
    public var advantages: UnsafeMutableBufferPointer<Float>
    /// Receives R.
    public var returns: UnsafeMutableBufferPointer<Float>

    /// Puts columns together.
    public init(
        rewards: UnsafeBufferPointer<Float>, values: UnsafeBufferPointer<Float>,
        statuses: UnsafeBufferPointer<Status>, bootstraps: UnsafeBufferPointer<Float>,
        advantages: UnsafeMutableBufferPointer<Float>, returns: UnsafeMutableBufferPointer<Float>
    ) {
        self.rewards = rewards
        self.values = values
        self.statuses = statuses
        self.bootstraps = bootstraps
        self.advantages = advantages
        self.returns = returns
    }
}

/// Generalised advantage estimation (Schulman et al. 2016, arXiv 1506.02438).
public enum AdvantageEstimation {
    /// Fills advantages and returns, scanning backwards in time.
    ///
    ///     δ[t] = r[t] + γ · next[t] − v[t]
    ///     A[t] = δ[t] + γ · λ · running[t] · A[t+1]           R[t] = A[t] + v[t]
    ///
    /// where `next[t]` is v[t+1] while the episode runs, the value of the final observation where it was truncated,
    /// and 0 where it terminated. All columns are `[steps, lanes]`, row-major, but values, which have one row more for
    /// the observations after the last step.
    ///
    /// - Parameters:
    ///   - columns: what was collected, and where advantages and returns go.
    ///   - steps: the number of steps of each lane.
    ///   - lanes: the number of lanes.
    ///   - discount: γ.
    ///   - lambda: λ; 1 gives Monte Carlo returns, 0 one-step errors.
    public static func generalized(
        _ columns: AdvantageColumns, steps: Int, lanes: Int, discount: Float, lambda: Float
    ) {
        let (rewards, values, statuses) = (columns.rewards, columns.values, columns.statuses)
        let (bootstraps, advantages, returns) = (columns.bootstraps, columns.advantages, columns.returns)
        for step in stride(from: steps - 1, through: 0, by: -1) {
            let base = step &* lanes
            let isLast = step == steps - 1
            for lane in 0..<lanes {
                let index = base &+ lane
                let value = values[index]
                let next: Float
                let tail: Float
                switch statuses[index] {
                case .running:
                    next = values[index &+ lanes]
                    tail = isLast ? 0 : advantages[index &+ lanes]
                case .truncated:
                    next = bootstraps[index]
                    tail = 0
                case .terminated:
                    next = 0
                    tail = 0
                }
                let advantage = rewards[index] + discount * next - value + discount * lambda * tail
                advantages[index] = advantage
                returns[index] = advantage + value
            }
        }
    }

    /// Fills advantages and returns of rows that follow each other in any way, such as those of agents that act at
    /// their own times. The formulas are those for lanes that act together.
    ///
    /// - Parameters:
    ///   - columns: what was collected, and where advantages and returns go.
    ///   - successors: the row that follows each row, `[rows]`: a later one, or one from `rows` on that has only a value.
    ///     Not read where the status is not `running`.
    ///   - discount: γ.
    ///   - lambda: λ.
    public static func generalized(
        _ columns: AdvantageColumns, successors: UnsafeBufferPointer<Int32>, discount: Float, lambda: Float
    ) {
        let (rewards, values, statuses) = (columns.rewards, columns.values, columns.statuses)
        let (bootstraps, advantages, returns) = (columns.bootstraps, columns.advantages, columns.returns)
        let rows = successors.count
        for row in stride(from: rows - 1, through: 0, by: -1) {
            var next: Float = 0
            var tail: Float = 0
            switch statuses[row] {
            case .running:
                let following = Int(successors[row])
                next = values[following]
                if following < rows { tail = advantages[following] }
            case .truncated: next = bootstraps[row]
            case .terminated: break
            }
            let advantage = rewards[row] + discount * next - values[row] + discount * lambda * tail
            advantages[row] = advantage
            returns[row] = advantage + values[row]
        }
    }
}
