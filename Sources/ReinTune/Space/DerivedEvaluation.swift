import ReinCheckpoints

/// Settings of which all but the derived ones are known.
indirect enum ResolvedNode {
    case value(StateTree)
    case derived(DerivedValue)
    case list([ResolvedNode])
    case map([(key: String, node: ResolvedNode)])
}

/// Computes derived values, each when it is asked for, and once.
final class DerivedEvaluation {
    private let root: ResolvedNode
    private var values: [SpacePath: StateTree] = [:]
    private var places: [SpacePath: [String: Int]] = [:]
    /// The values that are being computed; each asked for the next one.
    private var active: [SpacePath] = []
    /// The newest error that names the derived value it comes from.
    private var fault: StateError?

    /// The number of derived values that may wait for one another.
    private static let maximumDepth = 200

    init(_ root: ResolvedNode) { self.root = root }

    /// All settings.
    func configuration() throws(StateError) -> StateMap {
        guard case .map(let map) = try tree(of: root, at: SpacePath()) else { return [:] }
        return map
    }

    /// The setting at a path that a derived value names.
    func tree(at reference: String) throws(StateError) -> StateTree {
        switch try find(reference) {
        case .found(let tree): return tree
        case .missing(let key, let keys):
            throw StateError(
                .unknownKey,
                unknownName(
                    "it is derived from \"\(reference.shortened)\", but there is no \"\(key.shortened)\"",
                    nearest: nearestName(to: key, in: keys),
                    rest: keys.isEmpty
                        ? "there is nothing below that place"
                        : "there are \(keys.prefix(20).map(\.shortened).joined(separator: ", "))"))
        }
    }

    func contains(_ reference: String) -> Bool {
        if case .found? = try? find(reference) { true } else { false }
    }

    private enum Finding {
        case found(StateTree)
        case missing(key: String, among: [String])
    }

    private func find(_ reference: String) throws(StateError) -> Finding {
        var node = root
        var path = SpacePath()
        var steps = reference.split(separator: "/", omittingEmptySubsequences: false).map(String.init)[...]
        while let step = steps.first {
            switch node {
            case .map(let entries):
                guard let place = place(of: step, in: entries, at: path) else {
                    return .missing(key: step, among: entries.map(\.key))
                }
                (node, path) = (entries[place].node, path.key(step))
            case .list(let elements):
                guard let index = step.wholeNumber, elements.indices.contains(index) else {
                    return .missing(key: step, among: elements.indices.map(String.init))
                }
                (node, path) = (elements[index], path.index(index))
            case .value, .derived: return Self.find(steps, in: try tree(of: node, at: path))
            }
            steps = steps.dropFirst()
        }
        return .found(try tree(of: node, at: path))
    }

    private static func find(_ steps: ArraySlice<String>, in tree: StateTree) -> Finding {
        var tree = tree
        for step in steps {
            switch tree {
            case .map(let map):
                guard let value = map[step] else { return .missing(key: step, among: map.keys) }
                tree = value
            case .list(let elements):
                guard let index = step.wholeNumber, elements.indices.contains(index) else {
                    return .missing(key: step, among: elements.indices.map(String.init))
                }
                tree = elements[index]
            default: return .missing(key: step, among: [])
            }
        }
        return .found(tree)
    }

    private func place(
        of key: String, in entries: [(key: String, node: ResolvedNode)], at path: SpacePath
    ) -> Int? {
        guard entries.count > 16 else { return entries.firstIndex { $0.key == key } }
        if let places = places[path] { return places[key] }
        var map: [String: Int] = [:]
        for (place, entry) in entries.enumerated() { map[entry.key] = place }
        places[path] = map
        return map[key]
    }

    private func tree(of node: ResolvedNode, at path: SpacePath) throws(StateError) -> StateTree {
        switch node {
        case .value(let tree): return tree
        case .derived(let derived): return try value(of: derived, at: path)
        case .list(let nodes):
            var elements: [StateTree] = []
            elements.reserveCapacity(nodes.count)
            for (index, node) in nodes.enumerated() { elements.append(try tree(of: node, at: path.index(index))) }
            return .list(elements)
        case .map(let entries):
            var map = StateMap()
            for (key, node) in entries { map[key] = try tree(of: node, at: path.key(key)) }
            return .map(map)
        }
    }

    private func value(of derived: DerivedValue, at path: SpacePath) throws(StateError) -> StateTree {
        if let value = values[path] { return value }
        if let start = active.firstIndex(of: path) {
            let circle = (active[start...] + [path]).map(\.description).joined(separator: " -> ")
            throw failed(
                StateError(.malformed, "the value is derived from itself: \(circle)", path: path.description))
        }
        guard active.count < Self.maximumDepth else {
            throw failed(
                StateError(
                    .outOfRange, "more than \(Self.maximumDepth) derived values wait for one another",
                    path: path.description))
        }
        active.append(path)
        defer { active.removeLast() }
        let value: StateTree
        do throws(StateError) {
            value = try derived.value(of: DerivedInputs(self))
            try SearchSpace.expectNoParameter(in: value)
        } catch {
            // What is wrong with a value that this one follows from has its place already.
            throw error == fault ? error : failed(error.nested(under: path.description))
        }
        values[path] = value
        return value
    }

    private func failed(_ error: StateError) -> StateError {
        fault = error
        return error
    }
}
