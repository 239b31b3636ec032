public import ReinCheckpoints

/// What has happened in an experiment.
public enum TrialEvent: Sendable, Equatable {
    /// The experiment begins, or goes on in another process.
    case opened
    /// A running trial has a result. One that says `done` is its last.
    case reported(TrialID, StateTree)
    /// A running trial has come to its end without another result.
    case returned(TrialID)
    /// A trial has failed: while it trained, or when it was to go on from a checkpoint.
    case failed(TrialID, isRestoring: Bool)
    /// So many seconds have passed, from any origin.
    case clock(Double)
    /// Somebody asks that the experiment ends for now, to go on later.
    case interrupted
}

extension TrialEvent {
    /// The event as data, for a journal.
    var tree: StateTree {
        switch self {
        case .opened: ["event": "opened"]
        case .reported(let id, let result): ["event": "reported", "trial": .string(id.string), "result": result]
        case .returned(let id): ["event": "returned", "trial": .string(id.string)]
        case .failed(let id, let isRestoring):
            ["event": "failed", "trial": .string(id.string), "isRestoring": .bool(isRestoring)]
        case .clock(let seconds): ["event": "clock", "seconds": .double(seconds)]
        case .interrupted: ["event": "interrupted"]
        }
    }

    /// Reads what `tree` made.
    ///
    /// - Throws: `StateError` for anything else.
    init(_ reader: StateReader) throws(StateError) {
        func id() throws(StateError) -> TrialID { TrialID(try reader.string("trial")) }
        let kind = try reader.string("event")
        switch kind {
        case "opened": self = .opened
        case "reported": self = .reported(try id(), try reader.child("result").tree)
        case "returned": self = .returned(try id())
        case "failed": self = .failed(try id(), isRestoring: try reader.bool("isRestoring"))
        case "clock": self = .clock(try reader.double("seconds"))
        case "interrupted": self = .interrupted
        default: throw try reader.child("event").error(.malformed, "there is no event \"\(kind.shortened)\"")
        }
    }
}
