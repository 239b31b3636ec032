#if Serving
import ReinNumerics
import ReinPolicies
import ReinSpaces
import Synchronization

/// Where rows are that a policy acts on.
struct ActingRows {
    /// The number of rows.
    var count: Int
    /// `[count, observation width]`.
    var observations: UnsafePointer<Float>
    /// Which actions are valid, `[count, mask width]`; nil for all.
    var masks: UnsafePointer<Bool>?
    /// What a recurrent policy remembers, `[count, state width]`, replaced by what it remembers next; nil without memory.
    var states: UnsafeMutablePointer<Float>?
    /// Receives what a program is shown, `[count, output count]`; nil when nobody asks for it.
    var outputs: UnsafeMutablePointer<Float>?
}

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
        act(
            ActingRows(
                count: request.rows, observations: request.observations, masks: request.masks,
                states: request.states?.pointer, outputs: results.outputs.pointer),
            streams: request.streams, write: results.write)
    }

    /// Acts on rows.
    ///
    /// - Parameters:
    ///   - rows: where they are, and where outputs go.
    ///   - streams: the streams that actions of some of them are drawn from; none for the most likely ones.
    ///   - write: takes over the actions of some of them, `[rows, action width]`.
    func act(
        _ rows: ActingRows, streams: (Range<Int>) -> [RandomStream], write: (UnsafePointer<Float>, Range<Int>) -> Void
    ) {
        var first = 0
        while first < rows.count {
            let count = min(rows.count - first, Self.batchRows)
            let context = take(rows: count)
            defer { putBack(context) }
            var streams = streams(first..<first + count)
            context.act(
                rows: count, observations: rows.observations + first * policy.observationSpace.count,
                masks: rows.masks.map { $0 + first * policy.actionSpace.maskWidth },
                states: rows.states.map { $0 + first * policy.stateWidth },
                outputs: rows.outputs.map { $0 + first * policy.outputCount }, streams: &streams)
            write(context.actions.pointer, first..<first + count)
            first += count
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
