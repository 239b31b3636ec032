#if Serving
import NIOCore

/// How long a connection waits for its client.
struct ConnectionLimits: Sendable {
    /// How long the client may be waited for until the head of a request is whole, and then again until its body is.
    var request: TimeAmount
    /// How long nothing may be asked.
    var idle: TimeAmount
    /// How long the client may take next to nothing of an answer.
    var write: TimeAmount
    /// The largest number of bytes of a body.
    var bodySize: Int

    /// The largest number of bytes of a head.
    static let headSize = 80 << 10
    /// What a client takes of an answer at least, in bytes a second; whoever takes less holds its memory for nothing.
    static let writeRate = 1000
    /// How long nothing may be asked on a connection beyond the number that is served.
    static let refusedIdle = TimeAmount.seconds(5)
    /// How long nothing may be asked on a connection of a server that stops: clients that do not know yet ask once more, and
    /// are told.
    static let parting = TimeAmount.seconds(1)
    /// How long what a client still sends is read and dropped before its connection is closed, so that it gets to know why.
    static let linger = TimeAmount.seconds(2)
}

/// When what has to come on a connection is due. There is one timer for all, which is set anew only when something is due before
/// it: so putting a time off, which each request does, costs nothing.
struct ConnectionTimes {
    /// What can be due.
    enum Kind: Int, CaseIterable {
        /// The rest of a head or a body.
        case request
        /// The next request.
        case idle
        /// That the client has taken a part of an answer.
        case write
        /// That the client has seen that no more is read.
        case linger
    }

    private var dues = InlineArray<4, NIODeadline>(repeating: .distantFuture)
    private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?

    /// When something is due; in the distant future when nothing is waited for.
    subscript(kind: Kind) -> NIODeadline {
        get { dues[kind.rawValue] }
        set { dues[kind.rawValue] = newValue }
    }

    /// What is due when the timer has run out, which is forgotten with that.
    mutating func takeDue(_ now: NIODeadline) -> [Kind] {
        timer = nil
        let due = Kind.allCases.filter { self[$0] <= now }
        for kind in due { self[kind] = .distantFuture }
        return due
    }

    /// What a timer has to be set for: the next that is due, unless one runs out before.
    var unwatched: NIODeadline? {
        var next = NIODeadline.distantFuture
        for index in dues.indices where dues[index] < next { next = dues[index] }
        return next < timer?.deadline ?? .distantFuture ? next : nil
    }

    /// Takes over a timer that looks at what is due.
    mutating func watch(_ deadline: NIODeadline, _ task: Scheduled<Void>) {
        timer?.task.cancel()
        timer = (deadline, task)
    }

    /// Waits for nothing any more.
    mutating func cancel() {
        timer?.task.cancel()
        timer = nil
        dues = InlineArray(repeating: .distantFuture)
    }
}
#endif
