import ReinCheckpoints

/// The state as records of a journal: several short ones, since a line has its limit.
extension ExperimentState {
    private static let trialsPerRecord = 500

    private enum Key {
        static let trials = "trials"
        static let folders = "folders"
        static let snapshot = "snapshot"
        static let controller = "controller"
    }

    /// Everything that was known, as records.
    var records: [StateTree] {
        var records: [StateTree] = []
        var controller = StateMap()
        var trials: [StateTree] = []
        if case .map(let map) = self.controller.state {
            for (key, value) in map.entries {
                if key == Key.trials, case .list(let list) = value { trials = list } else { controller[key] = value }
            }
        }
        for start in stride(from: 0, to: trials.count, by: Self.trialsPerRecord) {
            let range = start..<min(start + Self.trialsPerRecord, trials.count)
            records.append([
                Key.trials: .list(Array(trials[range])), Key.folders: .list(folders[range].map { .string($0) }),
            ])
        }
        records.append([
            Key.snapshot: [
                Key.controller: .map(controller), "schedule": schedule.state,
                "takenOver": .ids(takenOver.sorted(byBytesOf: \.string)),
                "savesNext": .ids(savesNext.sorted(byBytesOf: \.string)), "seconds": .double(seconds),
                "origins": CheckpointOrigin.tree(of: origins),
            ]
        ])
        return records
    }

    /// What the records of a journal come to, one after the other.
    struct Replay {
        /// The state so far.
        var state: ExperimentState
        private var trials: [StateTree] = []
        private var folders: [String] = []

        /// Begins with a state that nothing was told yet.
        init(_ state: ExperimentState) { self.state = state }

        /// Takes the next record.
        ///
        /// - Throws: `StateError` for a record that is none, and for an event that cannot be at that place.
        mutating func take(_ record: StateTree) throws(StateError) {
            let reader = StateReader(record)
            if let chunk = reader.optionalChild(Key.trials), let names = reader.optionalChild(Key.folders) {
                guard case .list(let list) = chunk.tree else { throw chunk.error(.wrongType, "expected a list") }
                trials += list
                for name in try names.list() { folders.append(try name.string()) }
            } else if let snapshot = reader.optionalChild(Key.snapshot) {
                try state.restore(from: snapshot, trials: trials, folders: folders)
                (trials, folders) = ([], [])
            } else {
                _ = try state.handle(TrialEvent(reader))
            }
        }
    }

    private mutating func restore(
        from snapshot: StateReader, trials: [StateTree], folders: [String]
    ) throws(StateError) {
        guard folders.count == trials.count else {
            throw snapshot.error(.wrongShape, "\(folders.count) folders of \(trials.count) trials")
        }
        let saved = try snapshot.child(Key.controller)
        guard case .map(var map) = saved.tree else { throw saved.error(.wrongType, "expected a map") }
        map[Key.trials] = .list(trials)
        var restored = self
        try StateReader(.map(map), path: saved.path).restore { state throws(StateError) in
            try restored.controller.restore(from: state)
        }
        try snapshot.child("schedule").restore { state throws(StateError) in
            try restored.schedule.restore(from: state)
        }
        restored.folders = folders
        restored.takenOver = Set(try snapshot.child("takenOver").trialIDs())
        restored.savesNext = Set(try snapshot.child("savesNext").trialIDs())
        restored.seconds = try snapshot.double("seconds")
        restored.origins = try CheckpointOrigin.origins(snapshot.child("origins"))
        try restored.requireConsistent(snapshot)
        self = restored
    }

    /// Refuses a state in which trials are waited for that there are not, or that do not run.
    private func requireConsistent(_ snapshot: StateReader) throws(StateError) {
        let trials = controller.trials
        for id in schedule.times.keys.sorted(byBytesOf: \.string)
        where !trials.contains(id) || trials[id].status != .running {
            throw try snapshot.child("schedule").error(.malformed, "waits for \(id), which does not run")
        }
        guard seconds.isFinite, seconds >= 0 else {
            throw try snapshot.child("seconds").error(.outOfRange, "\(seconds) is no time")
        }
    }
}
