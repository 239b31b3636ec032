import ReinCheckpoints

/// What a trainable does after a checkpoint.
struct Trace: Equatable {
    /// Its state right after the checkpoint; null of a function, which has none that can be seen.
    var saved: StateTree
    /// The results of the steps that followed.
    var results: [StateTree]
    /// Its state after them.
    var last: StateTree

    /// Trains on.
    init(
        of driver: TrainableDriver, steps: Int, saved: StateTree, _ ignored: Set<String>
    ) async throws {
        self.saved = driver.definition.style == .function ? .null : saved
        results = []
        for _ in 0..<steps {
            let result = try await driver.train()
            results.append(Self.lasting(.map(result.metrics), below: "", ignored.union(MetricName.volatile)))
            if result.isRepeated { break }
        }
        last = try await Self.state(of: driver)
    }

    /// The state of a trainable; null of a function.
    static func state(of driver: TrainableDriver) async throws -> StateTree {
        guard driver.definition.style != .function else { return .null }
        return try await state(of: driver.trainable.checkpoint())
    }

    /// What a trainable saved. Of checkpoints in folders of it, it is what they hold, without what was counted and measured.
    static func state(of checkpoint: Checkpoint) throws -> StateTree {
        let dictionary = try checkpoint.dictionary()
        guard dictionary.contains(where: { hasProgress($0.value) }) else { return .map(dictionary) }
        return try checkpoint.withDirectory { path in
            var state = StateMap()
            for (key, value) in dictionary {
                state[key] = hasProgress(value) ? try self.state(of: Checkpoint(directory: "\(path)/\(key)")) : value
            }
            return .map(state)
        }
    }

    /// Whether an entry of a directory is a folder that a driver has saved a checkpoint to.
    private static func hasProgress(_ entry: StateTree) -> Bool {
        if case .map(let files) = entry { files[Checkpoint.progressFileName] != nil } else { false }
    }

    /// The metrics that are the same each time.
    private static func lasting(_ tree: StateTree, below path: String, _ ignored: Set<String>) -> StateTree {
        guard case .map(let map) = tree else { return tree }
        var rest = StateMap()
        for (key, value) in map {
            let place = path.isEmpty ? key : "\(path)/\(key)"
            if !ignored.contains(place) { rest[key] = lasting(value, below: place, ignored) }
        }
        return .map(rest)
    }

    /// Checks that another one is the same.
    ///
    /// - Throws: `StateError` that names the first difference.
    func require(_ other: Trace, _ route: SaveRestoreValidation.Route, _ name: String) throws(StateError) {
        func fail(_ what: String, _ difference: StateDifference) -> StateError {
            StateError(
                .outOfRange, "\(what) differs after a restore by way of \(route.rawValue): \(difference.description)",
                path: "\(name): \(difference.path)")
        }
        if let difference = StateDifference(saved, other.saved) { throw fail("the state", difference) }
        for (index, (result, others)) in zip(results, other.results).enumerated() {
            if let difference = StateDifference(result, others) { throw fail("result \(index + 1)", difference) }
        }
        guard results.count == other.results.count else {
            throw StateError(
                .outOfRange,
                "there are \(other.results.count) results after a restore by way of \(route.rawValue), "
                    + "\(results.count) without one", path: name)
        }
        if let difference = StateDifference(last, other.last) { throw fail("the state after training on", difference) }
    }
}

extension Trace {
    /// What a process tells another.
    var tree: StateTree { ["saved": saved, "results": .list(results), "last": last] }

    /// Reads what `tree` gave.
    init(_ reader: StateReader) throws(StateError) {
        try reader.expectKeys(["saved", "results", "last"])
        saved = try reader.child("saved").tree
        results = try reader.child("results").list().map(\.tree)
        last = try reader.child("last").tree
    }
}

extension MetricName {
    /// What is another each time.
    static let volatile: Set = [
        date, timestamp, processID, hostName, nodeAddress, secondsThisIteration, secondsTotal, secondsSinceRestore,
        iterationsSinceRestore, timestepsSinceRestore, configuration,
    ]
}
