#if Serving
/// Sequences in the order in which they were last used: a list whose links are in the sequences themselves, so that a use
/// costs a few stores however many there are.
///
/// It keeps none of them alive; whoever does takes them out before.
struct SequenceOrder {
    /// The one that has not been used for the longest time; nil when there are none.
    private(set) unowned(unsafe) var oldest: PolicySequence?
    private unowned(unsafe) var newest: PolicySequence?

    /// Puts a sequence at the end; it is in no order.
    mutating func append(_ sequence: PolicySequence) {
        sequence.older = newest
        sequence.newer = nil
        if let newest { newest.newer = sequence } else { oldest = sequence }
        newest = sequence
    }

    /// Takes a sequence out that is in this order.
    mutating func remove(_ sequence: PolicySequence) {
        if let older = sequence.older { older.newer = sequence.newer } else { oldest = sequence.newer }
        if let newer = sequence.newer { newer.older = sequence.older } else { newest = sequence.older }
        sequence.older = nil
        sequence.newer = nil
    }

    /// Moves a sequence to the end, since it is used now.
    mutating func touch(_ sequence: PolicySequence) {
        guard newest !== sequence else { return }
        remove(sequence)
        append(sequence)
    }
}
#endif
