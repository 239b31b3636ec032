public import ReinCheckpoints

/// A searcher with a bound on the number of its trials that run at the same time.
///
///     let limited = try ConcurrencyLimiter(searcher, limit: 4)
///
/// The fewer trials run at the same time, the more of them a searcher knows when it thinks up the next.
public struct ConcurrencyLimiter<Base: Searcher>: Searcher {
    /// When places become free.
    public enum Release: String, Sendable, CaseIterable {
        /// Whenever a trial ends.
        case eachTrial
        /// When all trials of a batch, of as many as the limit, have ended. The searcher hears of their ends only then, in
        /// the order of their beginning.
        case wholeBatch
    }

    /// The searcher whose suggestions these are.
    public private(set) var base: Base
    /// That of the searcher.
    public var searchedMetric: String? { base.searchedMetric }
    /// The number of trials that may run at the same time.
    public let limit: Int
    /// When places become free.
    public let release: Release
    /// The trials that take places, in the order of their beginning.
    private var places: [Place] = []

    private struct Place: Sendable {
        let id: TrialID
        var end: End?
    }

    private struct End: Sendable {
        let result: StateTree?
        let hasFailed: Bool
    }

    /// Makes a limited searcher.
    ///
    /// - Throws: `StateError` for a limit below 1.
    public init(_ base: Base, limit: Int, release: Release = .eachTrial) throws(StateError) {
        guard limit >= 1 else {
            throw StateError(.outOfRange, "at least one trial has to run, not \(limit)", path: "limit")
        }
        self.base = base
        self.limit = limit
        self.release = release
    }

    /// Settings of the searcher, or `later` when all places are taken.
    ///
    /// A batch that the searcher has no more settings for, now or ever, is as large as it is by then.
    public mutating func suggest(_ id: TrialID) throws(StateError) -> Suggestion {
        guard !places.contains(where: { $0.id == id }) else {
            throw StateError(.alreadyExists, "the trial has settings and its place is not free", path: id.string)
        }
        guard places.count < limit else { return .later }
        var suggestion = try base.suggest(id)
        if suggestion == .later, release == .wholeBatch, !places.isEmpty, places.allSatisfy({ $0.end != nil }) {
            // It may wait for what it has not been told.
            releaseBatch()
            suggestion = try base.suggest(id)
        }
        switch suggestion {
        case .configuration: places.append(Place(id: id))
        case .later: break
        case .finished: if places.allSatisfy({ $0.end != nil }) { releaseBatch() }
        }
        return suggestion
    }

    /// Passes a result on to the searcher, if the trial is one of these.
    public mutating func observe(_ result: StateTree, of id: TrialID) {
        guard places.contains(where: { $0.id == id && $0.end == nil }) else { return }
        base.observe(result, of: id)
    }

    /// Takes note of a trial's end. One that has no place makes no difference.
    public mutating func complete(_ id: TrialID, result: StateTree?, hasFailed: Bool) {
        guard let place = places.firstIndex(where: { $0.id == id && $0.end == nil }) else { return }
        switch release {
        case .eachTrial:
            places.remove(at: place)
            base.complete(id, result: result, hasFailed: hasFailed)
        case .wholeBatch:
            places[place].end = End(result: result, hasFailed: hasFailed)
            if places.count >= limit, places.allSatisfy({ $0.end != nil }) { releaseBatch() }
        }
    }

    private mutating func releaseBatch() {
        let ended = places
        places = []
        for place in ended {
            guard let end = place.end else { continue }
            base.complete(place.id, result: end.result, hasFailed: end.hasFailed)
        }
    }
}

extension ConcurrencyLimiter: Checkpointable {
    /// The searcher's state, and the trials that take places.
    public var state: StateTree {
        let places = places.map { place -> StateTree in
            guard let end = place.end else { return ["id": .string(place.id.string)] }
            return [
                "id": .string(place.id.string),
                "end": ["result": end.result ?? .null, "failed": .bool(end.hasFailed)],
            ]
        }
        return ["places": .list(places), "base": base.state]
    }

    /// Takes over a state; the limit may be another one by now.
    ///
    /// - Throws: `StateError` for what is no such state.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectKeys(["places", "base"])
        var places: [Place] = []
        for place in try reader.list("places") {
            try place.expectKeys(["id", "end"])
            let id = TrialID(try place.string("id"))
            guard !places.contains(where: { $0.id == id }) else {
                throw place.error(.alreadyExists, "two places are taken by \"\(id.string.shortened)\"")
            }
            var end: End?
            if let reader = place.optionalChild("end") {
                try reader.expectKeys(["result", "failed"])
                let result = try reader.child("result").tree
                end = End(result: result.isNull ? nil : result, hasFailed: try reader.bool("failed"))
            }
            places.append(Place(id: id, end: end))
        }
        try reader.restore("base", into: &base)
        self.places = places
        guard release == .wholeBatch else {
            // What waited for a batch is told now.
            let ended = places.filter { $0.end != nil }
            self.places = places.filter { $0.end == nil }
            for place in ended {
                base.complete(place.id, result: place.end?.result, hasFailed: place.end?.hasFailed ?? false)
            }
            return
        }
        if places.count >= limit, places.allSatisfy({ $0.end != nil }) { releaseBatch() }
    }
}
