public import ReinCheckpoints

extension TrialController: Checkpointable {
    /// Everything that decisions depend on.
    public var state: StateTree {
        [
            "phase": .string(phase.rawValue), "isExhausted": .bool(isExhausted),
            "trials": .list(trials.records.map(\.tree)),
            "failures": .map(
                StateMap(
                    uniqueEntries: failures.sorted(byBytesOf: \.key.string).map { id, counts in
                        (
                            id.string,
                            ["count": .int(Int64(counts.count)), "restoreCount": .int(Int64(counts.restoreCount))]
                        )
                    })),
            "stoppedByRule": .ids(stoppedByRule.sorted(byBytesOf: \.string)),
            "scheduler": scheduler.state, "searcher": searcher.state, "stopper": stopper.state,
        ]
    }

    /// Takes over what another controller with the same searcher, scheduler, rule and settings knew.
    ///
    /// - Throws: `StateError` that names the place; nothing has changed then.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        var restored = self
        let phase = try reader.string("phase")
        guard let known = Phase(rawValue: phase) else {
            throw try reader.child("phase").error(.malformed, "there is no phase \"\(phase.shortened)\"")
        }
        restored.phase = known
        restored.isExhausted = try reader.bool("isExhausted")
        restored.trials = TrialTable()
        (restored.runningCount, restored.pendingCount) = (0, 0)
        for saved in try reader.child("trials").list() {
            let record = try TrialRecord(saved)
            guard !restored.trials.contains(record.id), record.index == restored.trials.records.count else {
                throw saved.error(.malformed, "is not the trial that comes next")
            }
            restored.trials.append(record)
            if record.status == .running { restored.runningCount += 1 }
            if record.status == .pending { restored.pendingCount += 1 }
        }
        restored.stoppedByRule = Set(try reader.child("stoppedByRule").trialIDs())
        restored.failures = [:]
        for (id, counts) in try reader.child("failures").map() {
            restored.failures[TrialID(id)] = Failures(
                count: try counts.int("count"), restoreCount: try counts.int("restoreCount"))
        }
        try reader.child("scheduler").restore { state throws(StateError) in try restored.scheduler.restore(from: state)
        }
        try reader.child("searcher").restore { state throws(StateError) in try restored.searcher.restore(from: state) }
        try reader.child("stopper").restore { state throws(StateError) in try restored.stopper.takeOver(from: state) }
        self = restored
    }
}

extension TrialRecord {
    /// The record as data.
    fileprivate var tree: StateTree {
        var map: StateMap = [
            "id": .string(id.string), "index": .int(Int64(index)), "configuration": .map(configuration),
            "tag": .string(tag), "status": .string(status.rawValue),
        ]
        map["lastResult"] = lastResult
        return .map(map)
    }

    /// Reads what `tree` made.
    fileprivate init(_ reader: StateReader) throws(StateError) {
        let status = try reader.string("status")
        guard let known = TrialStatus(rawValue: status) else {
            throw try reader.child("status").error(.malformed, "there is no status \"\(status.shortened)\"")
        }
        let configuration = try reader.child("configuration")
        guard case .map(let settings) = configuration.tree else {
            throw configuration.error(.wrongType, "expected a map, found \(configuration.tree.summary)")
        }
        self.init(
            id: TrialID(try reader.string("id")), index: try reader.int("index"), configuration: settings,
            tag: try reader.string("tag"), status: known, lastResult: reader.optionalChild("lastResult")?.tree)
    }
}
