import ReinCheckpoints

/// Paths of parameters that population-based training changes: keys of maps inside one another.
extension SpacePath {
    /// Reads keys with slashes between them.
    ///
    /// - Throws: `StateError` for a key without characters, and for more keys than maps may lie inside one another.
    init(keys text: String) throws(StateError) {
        let keys = text.split(separator: "/", maxSplits: StateTree.maximumDepth, omittingEmptySubsequences: false)
        guard !keys.contains("") else {
            throw StateError(.malformed, "\"\(text.shortened)\" does not name a parameter: a key in it is empty")
        }
        guard keys.count < StateTree.maximumDepth else {
            throw StateError(.outOfRange, "\"\(text.shortened)\" lies deeper than settings may")
        }
        self.init(keys.map { .key(String($0)) })
    }

    /// The paths that lead here.
    var ancestors: [SpacePath] { components.indices.dropFirst().map { SpacePath(Array(components[..<$0])) } }

    /// Puts a value here, and makes the maps on the way that are not there.
    func set(_ value: StateTree, in map: inout StateMap) { Self.set(value, at: components[...], in: &map) }

    private static func set(_ value: StateTree, at components: ArraySlice<Component>, in map: inout StateMap) {
        let key = components[components.startIndex].text
        guard components.count > 1 else {
            map[key] = value
            return
        }
        var inner = StateMap()
        if case .map(let map)? = map[key] { inner = map }
        set(value, at: components.dropFirst(), in: &inner)
        map[key] = .map(inner)
    }

    /// Checks that there is nothing but maps on the way here.
    ///
    /// - Throws: `StateError` that names what is none.
    func checkWay(in map: StateMap) throws(StateError) {
        var map = map
        for (index, component) in components.dropLast().enumerated() {
            guard let value = map[component.text] else { return }
            guard case .map(let inner) = value else {
                throw StateError(
                    .wrongType,
                    "expected a map with \"\(components[index + 1].text.shortened)\", found \(value.summary)",
                    path: SpacePath(Array(components[...index])).description)
            }
            map = inner
        }
    }
}
