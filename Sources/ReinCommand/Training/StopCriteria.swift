import Rein

/// When a run is done; the first criterion that is met counts.
struct StopCriteria: Equatable {
    /// The mean return of the last 100 episodes that is enough.
    var meanReturn: Double?
    /// The number of environment steps since the start of training that is enough.
    var steps: Int?

    /// Why a run ended.
    enum Reason: String {
        case meanReturn = "return"
        case steps = "steps"
        case interrupted = "interrupted"
    }

    /// Whether there is no criterion.
    var isEmpty: Bool { meanReturn == nil && steps == nil }

    /// The criterion that is met, if one is. Returns count once the window of 100 episodes is full.
    func reason(counters: TrainingCounters, episodes: EpisodeWindow) -> Reason? {
        if let meanReturn, episodes.episodes.count >= episodes.capacity,
            let mean = episodes.summary?.returnMean, mean >= meanReturn
        {
            return .meanReturn
        }
        if let steps, counters.environmentSteps >= steps { return .steps }
        return nil
    }

    /// The criteria as data.
    var tree: StateTree {
        ["return": meanReturn.map { .double($0) } ?? .null, "steps": steps.map { .int(Int64($0)) } ?? .null]
    }

    /// The criteria in words.
    var words: String {
        var parts: [String] = []
        if let meanReturn { parts.append("a mean return of \(Wording.decimal(meanReturn, 3).trimmingZeros)") }
        if let steps { parts.append("\(Wording.grouped(steps)) steps") }
        return parts.isEmpty ? "no end" : parts.joined(separator: " or ")
    }
}

extension StopCriteria {
    /// Reads criteria from data; what is missing or null is no criterion.
    init(_ reader: StateReader) throws {
        try reader.expectKnownKeys(["return", "steps"])
        meanReturn = try reader.optionalChild("return")?.double()
        steps = try reader.optionalChild("steps")?.int()
        if let steps, steps < 0 {
            throw try reader.child("steps").error(.outOfRange, "\(steps) is out of range (allowed: at least 0)")
        }
    }
}

extension StateReader {
    /// Refuses keys that are not known, naming the nearest one that is.
    func expectKnownKeys(_ known: [String]) throws(StateError) {
        for (key, value) in try map() where !known.contains(key) {
            let hint = nearestName(to: key, in: known).map { "did you mean \"\($0)\"? " } ?? ""
            throw value.error(
                .unknownKey, "there is no such key; \(hint)known keys: \(known.joined(separator: ", "))")
        }
    }
}
