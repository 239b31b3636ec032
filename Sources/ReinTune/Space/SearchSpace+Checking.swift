public import ReinCheckpoints
import ReinRandom

extension SearchSpace {
    /// Checks that trials can be made of the space: that no grid is empty or hidden in a case or another grid, that no case
    /// brings a key that is there besides, and that derived values can be computed, in every case that can be chosen.
    ///
    /// - Throws: `StateError` with the place.
    public func check() throws(StateError) {
        try check(maximumRounds: Tour.maximumRounds)
    }

    /// Checks with fewer settings than there may be.
    func check(maximumRounds: Int) throws(StateError) {
        try expectPossible()
        // Nothing else can fail.
        guard Parameter.map(self).hasDerivedValues else { return }
        try walk(Tour(of: self, isExtreme: false, maximumRounds: maximumRounds))
    }

    /// Checks also what trials would be made with, before the first one.
    ///
    /// - Parameter validate: says what is wrong with settings. It is given so many that each fixed value, each value of each
    ///   grid, choice and case, and both ends of each other domain were among them; of grids and choices with thousands of
    ///   values the first ones.
    /// - Throws: `StateError` as `check()`, or of `validate`.
    public func check(_ validate: (StateMap) throws(StateError) -> Void) throws(StateError) {
        try check()
        try walk(Tour(of: self, isExtreme: true, maximumRounds: Tour.maximumRounds), validate)
    }

    private func walk(
        _ tour: Tour, _ validate: (StateMap) throws(StateError) -> Void = { _ in }
    ) throws(StateError) {
        var tour = tour
        for round in 0..<tour.rounds {
            tour.round = round
            try validate(try variant(choosing: &tour).configuration)
        }
    }

    private func expectPossible() throws(StateError) {
        try Self.expectPossible(self, at: SpacePath(), Surroundings())
    }

    private struct Surroundings {
        var isInGrid = false
        var isInCase = false
        var isInMap = false
        var depth = 0
    }

    private static func expectPossible(
        _ space: SearchSpace, at path: SpacePath, _ surroundings: Surroundings
    ) throws(StateError) {
        var inside = surroundings
        inside.isInMap = true
        for (key, parameter) in space.entries { try expectPossible(parameter, at: path.key(key), inside) }
        var taken = Set(space.entries.map(\.key))
        for (key, parameter) in space.entries {
            guard case .conditional(let choice) = parameter else { continue }
            var brought: Set<String> = []
            for one in choice.cases { brought.formUnion(one.brings.allKeys) }
            if let twice = brought.intersection(taken).sortedByBytes.first {
                throw StateError(
                    .malformed, "a case brings the key \"\(twice.shortened)\", which is there besides",
                    path: path.key(key).description)
            }
            taken.formUnion(brought)
        }
    }

    /// The keys of the map, with all that cases may bring.
    var allKeys: [String] {
        var keys: [String] = []
        for (key, parameter) in entries {
            keys.append(key)
            if case .conditional(let choice) = parameter { for one in choice.cases { keys += one.brings.allKeys } }
        }
        return keys
    }

    private static func expectPossible(
        _ parameter: Parameter, at path: SpacePath, _ surroundings: Surroundings
    ) throws(StateError) {
        func fault(_ message: String) -> StateError { StateError(.malformed, message, path: path.description) }
        var inside = surroundings
        inside.depth += 1
        guard inside.depth <= StateTree.maximumDepth else {
            throw fault("more than \(StateTree.maximumDepth) maps and lists inside one another")
        }
        inside.isInMap = false
        switch parameter {
        case .fixed, .domain, .computed: break
        case .grid(let values):
            guard !values.isEmpty else { throw fault("the grid is empty") }
            guard !surroundings.isInGrid else { throw fault("a grid cannot lie inside another one") }
            guard !surroundings.isInCase else {
                throw fault("a case cannot bring a grid, as nobody knows how often it is chosen")
            }
            inside.isInGrid = true
            for value in values { try expectPossible(value, at: path, inside) }
        case .conditional(let choice):
            inside.isInCase = true
            let parent = SpacePath(path.components.dropLast())
            for one in choice.cases where !one.brings.entries.isEmpty {
                guard surroundings.isInMap else { throw fault("only a choice that has a key can bring other keys") }
                try expectPossible(one.brings, at: parent, inside)
            }
        case .list(let elements):
            for (index, element) in elements.enumerated() { try expectPossible(element, at: path.index(index), inside) }
        case .map(let space): try expectPossible(space, at: path, inside)
        }
    }
}

extension SearchSpace.Parameter {
    /// Whether anything is derived here or further down.
    fileprivate var hasDerivedValues: Bool {
        switch self {
        case .fixed, .domain: false
        case .computed: true
        case .grid(let values): values.contains(where: \.hasDerivedValues)
        case .conditional(let choice): choice.cases.contains { Self.map($0.brings).hasDerivedValues }
        case .list(let elements): elements.contains(where: \.hasDerivedValues)
        case .map(let space): space.entries.contains(where: \.parameter.hasDerivedValues)
        }
    }
}

/// Chooses in turn, so that in the end every value of every grid and every case was chosen, in all cases that bring them;
/// domains give their ends, or anything.
private struct Tour: SpaceChooser {
    let isExtreme: Bool
    let rounds: Int
    var round = 0
    private var gridStrides: [SpacePath: Int] = [:]
    private var domainStrides: [SpacePath: Int] = [:]
    /// The conditional choices.
    private var branches: Set<SpacePath> = []
    private let random = RandomStream(seed: 0, name: "check of a search space")

    static let maximumRounds = 4096
    private static let maximumDecisions = 2_000_000

    init(of space: SearchSpace, isExtreme: Bool, maximumRounds: Int) {
        self.isExtreme = isExtreme
        var rounds = 1
        let dimensions = space.dimensions
        for dimension in dimensions {
            for condition in dimension.conditions { branches.insert(condition.path) }
        }
        for dimension in dimensions {
            var stride = 1
            for condition in dimension.conditions where stride <= Self.maximumRounds { stride *= condition.count }
            var count = 1
            switch dimension.choices {
            case .grid(let values):
                gridStrides[dimension.path] = stride
                count = values
            case .domain(let domain):
                domainStrides[dimension.path] = stride
                if isExtreme || branches.contains(dimension.path) { count = domain.exampleCount }
            }
            rounds = max(
                rounds, min(Self.maximumRounds, min(stride, Self.maximumRounds) * min(count, Self.maximumRounds)))
        }
        self.rounds = max(1, min(rounds, maximumRounds, Self.maximumDecisions / max(1, dimensions.count)))
    }

    func index(ofGrid path: SpacePath, count: Int) -> Int { round / (gridStrides[path] ?? 1) % count }

    func value(at path: SpacePath, of domain: Domain) -> StateTree {
        if isExtreme || branches.contains(path) {
            return domain.example(round / (domainStrides[path] ?? 1) % domain.exampleCount)
        }
        var stream = random.stream(path.streamName, index: round)
        return domain.sample(using: &stream)
    }
}
