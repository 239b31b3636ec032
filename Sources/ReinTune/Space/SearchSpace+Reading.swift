public import ReinCheckpoints

/// Spaces from JSON.
///
///     {"environment": "CartPole-v1",
///      "learningRate": {"logUniform": [1e-5, 1e-2]},
///      "width": {"int": [32, 512], "step": 32},
///      "activation": {"choice": ["tanh", "relu"], "weights": [1, 2]},
///      "discount": {"grid": [0.98, 0.99]},
///      "noise": {"normal": [0, 1], "step": 0.1},
///      "batchSize": {"derived": "product", "of": ["width", 4]},
///      "algorithm": {"cases": {"PPO": {"clip": {"uniform": [0.1, 0.3]}}, "DQN": {}}},
///      "layers": {"cases": [{"value": 1}, {"value": 2, "brings": {"second": {"int": [8, 64]}}}]},
///      "literal": {"constant": {"grid": "a map that is taken as it is"}}}
///
/// A map with one of these words is a parameter, every other map holds settings. In `of`, a text is the path of another
/// setting, `{"constant": "a"}` the text itself.
extension SearchSpace {
    /// Reads a space.
    ///
    /// - Throws: `StateError` with the place of what cannot be: unknown keys, with the nearest known one, values of the
    ///   wrong type, domains as their initialisers refuse them.
    public init(from tree: StateTree) throws(StateError) { self = try Self.space(StateReader(tree), depth: 0) }

    private static func space(_ reader: StateReader, depth: Int) throws(StateError) -> SearchSpace {
        var entries: [Entry] = []
        for (key, value) in try reader.map() { entries.append((key, try parameter(value, depth: depth + 1))) }
        return SearchSpace(uniqueEntries: entries)
    }

    private static func parameter(_ reader: StateReader, depth: Int) throws(StateError) -> Parameter {
        guard depth <= StateTree.maximumDepth else {
            throw reader.error(.outOfRange, "more than \(StateTree.maximumDepth) maps and lists inside one another")
        }
        switch reader.tree {
        case .map(let map):
            let words = map.keys.compactMap(SpaceWord.init)
            guard let word = words.first else {
                try expectNoMisspelling(map, reader)
                return .map(try space(reader, depth: depth))
            }
            guard words.count == 1 else {
                throw reader.error(.malformed, "both \"\(word.rawValue)\" and \"\(words[1].rawValue)\" are there")
            }
            try reader.expectKeys([word.rawValue] + word.options)
            return try parameter(word, reader, depth: depth)
        case .list(let elements) where elements.contains(where: \.isContainer):
            return .list(try parameters(reader, depth: depth))
        default: return .fixed(reader.tree)
        }
    }

    private static func parameters(_ reader: StateReader, depth: Int) throws(StateError) -> [Parameter] {
        var parameters: [Parameter] = []
        for element in try reader.list() { parameters.append(try parameter(element, depth: depth + 1)) }
        return parameters
    }

    /// What a map was probably meant to be whose only key besides options is nearly a word, with a list.
    private static func expectNoMisspelling(_ map: StateMap, _ reader: StateReader) throws(StateError) {
        let rest = map.entries.filter { !SpaceWord.allOptions.contains($0.key) }
        guard rest.count == 1, case .list = rest[0].value,
            let word = SpaceWord.meant(by: rest[0].key, nearest: nearestName)
        else { return }
        throw try reader.child(rest[0].key).error(
            .unknownKey,
            "did you mean \"\(word)\"? A map of settings that looks like a parameter is written as "
                + "{\"constant\": {...}}")
    }

    private static func parameter(
        _ word: SpaceWord, _ reader: StateReader, depth: Int
    ) throws(StateError) -> Parameter {
        let content = try reader.child(word.rawValue)
        switch word {
        case .constant: return .fixed(content.tree)
        case .grid:
            let values = try parameters(content, depth: depth)
            guard !values.isEmpty else { throw content.error(.outOfRange, "the grid is empty") }
            return .grid(values)
        case .derived: return .computed(try derived(content, reader))
        case .cases: return .conditional(try conditional(content, reader, depth: depth))
        case .choice: return .domain(.categories(try categories(content, reader, depth: depth)))
        case .uniform: return .domain(.real(try real(content, reader, .linear)))
        case .logUniform: return .domain(.real(try real(content, reader, .logarithmic)))
        case .int: return .domain(.integer(try integer(content, reader, .linear)))
        case .logInt: return .domain(.integer(try integer(content, reader, .logarithmic)))
        case .normal:
            let (mean, deviation) = try pair(content)
            let (first, second) = (try mean.double(), try deviation.double())
            let step = try reader.optionalChild(SpaceWord.step)?.double()
            return .domain(
                .normal(
                    try placed(content) { () throws(StateError) in
                        try NormalDomain(mean: first, deviation: second, step: step)
                    }))
        }
    }

