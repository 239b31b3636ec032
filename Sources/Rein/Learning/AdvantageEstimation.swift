import ReinEnvironments

/// Generalised advantage estimation (Schulman et al. 2016, arXiv 1506.02438).
public enum AdvantageEstimation {
    /// Fills `advantages` and `returns`, scanning backwards in time.
    ///
    ///     δ[t] = r[t] + γ · next[t] − v[t]
    ///     A[t] = δ[t] + γ · λ · running[t] · A[t+1]           R[t] = A[t] + v[t]
    ///
    /// where `next[t]` is v[t+1] while the episode runs, the value of the final observation where it was truncated,
    /// and 0 where it terminated. All columns are `[steps, lanes]`, row-major, but `values`, which has one row more
    /// for the observations after the last step.
    ///
    /// - Parameters:
    ///   - steps: the number of steps of each lane.
    ///   - lanes: the number of lanes.
    ///   - rewards: what each step earned.
    ///   - values: the values of the observations that actions were chosen from.
    ///   - statuses: how each step ended.
    ///   - bootstraps: the value of the final observation of truncated steps; not read elsewhere.
    ///   - discount: γ.
    ///   - lambda: λ; 1 gives Monte Carlo returns, 0 one-step errors.
    ///   - advantages: where the advantages go.
    ///   - returns: where the targets of the values go.
    public static func generalized(
        steps: Int, lanes: Int,
        rewards: UnsafePointer<Float>, values: UnsafePointer<Float>, statuses: UnsafePointer<Status>,
        bootstraps: UnsafePointer<Float>, discount: Float, lambda: Float,
        advantages: UnsafeMutablePointer<Float>, returns: UnsafeMutablePointer<Float>
    ) {
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

    /// Fills `advantages` and `returns` of rows that follow each other in any way, such as those of agents that act at
    /// their own times. The formulas are those for lanes that act together.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - successors: the row that follows each row, `[rows]`: a later one, or one from `rows` on that has only a
    ///     value. Not read where the status is not `running`.
    ///   - rewards: what each step earned.
    ///   - values: of all rows and of those that only follow.
    ///   - statuses: how each step ended.
    ///   - bootstraps: the value of the final observation of truncated rows; not read elsewhere.
    ///   - discount: γ.
    ///   - lambda: λ.
    ///   - advantages: where the advantages go.
    ///   - returns: where the targets of the values go.
    public static func generalized(
        rows: Int, successors: UnsafePointer<Int32>, rewards: UnsafePointer<Float>, values: UnsafePointer<Float>,
        statuses: UnsafePointer<Status>, bootstraps: UnsafePointer<Float>, discount: Float, lambda: Float,
        advantages: UnsafeMutablePointer<Float>, returns: UnsafeMutablePointer<Float>
    ) {
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
