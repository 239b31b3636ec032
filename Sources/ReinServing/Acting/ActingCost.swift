#if Serving
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// How long a policy takes to act, as it was measured when it was read. It decides who acts: the thread that has read a
/// request, or one that does nothing else.
struct ActingCost: Sendable, Hashable {
    /// One row alone, in nanoseconds.
    var row: Int
    /// Each of many rows, in nanoseconds.
    var batchRow: Int

    /// About how long some rows take, in nanoseconds.
    func nanoseconds(rows: Int) -> Int { rows == 1 ? row : rows * batchRow }
}

extension ActingCost {
    /// A policy that takes this many nanoseconds for a row is not tried with many of them: it is not small.
    private static let smallRow = 50_000
    /// The number of rows that make many.
    private static let manyRows = 64

    /// Lets a policy act on observations of zeros, some times, and takes the shortest time of each.
    init(measuring policy: Policy) {
        row = Self.nanoseconds(policy, rows: 1, times: 3)
        batchRow = row < Self.smallRow ? Self.nanoseconds(policy, rows: Self.manyRows, times: 2) / Self.manyRows : row
    }

    private static func nanoseconds(_ policy: Policy, rows: Int, times: Int) -> Int {
        let context = ActingContext(policy, rows: rows)
        let observations = AlignedBuffer<Float>(count: rows * policy.observationSpace.count)
        var streams: [RandomStream] = []
        var best = Int.max
        // The first time finds nothing in the caches.
        for _ in 0...times {
            let start = ContinuousClock.now
            context.act(
                rows: rows, observations: observations.pointer, masks: nil, states: nil, outputs: nil,
                streams: &streams)
            best = min(best, (ContinuousClock.now - start).nanoseconds)
        }
        return best
    }
}
#endif
