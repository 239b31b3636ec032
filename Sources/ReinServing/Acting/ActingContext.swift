#if Serving
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// Memory to act in, for one thread at a time.
final class ActingContext: Sendable {
    /// The largest number of rows at a time.
    let rows: Int
    /// Receives actions, `[rows, action width]`.
    let actions: AlignedBuffer<Float>
    // Whoever has taken the context out of its pool is its only user.
    nonisolated(unsafe) private let inference: PolicyInference

    init(_ policy: Policy, rows: Int) {
        self.rows = rows
        inference = PolicyInference(policy, rows: rows)
        actions = AlignedBuffer(count: rows * policy.actionSpace.width)
    }

    /// Acts on some rows; actions are in `actions` afterwards.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - observations: `[rows, observation width]`.
    ///   - masks: `[rows, mask width]`; all actions are valid when nil.
    ///   - states: what a recurrent policy remembers, `[rows, state width]`, replaced by what it remembers next; nil at the
    ///     start of episodes.
    ///   - outputs: receives what a program is shown, `[rows, output count]`; not computed when nil.
    ///   - streams: one for each row, to draw actions from; the most likely ones when empty.
    func act(
        rows: Int, observations: UnsafePointer<Float>, masks: UnsafePointer<Bool>?,
        states: UnsafeMutablePointer<Float>?, outputs: UnsafeMutablePointer<Float>?, streams: inout [RandomStream]
    ) {
        let width = rows * inference.policy.stateWidth
        if let states {
            inference.states.pointer.update(from: states, count: width)
        } else {
            inference.states.pointer.update(repeating: 0, count: width)
        }
        if streams.isEmpty {
            inference.act(
                rows: rows, observations: observations, masks: masks, into: actions.pointer, outputs: outputs)
        } else {
            inference.sample(
                rows: rows, observations: observations, masks: masks, into: actions.pointer, outputs: outputs,
                using: &streams)
        }
        states?.update(from: inference.states.pointer, count: width)
    }
}
#endif
