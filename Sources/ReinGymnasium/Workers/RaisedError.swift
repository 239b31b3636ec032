import ReinCheckpoints

/// An error that Python raised in a worker.
struct RaisedError: Sendable, Equatable {
    /// What the worker was doing.
    enum Activity: String, Sendable {
        case `import`, make, spaces, reset, step, replay, begin, close, check, record
    }

    /// The name of its class.
    let type: String
    /// What it says.
    let message: String
    /// Where it was raised, as Python prints it.
    let traceback: String
    /// What the worker was doing; nil when it does not say so.
    let activity: Activity?
    /// The lane, counted over all workers.
    let lane: Int?
    /// The seed of the episode.
    let seed: Int?
    /// The number of the step in the episode, from 1; 0 for the reset.
    let step: Int?
    /// What may help.
    let hint: String?
    /// What is to be installed, in the words of pip.
    let installable: [String]

    /// Its class and what it says, on one line.
    var headline: String {
        let words = message.cleanLines.joined(separator: " ")
        return words.isEmpty ? type : "\(type): \(words)"
    }

    /// Reads what a worker says of an error.
    ///
    /// - Throws: `StateError` for what is no such answer.
    init(_ reader: StateReader) throws(StateError) {
        type = String(try reader.string("type").prefix(200)).shortened
        message = String(try reader.string("message").prefix(1 << 14))
        traceback = try reader.optionalChild("traceback")?.string() ?? ""
        activity = try reader.optionalChild("where").flatMap { place throws(StateError) in
            Activity(rawValue: try place.string())
        }
        lane = try reader.optionalChild("lane")?.int()
        seed = try reader.optionalChild("seed")?.int()
        step = try reader.optionalChild("step")?.int()
        hint = try reader.optionalChild("hint")?.string()
        var names: [String] = []
        for name in try reader.optionalChild("installable")?.list() ?? .init() {
            names.append(try name.string().shortened)
        }
        installable = names
    }
}
