public import ReinCheckpoints

/// Between settings and flat maps of what was chosen, under the paths: the language of searchers that know nothing of
/// spaces.
extension SearchSpace {
    /// The settings that values make, which are those of all dimensions that are there for them.
    ///
    ///     let variant = try space.variant(of: ["algorithm": "PPO", "network/width": 64])
    ///
    /// - Throws: `StateError` for values that are missing, outside their domains or of no dimension, and for grids, which
    ///   nobody searches.
    public func variant(of values: StateMap) throws(StateError) -> Variant {
        var reading = ValueReading(values: values)
        let variant = try variant(choosing: &reading)
        for key in values.keys where !reading.used.contains(key) {
            let known = dimensions.map(\.path.description)
            throw StateError(
                .unknownKey,
                unknownName(
                    "nothing is chosen there", nearest: nearestName(to: key, in: known),
                    rest: "what is chosen is \(known.prefix(20).map(\.shortened).joined(separator: ", "))"),
                path: key)
        }
        return variant
    }

    /// The values of what the space leaves open in settings, which may be a point that leaves some out.
    ///
    /// - Throws: `StateError` for settings that do not belong to the space, as for points that are given.
    public func values(of configuration: StateMap) throws(StateError) -> StateMap {
        _ = try fixing(configuration)
        var values = StateMap()
        for dimension in dimensions {
            guard case .domain = dimension.choices, let value = configuration.value(at: dimension.path) else {
                continue
            }
            values[dimension.path.description] = value
        }
        return values
    }
}

/// Chooses what a flat map says.
private struct ValueReading: SpaceChooser {
    let values: StateMap
    private(set) var used: Set<String> = []

    init(values: StateMap) { self.values = values }

    func index(ofGrid path: SpacePath, count: Int) throws(StateError) -> Int {
        throw StateError(
            .unsupportedFormat, "a grid is gone through, not searched: a choice of its values can be",
            path: path.description)
    }

    mutating func value(at path: SpacePath, of domain: Domain) throws(StateError) -> StateTree {
        let name = path.description
        guard let value = values[name] else { throw StateError(.missingKey, "no value was chosen", path: name) }
        used.insert(name)
        guard let own = domain.matching(value) else {
            throw StateError(.outOfRange, "\(value.summary) does not belong to the domain", path: name)
        }
        return own
    }
}
