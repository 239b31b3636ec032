import ReinCheckpoints

/// Mutations as data.
extension Mutation {
    /// Reads mutations by their paths: domains as in a space, lists of values, and maps of mutations inside one
    /// another.
    ///
    ///     {"learningRate": {"logUniform": [1e-5, 1e-2]}, "batchSize": [16, 32, 64],
    ///      "network": {"activation": {"choice": ["tanh", "relu"]}}}
    ///
    /// - Throws: `StateError` that names the place of what is neither, and of a path that is there twice.
    static func read(_ reader: StateReader) throws(StateError) -> [String: Mutation] {
        _ = try reader.map()
        let space: SearchSpace
        do throws(StateError) { space = try SearchSpace(from: reader.tree) } catch { throw error.below(reader) }
        var mutations: [String: Mutation] = [:]
        try add(space, below: "", to: &mutations, reader)
        return mutations
    }

    private static func add(
        _ space: SearchSpace, below outer: String, to mutations: inout [String: Mutation], _ reader: StateReader
    ) throws(StateError) {
        for (key, parameter) in space.entries {
            let path = outer.isEmpty ? key : "\(outer)/\(key)"
            if case .map(let inner) = parameter {
                try add(inner, below: path, to: &mutations, reader)
                continue
            }
            let mutation: Mutation
            switch parameter {
            case .domain(let domain): mutation = .domain(domain)
            case .fixed(.list(let values)): mutation = .list(values)
            case .list: mutation = .list(try values(of: parameter, path, reader))
            default:
                throw StateError(
                    .wrongType, "expected a domain, such as {\"uniform\": [0, 1]}, or a list of values", path: path
                ).below(reader)
            }
            guard mutations.updateValue(mutation, forKey: path) == nil else {
                throw StateError(.alreadyExists, "is changed in two ways", path: path).below(reader)
            }
        }
    }

    private static func values(
        of parameter: SearchSpace.Parameter, _ path: String, _ reader: StateReader
    ) throws(StateError) -> [StateTree] {
        guard case .list(let values)? = parameter.fixedValue else {
            throw StateError(.wrongType, "expected a list of values, of which none is searched", path: path).below(
                reader)
        }
        return values
    }

    /// The mutation as data.
    ///
    /// - Throws: `StateError` for values that nothing can be read from.
    func tree() throws(StateError) -> StateTree {
        let parameter: SearchSpace.Parameter =
            switch self {
            case .domain(let domain): .domain(domain)
            case .list(let values): .fixed(.list(values))
            }
        let space = SearchSpace(uniqueEntries: [(key: Self.place, parameter: parameter)])
        return try StateReader(space.tree()).child(Self.place).tree
    }

    private static let place = "mutation"
}
