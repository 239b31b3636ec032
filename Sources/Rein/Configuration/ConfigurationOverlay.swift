import ReinCheckpoints

/// Lays given values over defaults. Maps are sections and are merged key by key; everything else is replaced whole.
enum ConfigurationOverlay {
    /// The defaults with the given values in their places.
    ///
    /// - Parameter refusals: for keys that the defaults do not have on purpose, by their full names, the reason.
    /// - Throws: `ConfigurationError` for a key that the defaults do not have, naming the one that is probably meant, and
    ///   for values that cannot stand in the place of the default.
    static func merge(
        _ given: StateTree, over defaults: StateTree, refusals: [String: String] = [:]
    ) throws(ConfigurationError) -> StateTree {
        try merge(given, over: defaults, path: []) { path, section in
            let name = path.joined(separator: ".")
            if let reason = refusals[name] { return reason }
            return ConfigurationKeys(of: defaults).problem(withUnknown: name, among: section, refusals: refusals)
        }
    }

    private static func merge(
        _ given: StateTree, over defaults: StateTree, path: [String],
        unknownKey: (_ path: [String], _ section: [String]) -> String
    ) throws(ConfigurationError) -> StateTree {
        guard case .map(var merged) = defaults else {
            if let problem = ConfigurationValue.problem(with: given, inPlaceOf: defaults) {
                throw ConfigurationError(key: path.joined(separator: "."), problem: problem)
            }
            return given
        }
        guard case .map(let entries) = given else {
            throw ConfigurationError(
                key: path.joined(separator: "."),
                problem: "expected an object with keys such as " + merged.keys.prefix(3).joined(separator: ", ")
                    + ", found \(given.summary)")
        }
        for (key, value) in entries {
            guard let current = merged[key] else {
                let path = written(path + [key], value)
                throw ConfigurationError(
                    key: path.joined(separator: "."), problem: unknownKey(path, Array(merged.keys)))
            }
            merged[key] = try merge(value, over: current, path: path + [key], unknownKey: unknownKey)
        }
        return .map(merged)
    }

    /// A key as it was written: with the sections below it as far as they hold one value each.
    private static func written(_ path: [String], _ value: StateTree) -> [String] {
        guard case .map(let entries) = value, entries.count == 1, let (key, below) = entries.entries.first else {
            return path
        }
        return written(path + [key], below)
    }

    /// What has to be laid over `base` to get `tree`: the entries that differ, section by section.
    static func difference(of tree: StateTree, from base: StateTree) -> StateTree {
        guard case .map(let entries) = tree, case .map(let others) = base else { return tree }
        var differences = StateMap()
        for (key, value) in entries {
            let other = others[key] ?? .null
            if value != other { differences[key] = difference(of: value, from: other) }
        }
        return .map(differences)
    }
}

extension StateTree {
    /// The tree at the end of a path of keys; nil when there is none.
    subscript(path path: [String]) -> StateTree? {
        path.reduce(self) { tree, key in
            if case .map(let entries)? = tree { entries[key] } else { nil }
        }
    }
}