    private static func pair(_ reader: StateReader) throws(StateError) -> (StateReader, StateReader) {
        let elements = try reader.list()
        guard elements.count == 2 else {
            throw reader.error(.outOfRange, "expected 2 numbers, found \(elements.count)")
        }
        return (elements[0], elements[1])
    }

    private static func real(
        _ content: StateReader, _ reader: StateReader, _ scale: Scale
    ) throws(StateError) -> RealDomain {
        let (lower, upper) = try pair(content)
        let (from, to) = (try lower.double(), try upper.double())
        let step = try reader.optionalChild(SpaceWord.step)?.double()
        return try placed(content) { () throws(StateError) in
            try RealDomain(from: from, to: to, scale: scale, step: step)
        }
    }

    private static func integer(
        _ content: StateReader, _ reader: StateReader, _ scale: Scale
    ) throws(StateError) -> IntegerDomain {
        let (lower, upper) = try pair(content)
        let (from, to) = (try lower.int(), try upper.int())
        let step = try reader.optionalChild(SpaceWord.step)?.int() ?? 1
        return try placed(content) { () throws(StateError) in
            try IntegerDomain(from: from, to: to, scale: scale, step: step)
        }
    }

    private static func weights(_ reader: StateReader) throws(StateError) -> [Double]? {
        guard let place = reader.optionalChild(SpaceWord.weights) else { return nil }
        var weights: [Double] = []
        for weight in try place.list() { weights.append(try weight.double()) }
        return weights
    }

    private static func categories(
        _ content: StateReader, _ reader: StateReader, depth: Int
    ) throws(StateError) -> CategoryDomain {
        var values: [StateTree] = []
        for element in try content.list() {
            guard let value = try parameter(element, depth: depth + 1).fixedValue else {
                throw element.error(
                    .malformed,
                    "a value to choose holds no grids and nothing that is drawn; \"cases\" bring keys of their own")
            }
            values.append(value)
        }
        let weights = try weights(reader)
        return try placed(content) { () throws(StateError) in try CategoryDomain(values, weights: weights) }
    }

    private static func conditional(
        _ content: StateReader, _ reader: StateReader, depth: Int
    ) throws(StateError) -> ConditionalChoice {
        var cases: [ConditionalChoice.Case] = []
        if case .map = content.tree {
            for (key, keys) in try content.map() {
                cases.append(.init(.string(key), brings: try space(keys, depth: depth + 1)))
            }
        } else if case .list = content.tree {
            for element in try content.list() {
                try element.expectKeys([SpaceWord.caseValue, SpaceWord.caseKeys])
                let value = try element.child(SpaceWord.caseValue).tree
                let keys = element.optionalChild(SpaceWord.caseKeys)
                cases.append(
                    .init(
                        value,
                        brings: try keys.map { keys throws(StateError) in
                            try space(keys, depth: depth + 1)
                        } ?? [:]))
            }
        } else {
            throw content.error(
                .wrongType, "expected a map of names to keys or a list of cases, found \(content.tree.summary)")
        }
        let weights = try weights(reader)
        return try placed(content) { () throws(StateError) in try ConditionalChoice(cases, weights: weights) }
    }

    private static func derived(_ name: StateReader, _ reader: StateReader) throws(StateError) -> DerivedValue {
        let function = try name.string()
        var inputs: [DerivedValue.Input] = []
        for input in try reader.child(SpaceWord.inputs).list() {
            switch input.tree {
            case .string(let path): inputs.append(.setting(path))
            case .map:
                try input.expectKeys([SpaceWord.constant.rawValue])
                inputs.append(.value(try input.child(SpaceWord.constant.rawValue).tree))
            default: inputs.append(.value(input.tree))
            }
        }
        var parameters: StateMap = [:]
        if let given = reader.optionalChild(SpaceWord.parameters) {
            guard case .map(let map) = given.tree else {
                throw given.error(.wrongType, "expected map, found \(given.tree.summary)")
            }
            parameters = map
        }
        return try placed(reader) { () throws(StateError) in
            try DerivedValue(function, of: inputs, with: parameters)
        }
    }

    private static func placed<Value>(
        _ reader: StateReader, _ make: () throws(StateError) -> Value
    ) throws(StateError) -> Value {
        do { return try make() } catch { throw error.nested(under: reader.path) }
    }

    /// Refuses a value that is written as a parameter.
    static func expectNoParameter(in value: StateTree) throws(StateError) {
        guard case .map(let map) = value, map.count == 1, let word = SpaceWord(rawValue: map.keys[0]), word != .constant
        else { return }
        throw StateError(.malformed, "a derived value is a value: it cannot be a {\"\(word.rawValue)\": ...}")
    }
}

extension StateTree {
    /// Whether this is a list or a map.
    var isContainer: Bool {
        switch self {
        case .list, .map: true
        default: false
        }
    }
}
