public import ReinCheckpoints

/// Spaces as JSON.
extension SearchSpace {
    /// The space as it is read.
    ///
    /// - Throws: `StateError` with the place of a closure, which cannot be written (a `DerivedFunction` can: it has a name),
    ///   and for settings that are searched beside a key that JSON has another meaning for.
    public func tree() throws(StateError) -> StateTree {
        let tree = try SpaceWriter().tree(of: self, at: SpacePath())
        _ = try SearchSpace(from: tree)
        return tree
    }

    /// A text that differs for different spaces. What closures do is left out.
    var fingerprint: String {
        (try? SpaceWriter(skipsClosures: true).tree(of: self, at: SpacePath())).map { JSON.text($0) } ?? ""
    }
}

/// Writes spaces.
private struct SpaceWriter {
    var skipsClosures = false

    func tree(of space: SearchSpace, at path: SpacePath) throws(StateError) -> StateTree {
        var map = StateMap()
        for (key, parameter) in space.entries { map[key] = try tree(of: parameter, at: path.key(key)) }
        return .map(map)
    }

    private func tree(of parameter: SearchSpace.Parameter, at path: SpacePath) throws(StateError) -> StateTree {
        switch parameter {
        case .fixed(let value): return value.needsConstant ? [SpaceWord.constant.rawValue: value] : value
        case .grid(let values): return [SpaceWord.grid.rawValue: .list(try list(values, at: path))]
        case .domain(let domain): return .map(Self.map(of: domain))
        case .conditional(let choice): return .map(try map(of: choice, at: path))
        case .computed(let derived): return try tree(of: derived, at: path)
        case .list(let elements):
            var trees: [StateTree] = []
            for (index, element) in elements.enumerated() {
                trees.append(try tree(of: element, at: path.index(index)))
            }
            return .list(trees)
        case .map(let space):
            // Settings whose keys are words, or nearly so, can only be written when they are fixed.
            if let value = parameter.fixedValue, value.needsConstant { return [SpaceWord.constant.rawValue: value] }
            if let key = space.entries.first(where: { SpaceWord(rawValue: $0.key) != nil })?.key {
                throw StateError(
                    .unsupportedFormat, "settings that are searched cannot be written beside the key \"\(key)\"",
                    path: path.description)
            }
            return try tree(of: space, at: path)
        }
    }

    private func list(_ parameters: [SearchSpace.Parameter], at path: SpacePath) throws(StateError) -> [StateTree] {
        var trees: [StateTree] = []
        for parameter in parameters { trees.append(try tree(of: parameter, at: path)) }
        return trees
    }

    private static func map(of domain: Domain) -> StateMap {
        switch domain {
        case .categories(let domain):
            return map(.choice, domain.values.map { $0.needsConstant ? [SpaceWord.constant.rawValue: $0] : $0 }, domain)
        case .real(let domain):
            let word: SpaceWord = domain.scale == .linear ? .uniform : .logUniform
            return map(
                word, .double(domain.range.lowerBound), .double(domain.range.upperBound),
                domain.step.map { .double($0) })
        case .integer(let domain):
            let word: SpaceWord = domain.scale == .linear ? .int : .logInt
            return map(
                word, .int(Int64(domain.range.lowerBound)), .int(Int64(domain.range.upperBound)),
                domain.step == 1 ? Optional.none : .int(Int64(domain.step)))
        case .normal(let domain):
            return map(.normal, .double(domain.mean), .double(domain.deviation), domain.step.map { .double($0) })
        }
    }

    private static func map(_ word: SpaceWord, _ first: StateTree, _ second: StateTree, _ step: StateTree?) -> StateMap
    {
        var map: StateMap = [word.rawValue: [first, second]]
        map[SpaceWord.step] = step
        return map
    }

    private static func map(_ word: SpaceWord, _ values: [StateTree], _ domain: CategoryDomain) -> StateMap {
        var map: StateMap = [word.rawValue: .list(values)]
        map[SpaceWord.weights] = domain.weights.map { .list($0.map { .double($0) }) }
        return map
    }

    private func map(of choice: ConditionalChoice, at path: SpacePath) throws(StateError) -> StateMap {
        let parent = SpacePath(path.components.dropLast())
        let names = choice.cases.compactMap { if case .string(let name) = $0.value { name } else { nil } }
        guard names.count < choice.cases.count else {
            var cases = StateMap()
            for (name, one) in zip(names, choice.cases) { cases[name] = try tree(of: one.brings, at: parent) }
            var map = Self.map(.cases, [], choice.domain)
            map[SpaceWord.cases.rawValue] = .map(cases)
            return map
        }
        var cases: [StateTree] = []
        for one in choice.cases {
            var map: StateMap = [SpaceWord.caseValue: one.value]
            if !one.brings.entries.isEmpty { map[SpaceWord.caseKeys] = try tree(of: one.brings, at: parent) }
            cases.append(.map(map))
        }
        return Self.map(.cases, cases, choice.domain)
    }

    private func tree(of derived: DerivedValue, at path: SpacePath) throws(StateError) -> StateTree {
        guard case .function(let function, let inputs, let parameters) = derived.rule else {
            if skipsClosures { return .null }
            throw StateError(
                .unsupportedFormat, "a closure cannot be written; a function that is registered has a name",
                path: path.description)
        }
        var map: StateMap = [
            SpaceWord.derived.rawValue: .string(function.name),
            SpaceWord.inputs: .list(
                inputs.map {
                    switch $0 {
                    case .setting(let path): .string(path)
                    case .value(let value):
                        switch value {
                        case .string, .map: [SpaceWord.constant.rawValue: value]
                        default: value
                        }
                    }
                }),
        ]
        if !parameters.isEmpty { map[SpaceWord.parameters] = .map(parameters) }
        return .map(map)
    }
}

extension StateTree {
    /// Whether the value would be read as something else than itself.
    fileprivate var needsConstant: Bool {
        guard isContainer else { return false }
        return (try? SearchSpace(from: ["value": self]))?.entries[0].parameter.fixedValue != self
    }
}
