public import ReinCheckpoints

/// Lets a searcher that suggests values by path search a space: its values are made into settings, with what the space
/// fixes and derives.
///
/// The searcher's parameters are the `dimensions` of the space.
public struct SpaceSearcher<Base: Searcher>: Searcher {
    /// The space.
    public let space: SearchSpace
    /// What thinks up the values.
    public private(set) var base: Base
    /// That of the searcher.
    public var searchedMetric: String? { base.searchedMetric }

    /// Lets a searcher search a space.
    ///
    /// - Throws: `StateError` for a space that `SearchSpace.check()` refuses, and for one with a grid.
    public init(_ space: SearchSpace, with base: Base) throws(StateError) {
        try space.check()
        if let grid = space.grids.first {
            throw StateError(
                .unsupportedFormat, "a grid is gone through, not searched: a choice of its values can be",
                path: grid.path.description)
        }
        self.space = space
        self.base = base
    }

    /// The settings that the searcher's next values make.
    ///
    /// - Throws: `StateError` of the searcher, for values that do not belong to the space, and for a derived value that cannot
    ///   be computed.
    public mutating func suggest(_ id: TrialID) throws(StateError) -> Suggestion {
        let suggestion = try base.suggest(id)
        guard case .configuration(let values) = suggestion else { return suggestion }
        do {
            return .configuration(try space.variant(of: values).configuration)
        } catch {
            // Nobody will hear of this trial again.
            base.complete(id, result: nil, hasFailed: true)
            throw error
        }
    }

    /// Tells the searcher.
    public mutating func observe(_ result: StateTree, of id: TrialID) { base.observe(result, of: id) }

    /// Tells the searcher.
    public mutating func complete(_ id: TrialID, result: StateTree?, hasFailed: Bool) {
        base.complete(id, result: result, hasFailed: hasFailed)
    }
}

extension SpaceSearcher: Checkpointable {
    /// The state of the searcher.
    public var state: StateTree { base.state }

    /// Takes over the state of the searcher.
    public mutating func restore(from state: StateTree) throws(StateError) { try base.restore(from: state) }
}
