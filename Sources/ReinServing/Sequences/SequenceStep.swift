#if Serving
/// What a request is to a sequence, according to its parameters.
enum SequenceStep {
    /// It belongs to none.
    case alone
    /// The first of the sequence of an id, which begins with it, or begins anew.
    case first(RequestParameters.SequenceID)
    /// The next one of a sequence.
    case later(PolicySequence)
}

/// Which sequence a request belongs to, and what becomes of that with it.
enum SequenceTurn: Sendable {
    /// None.
    case none
    /// It is the only step of the sequence of an id, and ends one that is there.
    case only(RequestParameters.SequenceID)
    /// It enters a sequence into the table.
    case new(PolicySequence)
    /// It waits for those before it in its sequence.
    case ongoing(PolicySequence)

    /// The sequence whose turn it needs.
    var sequence: PolicySequence? {
        switch self {
        case .none, .only: nil
        case .new(let sequence), .ongoing(let sequence): sequence
        }
    }
}
#endif
