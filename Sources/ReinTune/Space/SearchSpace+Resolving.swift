public import ReinCheckpoints

extension SearchSpace {
    /// Makes settings of the space.
    ///
    /// - Parameter chooser: decides on each grid and domain in the order of the space. What only an unchosen case has is not
    ///   asked for.
    /// - Throws: `StateError` of the chooser, and with the place of a derived value that cannot be computed.
    public func variant(choosing chooser: inout some SpaceChooser) throws(StateError) -> Variant {
        var resolver = SpaceResolver(chooser: chooser)
        defer { chooser = resolver.chooser }
        let root = ResolvedNode.map(try resolver.entries(of: self, at: SpacePath()))
        let configuration = try DerivedEvaluation(root).configuration()
        return Variant(configuration: configuration, searchedPaths: resolver.searched.sorted())
    }
}

/// Decides on everything but derived values.
private struct SpaceResolver<Chooser: SpaceChooser> {
    var chooser: Chooser
    private(set) var searched: Set<SpacePath> = []

    init(chooser: Chooser) { self.chooser = chooser }

    mutating func entries(
        of space: SearchSpace, at path: SpacePath
    ) throws(StateError) -> [(key: String, node: ResolvedNode)] {
        var entries: [(key: String, node: ResolvedNode)] = []
        entries.reserveCapacity(space.entries.count)
        for (key, parameter) in space.entries {
            let place = path.key(key)
            guard case .conditional(let choice) = parameter else {
                entries.append((key, try node(of: parameter, at: place)))
                continue
            }
            let chosen = try self.chosen(of: choice, at: place)
            entries.append((key, .value(chosen.value)))
            entries += try self.entries(of: chosen.brings, at: path)
        }
        return entries
    }

    private mutating func chosen(
        of choice: ConditionalChoice, at path: SpacePath
    ) throws(StateError) -> ConditionalChoice.Case {
        searched.insert(path)
        let value = try chooser.value(at: path, of: .categories(choice.domain))
        guard let index = choice.index(of: value) else {
            throw StateError(.outOfRange, "there is no case \(value.summary)", path: path.description)
        }
        return choice.cases[index]
    }

    private mutating func node(
        of parameter: SearchSpace.Parameter, at path: SpacePath
    ) throws(StateError) -> ResolvedNode {
        switch parameter {
        case .fixed(let value): return .value(value)
        case .grid(let values):
            searched.insert(path)
            let index = try chooser.index(ofGrid: path, count: values.count)
            guard values.indices.contains(index) else {
                throw StateError(
                    .outOfRange, "the grid has \(values.count) values, none of number \(index)", path: path.description)
            }
            return try node(of: values[index], at: path)
        case .domain(let domain):
            searched.insert(path)
            return .value(try chooser.value(at: path, of: domain))
        case .conditional(let choice): return .value(try chosen(of: choice, at: path).value)
        case .computed(let derived):
            searched.insert(path)
            return .derived(derived)
        case .list(let elements):
            var nodes: [ResolvedNode] = []
            nodes.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() { nodes.append(try node(of: element, at: path.index(index))) }
            return .list(nodes)
        case .map(let space): return .map(try entries(of: space, at: path))
        }
    }
}
