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

/// How a request's turn to act comes.
enum SequenceTurn {
    /// It waits for nobody.
    case none
    /// It is the only step of the sequence of an id, and ends one that is there.
    case only(RequestParameters.SequenceID)
    /// It enters a sequence into the table.
    case new(PolicySequence)
    /// It waits for those before it in its sequence.
    case ongoing(PolicySequence)
}
#endif
