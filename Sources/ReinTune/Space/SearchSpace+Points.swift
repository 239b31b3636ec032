import ReinCheckpoints

/// Points that are given: settings that fix what the space leaves open.
extension SearchSpace {
    /// The space with the settings of a point in the place of what they were to be chosen from.
    ///
    /// - Throws: `StateError` for keys that the space does not have, with the nearest one, and for values that do not belong
    ///   to it. A derived value that is given is taken as it is.
    func fixing(_ point: StateMap) throws(StateError) -> SearchSpace { try Self.fix(self, point, at: SpacePath()) }

    private static func fix(
        _ space: SearchSpace, _ point: StateMap, at path: SpacePath
    ) throws(StateError) -> SearchSpace {
        var entries: [Entry] = []
        var used: Set<String> = []
        // What a chosen case brings is looked at as if it had always been there.
        var waiting = Array(space.entries.reversed())
        while let (key, parameter) = waiting.popLast() {
            guard let value = point[key] else {
                entries.append((key, parameter))
                continue
            }
            used.insert(key)
            let place = path.key(key)
            if case .conditional(let choice) = parameter {
                guard let index = choice.index(of: value) else { throw outside(value, "the cases", place) }
                entries.append((key, .fixed(value)))
                waiting += choice.cases[index].brings.entries.reversed()
            } else {
                entries.append((key, try fix(parameter, value, at: place)))
            }
        }
        for key in point.keys where !used.contains(key) { throw unknown(key, in: entries, at: path) }
        return SearchSpace(uniqueEntries: entries)
    }

    private static func fix(
        _ parameter: Parameter, _ value: StateTree, at path: SpacePath
    ) throws(StateError) -> Parameter {
        switch parameter {
        case .fixed(let fixed):
            guard fixed.isMatched(by: value) else {
                throw StateError(
                    .outOfRange, "the point has \(value.summary), but the space fixes \(fixed.summary)",
                    path: path.description)
            }
            return .fixed(fixed)
        case .grid(let values):
            for one in values {
                if let fixed = try? fix(one, value, at: path), let value = fixed.fixedValue { return .fixed(value) }
            }
            throw outside(value, "the grid", path)
        case .domain(let domain):
            guard let value = domain.matching(value) else { throw outside(value, "the domain", path) }
            return .fixed(value)
        case .conditional(let choice):
            guard choice.index(of: value) != nil else { throw outside(value, "the cases", path) }
            return .fixed(value)
        case .computed: return .fixed(value)
        case .list(let elements):
            guard case .list(let values) = value, values.count == elements.count else {
                throw outside(value, "the space, which has a list of \(elements.count)", path)
            }
            var fixed: [Parameter] = []
            for (index, element) in elements.enumerated() {
                fixed.append(try fix(element, values[index], at: path.index(index)))
            }
            return .list(fixed)
        case .map(let space):
            guard case .map(let map) = value else { throw outside(value, "the space, which has a map", path) }
            return .map(try fix(space, map, at: path))
        }
    }

    private static func outside(_ value: StateTree, _ whole: String, _ path: SpacePath) -> StateError {
        StateError(
            .outOfRange, "the point has \(value.summary), which does not belong to \(whole)", path: path.description)
    }

    private static func unknown(_ key: String, in entries: [Entry], at path: SpacePath) -> StateError {
        let place = path.key(key).description
        for (choice, parameter) in entries {
            guard case .conditional(let cases) = parameter,
                let one = cases.cases.first(where: { $0.brings.allKeys.contains(key) })
            else { continue }
            return StateError(
                .unknownKey,
                "the key comes with the case \(one.value.summary) of \"\(choice.shortened)\", which the point does not choose",
                path: place)
        }
        let known = SearchSpace(uniqueEntries: entries).allKeys
        return StateError(
            .unknownKey,
            unknownName(
                "the point has a key that the space does not have", nearest: nearestName(to: key, in: known),
                rest: "the keys there are \(known.prefix(20).map(\.shortened).joined(separator: ", "))"),
            path: place)
    }
}

extension StateTree {
    /// Whether another value stands for this one: an equal one, or a whole number for the same real one.
    fileprivate func isMatched(by other: StateTree) -> Bool {
        switch (self, other) {
        case (.double(let own), .int(let number)): own == Double(number)
        case (.list(let own), .list(let others)):
            own.count == others.count && zip(own, others).allSatisfy { $0.isMatched(by: $1) }
        case (.map(let own), .map(let others)):
            own.count == others.count
                && own.entries.allSatisfy { key, value in others[key].map { value.isMatched(by: $0) } ?? false }
        default: self == other
        }
    }
}

extension Domain {
    /// The value of the domain that a value stands for.
    func matching(_ value: StateTree) -> StateTree? {
        if case .categories(let domain) = self { return domain.values.first { $0.isMatched(by: value) } }
        guard contains(value) else { return Optional.none }
        switch (self, value) {
        case (.real, .int(let number)), (.normal, .int(let number)): return .double(Double(number))
        default: return value
        }
    }
}
