/// A grid or a domain of a space, and when it is there.
public struct SearchDimension: Sendable {
    /// What is chosen from.
    public enum Choices: Sendable {
        /// The values of a grid, of which there are so many.
        case grid(count: Int)
        /// A domain. That of a conditional choice holds the values of its cases.
        case domain(Domain)
    }

    /// A choice that has to be made in one way.
    public struct Condition: Sendable, Hashable {
        /// The grid or the conditional choice.
        public let path: SpacePath
        /// The number of the value or of the case.
        public let index: Int
        /// How many there are.
        public let count: Int
    }

    /// Its place.
    public let path: SpacePath
    /// What is chosen from.
    public let choices: Choices
    /// What has to be chosen elsewhere for the dimension to be there, from the outside in.
    public let conditions: [Condition]
}

extension SearchSpace {
    /// All grids and domains of the space in its order, those of all cases included.
    public var dimensions: [SearchDimension] {
        var list = DimensionList()
        list.add(self, at: SpacePath(), when: [])
        return list.dimensions
    }
}

private struct DimensionList {
    var dimensions: [SearchDimension] = []

    mutating func add(_ space: SearchSpace, at path: SpacePath, when conditions: [SearchDimension.Condition]) {
        for (key, parameter) in space.entries {
            let place = path.key(key)
            add(parameter, at: place, when: conditions)
            guard case .conditional(let choice) = parameter else { continue }
            for (index, one) in choice.cases.enumerated() where !one.brings.entries.isEmpty {
                add(
                    one.brings, at: path,
                    when: conditions + [.init(path: place, index: index, count: choice.cases.count)])
            }
        }
    }

    private mutating func add(
        _ parameter: SearchSpace.Parameter, at path: SpacePath, when conditions: [SearchDimension.Condition]
    ) {
        switch parameter {
        case .fixed, .computed: break
        case .grid(let values):
            dimensions.append(.init(path: path, choices: .grid(count: values.count), conditions: conditions))
            for (index, value) in values.enumerated() {
                if case .fixed = value { continue }
                add(value, at: path, when: conditions + [.init(path: path, index: index, count: values.count)])
            }
        case .domain(let domain):
            dimensions.append(.init(path: path, choices: .domain(domain), conditions: conditions))
        case .conditional(let choice):
            dimensions.append(
                .init(path: path, choices: .domain(.categories(choice.domain)), conditions: conditions))
        case .list(let elements):
            for (index, element) in elements.enumerated() { add(element, at: path.index(index), when: conditions) }
        case .map(let space): add(space, at: path, when: conditions)
        }
    }
}
