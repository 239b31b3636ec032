extension StateTree {
    /// The tree with the values of another one in their places: maps are merged key by key, everything else is replaced.
    package func overlaid(by other: StateTree) -> StateTree {
        guard case .map(var map) = self, case .map(let entries) = other else { return other }
        for (key, value) in entries { map[key] = map[key]?.overlaid(by: value) ?? value }
        return .map(map)
    }
}
