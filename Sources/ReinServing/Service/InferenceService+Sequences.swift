#if Serving
import ReinCheckpoints
import Synchronization

/// Sequences of recurrent policies, whose memory stays on the server between requests.
///
/// A request with `sequence_id` has one row. The first one has `sequence_start`, which also begins a sequence anew that is
/// there already; the last one has `sequence_end`. Without an id nothing is kept, and `state_in_*` may bring what the policy
/// remembers. Requests of one sequence are answered one after the other, on whichever threads they come; a request that is
/// refused is no step of its sequence, and neither begins nor ends it. A policy without memory ignores all of that.
extension InferenceService {
    /// The number of sequences that have begun and not ended.
    public var sequenceCount: Int { sequences.count }

    /// Drops the sequences that no request has named for `Limits.sequenceIdle`. Requests do so, too, a few each: this is for
    /// times without any, and is called every few seconds.
    public func dropIdleSequences() { sequences.dropIdle() }

    /// The sequence that a request goes on with, where sequences stay with the version that they began with. It needs no
    /// lease of the model, of which nothing else may be left.
    func pinnedSequence(of request: InferenceRequest, _ parameters: RequestParameters?) -> PolicySequence? {
        guard limits.sequenceSwap == .pin, let parameters, let id = parameters.sequence, !parameters.startsSequence,
            let sequence = sequences.sequence(id, of: request.model)
        else { return nil }
        repository.noteUse(of: sequence.model)
        return sequence
    }

    /// Finds out what a request is to a sequence.
    ///
    /// - Parameters:
    ///   - prepared: the request, checked against the policy of `model`.
    ///   - pinned: the sequence that it goes on with, where that is known already.
    /// - Throws: `ServingError` when its parameters, its rows or its states do not belong to a sequence, or there is none.
    func step(
        of prepared: PreparedInference, _ request: InferenceRequest, _ model: ServedModel, pinned: PolicySequence?
    ) throws(ServingError) -> SequenceStep {
        let parameters = prepared.parameters
        guard prepared.states != nil else { return .alone }
        guard let id = parameters.sequence else {
            guard !parameters.startsSequence, !parameters.endsSequence else {
                throw ServingError(
                    .invalidArgument,
                    "parameter \"\(parameters.startsSequence ? "sequence_start" : "sequence_end")\": there is no "
                        + "\"sequence_id\" (0 and \"\" are none) to say which sequence is meant")
            }
            return .alone
        }
        guard !prepared.bringsStates else {
            throw ServingError(
                .invalidArgument,
                "the request has inputs \"state_in_...\" and a \"sequence_id\", whose state is on the server: give one of "
                    + "the two")
        }
        guard prepared.rows == 1 else {
            throw ServingError(
                .invalidArgument,
                "input \"obs\": \(prepared.rows) rows; a request of a sequence has exactly one, whose state is kept")
        }
        if parameters.startsSequence { return .first(id) }
        let found = limits.sequenceSwap == .pin ? pinned : sequences.sequence(id, of: model.name)
        guard let sequence = found else {
            throw ServingError(
                .invalidArgument,
                "inference request for sequence \(id) to model \"\(model.name)\" must specify the START flag on the first "
                    + "request of the sequence (\"sequence_start\": true); sequences are dropped after "
                    + "\(limits.sequenceIdle) without a request")
        }
        if let version = request.version, version != sequence.model.version {
            throw ServingError(
                .invalidArgument,
                "sequence \(id) of model \"\(model.name)\" has begun with version \(sequence.model.version), not "
                    + "\"\(version.shortened)\"; begin it anew to change that")
        }
        return sequence.model === model ? .later(sequence) : .first(id)
    }
}

extension ModelRepository {
    /// Notes that a model is used by somebody who has a lease already.
    fileprivate func noteUse(of model: ServedModel) {
        model.lastUse.store(context.nextUse(), ordering: .relaxed)
    }
}
#endif
