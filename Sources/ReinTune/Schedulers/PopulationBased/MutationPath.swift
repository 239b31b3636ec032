import ReinCheckpoints

/// Where a parameter lies in the settings of a trial: the keys of maps inside one another.
struct MutationPath: Sendable, Hashable {
    /// The keys, the outermost first. There is at least one.
    let keys: [String]

    /// Reads keys with slashes between them.
    ///
    /// - Throws: `StateError` for a key without characters, and for more keys than maps may lie inside one another.
    init(_ text: String) throws(StateError) {
        keys = text.split(separator: "/", maxSplits: StateTree.maximumDepth, omittingEmptySubsequences: false)
            .map(String.init)
        guard !keys.contains("") else {
            throw StateError(.malformed, "\"\(text.shortened)\" does not name a parameter: a key in it is empty")
        }
        guard keys.count < StateTree.maximumDepth else {
            throw StateError(.outOfRange, "\"\(text.shortened)\" lies deeper than settings may")
        }
    }

    /// The path of an outermost key, whatever characters it has.
    init(key: String) { keys = [key] }

    /// The keys with slashes between them.
    var text: String { keys.joined(separator: "/") }

    /// The paths that lead here.
    var ancestors: [[String]] { (1..<keys.count).map { Array(keys.prefix($0)) } }

    /// The value that lies here; nil when there is none.
    func value(in map: StateMap) -> StateTree? {
        var tree = StateTree.map(map)
        for key in keys {
            guard case .map(let map) = tree, let value = map[key] else { return nil }
            tree = value
        }
        return tree
    }

    /// Puts a value here, and makes the maps on the way that are not there.
    func set(_ value: StateTree, in map: inout StateMap) { Self.set(value, at: keys[...], in: &map) }

    private static func set(_ value: StateTree, at keys: ArraySlice<String>, in map: inout StateMap) {
        let key = keys[keys.startIndex]
        guard keys.count > 1 else {
            map[key] = value
            return
        }
        var inner = StateMap()
        if case .map(let map)? = map[key] { inner = map }
        set(value, at: keys.dropFirst(), in: &inner)
        map[key] = .map(inner)
    }

    /// Checks that there is nothing but maps on the way here.
    ///
    /// - Throws: `StateError` that names what is none.
    func checkWay(in map: StateMap) throws(StateError) {
        var map = map
        for (index, key) in keys.dropLast().enumerated() {
            guard let value = map[key] else { return }
            guard case .map(let inner) = value else {
                throw StateError(
                    .wrongType, "expected a map with \"\(keys[index + 1].shortened)\", found \(value.summary)",
                    path: keys.prefix(index + 1).joined(separator: "/"))
            }
            map = inner
        }
    }
}
