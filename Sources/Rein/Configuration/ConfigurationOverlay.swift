import ReinCheckpoints

/// Lays given values over defaults. Maps are sections and are merged key by key; everything else is replaced whole.
enum ConfigurationOverlay {
    /// The defaults with the given values in their places.
    ///
    /// - Parameter refusals: for keys that the defaults do not have on purpose, by their full names, the reason.
    /// - Throws: `ConfigurationError` for a key that the defaults do not have, naming the nearest one that they do.
    static func merge(
        _ given: StateTree, over defaults: StateTree, path: [String] = [], refusals: [String: String] = [:]
    ) throws(ConfigurationError) -> StateTree {
        guard case .map(var merged) = defaults else { return given }
        guard case .map(let entries) = given else {
            throw ConfigurationError(
                key: path.joined(separator: "."),
                problem: "expected an object with keys such as "
                    + merged.keys.prefix(3).joined(separator: ", "))
        }
        for (key, value) in entries {
            guard let current = merged[key] else {
                let name = (path + [key]).joined(separator: ".")
                if let reason = refusals[name] { throw ConfigurationError(key: name, problem: reason) }
                let known = Array(merged.keys)
                let hint = nearestName(to: key, in: known).map {
                    "did you mean \"\((path + [$0]).joined(separator: "."))\"? "
                }
                throw ConfigurationError(
                    key: name,
                    problem: "there is no such key; \(hint ?? "")known keys: \(known.sorted().joined(separator: ", "))")
            }
            merged[key] = try merge(value, over: current, path: path + [key], refusals: refusals)
        }
        return .map(merged)
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
