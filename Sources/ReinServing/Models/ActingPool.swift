#if Serving
import ReinNumerics
import ReinPolicies
import ReinSpaces
import Synchronization

/// Acts with one policy for any number of threads: each takes memory to act in, and puts it back.
final class ActingPool: Sendable {
    /// The number of rows that are worked on at once; larger batches are worked on piece by piece.
    static let batchRows = 256

    private let policy: Policy
    private let single = Mutex<[ActingContext]>([])
    private let batches = Mutex<[ActingContext]>([])

    init(_ policy: Policy) { self.policy = policy }

    /// Acts on a request's rows, and writes its actions and outputs.
    ///
    /// - Parameter request: what to act on; its states are replaced by those that follow.
    func act(on request: PreparedInference, into results: InferenceResults) {
        var first = 0
        while first < request.rows {
            let rows = min(request.rows - first, Self.batchRows)
            let context = take(rows: rows)
            defer { putBack(context) }
            var streams = request.streams(for: first..<first + rows)
            context.act(
                rows: rows, observations: request.observations + first * policy.observationSpace.count,
                masks: request.masks.map { $0 + first * policy.actionSpace.maskWidth },
                states: request.states.map { $0.pointer + first * policy.stateWidth },
                outputs: results.outputs.map { $0.pointer + first * policy.outputCount }, streams: &streams)
            results.write(context.actions.pointer, rows: first..<first + rows)
            first += rows
        }
    }

    private func take(rows: Int) -> ActingContext {
        if rows == 1 { return single.withLock { $0.popLast() } ?? ActingContext(policy, rows: 1) }
        return batches.withLock { $0.popLast() } ?? ActingContext(policy, rows: Self.batchRows)
    }

    private func putBack(_ context: ActingContext) {
        if context.rows == 1 { single.withLock { $0.append(context) } } else { batches.withLock { $0.append(context) } }
    }
}
#endif
