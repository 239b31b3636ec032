/// How participants that learn the same, each in a process of its own, put together what each of them computes.
///
/// The work of a gradient step is cut into shards, which depend on the settings only. Each participant computes some of
/// them, and all end with the same numbers, to the bit those of one participant alone: sums go over a fixed tree of
/// shards, whoever has computed them (`ShardTree`). Learners call `LearningContext`, which does all of that on top of
/// the one operation here.
///
/// Participants do the same in the same order, and only the thread that learns communicates. There is no going on
/// without one of them, so a collective whose connection breaks ends the process, and the run goes on from its last
/// checkpoint.
public protocol Collective: Sendable {
    /// The number of participants, at least 1.
    var participantCount: Int { get }

    /// The number of this participant, from 0 on.
    var participant: Int { get }

    /// Sends bytes to another participant while receiving bytes from it, which does the same.
    ///
    /// - Parameters:
    ///   - bytes: what to send; none where only the other one has something.
    ///   - received: receives what the other one sends, which is as much as there is room for.
    ///   - other: the number of the other participant.
    func exchange(_ bytes: UnsafeRawBufferPointer, for received: UnsafeMutableRawBufferPointer, with other: Int)
}

/// The collective of one process: it has all there is.
public struct SoleParticipant: Collective {
    /// Creates it.
    public init() {}

    /// 1.
    public var participantCount: Int { 1 }

    /// 0.
    public var participant: Int { 0 }

    /// There is no other participant: to call this is a programmer's error, and traps.
    public func exchange(
        _ bytes: UnsafeRawBufferPointer, for received: UnsafeMutableRawBufferPointer, with other: Int
    ) {
        preconditionFailure("a sole participant has nobody to exchange anything with")
    }
}
