import ReinCheckpoints

/// What somebody asks of an experiment in a line: a map with one key, which says what, and what it is about.
///
///     {"ask": {}}
///     {"tell": {"trial": "abcde_00000", "metrics": {"loss": 0.25}, "done": false}}
enum AskTellRequest {
    case ask
    case tell(TrialID, metrics: StateMap, done: Bool)
    case fail(TrialID, reason: String, isRestoring: Bool)
    case end(TrialID)
    case best(metric: String?, order: ScoreOrder?)
    case checkpoints
    case close

    private enum Key: String, CaseIterable {
        case ask, tell, fail, end, best, checkpoints, close
    }
}

extension AskTellRequest {
    /// Reads a line. `NaN`, `Infinity` and `-Infinity`, which are no JSON, are read as Python's `json` writes them.
    ///
    /// - Throws: `StateError` for what is no request.
    init(_ line: [UInt8]) throws(StateError) {
        let reader = StateReader(try JSON.parse(fromPython: line))
        try reader.expectKeys(Key.allCases.map(\.rawValue))
        let entries = try reader.map()
        guard entries.count == 1, let key = Key(rawValue: entries[0].key) else {
            throw reader.error(
                .malformed, "expected one key of: \(Key.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let request = entries[0].value
        func expectKeys(_ more: String...) throws(StateError) { try request.expectKeys(["trial"] + more) }
        func trial() throws(StateError) -> TrialID { TrialID(try request.string("trial")) }
        switch key {
        case .ask:
            try request.expectKeys([])
            self = .ask
        case .tell:
            try expectKeys("metrics", "done")
            self = .tell(
                try trial(), metrics: try request.child("metrics").settings(),
                done: try request.optionalChild("done")?.bool() ?? false)
        case .fail:
            try expectKeys("reason", "restoring")
            self = .fail(
                try trial(), reason: try request.string("reason"),
                isRestoring: try request.optionalChild("restoring")?.bool() ?? false)
        case .end:
            try expectKeys()
            self = .end(try trial())
        case .best:
            try request.expectKeys(["metric", "mode"])
            self = .best(
                metric: try request.optionalChild("metric")?.string(),
                order: try request.optionalChild("mode")?.choice("mode"))
        case .checkpoints:
            try request.expectKeys([])
            self = .checkpoints
        case .close:
            try request.expectKeys([])
            self = .close
        }
    }
}
