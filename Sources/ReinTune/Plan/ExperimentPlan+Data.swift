public import ReinCheckpoints

/// Plans as data.
extension ExperimentPlan {
    /// The keys.
    enum Key: String, CaseIterable {
        case trainable, space, metric, mode, scheduler, searcher, samples, seeds, stop, resources, maxConcurrent
        case checkpoints, failures, seed, timeBudget, stepTimeLimit, trialsIn, deterministic
    }

    /// Reads a plan; keys that are missing or null have their standard values, except `space`.
    ///
    /// - Throws: `StateError` that names the place: a key that is unknown, with the nearest one, a value of another
    ///   type or out of range, and what `check()` refuses.
    public init(_ reader: StateReader) throws(StateError) {
        try reader.expectKeys(Key.allCases.map(\.rawValue))
        func value(_ key: Key) -> StateReader? { reader.optionalChild(key.rawValue) }
        let space = try reader.child(Key.space.rawValue)
        do throws(StateError) { self.init(space: try SearchSpace(from: space.tree)) } catch { throw error.below(space) }

        if let place = value(.trainable) { trainable = try place.settings() }
        metric = try value(.metric)?.string()
        if let place = value(.mode) { order = try place.choice("mode") }
        if (metric == nil) != (value(.mode) == nil) {
            let (missing, other) = metric == nil ? ("metric", "mode") : ("mode", "metric")
            throw StateError(
                .missingKey, "required beside \"\(other)\", but missing", path: missing
            ).below(reader)
        }
        if let place = value(.scheduler) { scheduler = try SchedulerPlan(place, metric: metric, order: order) }
        if let place = value(.searcher) { searcher = try SearcherPlan(place) }
        samples = try value(.samples)?.int() ?? samples
        seeds = try value(.seeds).map { place throws(StateError) in try SeedPlan(place) }
        stop = try value(.stop).map { place throws(StateError) in try StopRule(place) }
        resources = try value(.resources).map { place throws(StateError) in try PlacementGroup(place) }
        maxConcurrent = try value(.maxConcurrent)?.int()
        if let place = value(.checkpoints) { checkpoints = try CheckpointConfig(place) }
        if let place = value(.failures) { failures = try FailurePolicy(place) }
        seed = try value(.seed)?.int() ?? seed
        timeBudget = try value(.timeBudget)?.double()
        stepTimeLimit = try value(.stepTimeLimit)?.double()
        if let place = value(.trialsIn) { trialsIn = try place.choice("place for trials") }
        isDeterministic = try value(.deterministic)?.bool() ?? isDeterministic
        do throws(StateError) { try check() } catch { throw error.below(reader) }
    }

    /// The plan as data, every key present.
    ///
    /// - Throws: `StateError` with the place of a closure, which cannot be written.
    public func tree() throws(StateError) -> StateTree {
        func placed(_ key: Key, _ tree: () throws(StateError) -> StateTree?) throws(StateError) -> StateTree {
            do throws(StateError) { return try tree() ?? .null } catch { throw error.nested(under: key.rawValue) }
        }
        var map = StateMap()
        func put(_ key: Key, _ tree: StateTree?) { map[key.rawValue] = tree ?? .null }
        put(.trainable, .map(trainable))
        put(.space, try placed(.space) { () throws(StateError) in try space.tree() })
        put(.metric, metric.map { .string($0) })
        put(.mode, metric.map { _ in .string(order.rawValue) })
        put(.scheduler, try placed(.scheduler) { () throws(StateError) in try scheduler.tree() })
        put(.searcher, searcher.tree)
        put(.samples, .int(Int64(samples)))
        put(.seeds, seeds?.tree)
        put(.stop, try placed(.stop) { () throws(StateError) in try stop?.tree() })
        put(.resources, resources?.tree)
        put(.maxConcurrent, maxConcurrent.map { .int(Int64($0)) })
        put(.checkpoints, checkpoints.tree)
        put(.failures, failures.tree)
        put(.seed, .int(Int64(seed)))
        put(.timeBudget, timeBudget.map { .double($0) })
        put(.stepTimeLimit, stepTimeLimit.map { .double($0) })
        put(.trialsIn, .string(trialsIn.rawValue))
        put(.deterministic, .bool(isDeterministic))
        return .map(map)
    }
}
