import ReinCheckpoints

/// How the settings of a trial are changed when another one takes them over.
struct Exploration: Sendable {
    /// The parameters that are changed, in the order of their paths.
    let parameters: [(path: SpacePath, mutation: Mutation)]
    /// How likely it is that a parameter is drawn anew.
    let resampleProbability: Double
    /// What numbers are multiplied by, all equally likely.
    let factors: [Double]
    /// Whether numbers stay in their domains. Otherwise they are multiplied as Ray does it: see `PopulationBasedTraining`.
    let staysInDomain: Bool

    /// Makes an exploration.
    ///
    /// - Throws: `StateError` for paths that name nothing or lie inside one another, lists without values, factors that are
    ///   none, and a probability outside 0...1.
    init(
        _ mutations: [String: Mutation], resampleProbability: Double, factors: [Double], staysInDomain: Bool
    ) throws(StateError) {
        var parameters: [(path: SpacePath, mutation: Mutation)] = []
        for (text, mutation) in mutations.sorted(byBytesOf: \.key) {
            if case .list(let values) = mutation, values.isEmpty {
                throw StateError(.outOfRange, "there is nothing to choose from", path: "mutations/\(text)")
            }
            do {
                parameters.append((try SpacePath(keys: text), mutation))
            } catch {
                throw error.nested(under: "mutations")
            }
        }
        let paths = Set(parameters.map(\.path))
        for parameter in parameters {
            guard let outer = parameter.path.ancestors.first(where: paths.contains) else { continue }
            throw StateError(
                .alreadyExists, "\"\(outer.description.shortened)\" is changed as a whole",
                path: "mutations/\(parameter.path.description)")
        }
        guard (0...1).contains(resampleProbability) else {
            throw StateError(.outOfRange, "\(resampleProbability) is no probability", path: "resampleProbability")
        }
        guard !factors.isEmpty, factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw StateError(
                .outOfRange, "expected finite numbers above 0, at least one, found \(factors)", path: "factors")
        }
        self.parameters = parameters
        self.resampleProbability = resampleProbability
        self.factors = factors
        self.staysInDomain = staysInDomain
    }

    /// Checks the settings that a trial begins with.
    ///
    /// - Throws: `StateError` for what is no map where one is needed, and for what is no number where numbers are changed.
    func check(_ configuration: StateMap) throws(StateError) {
        for (path, mutation) in parameters {
            try path.checkWay(in: configuration)
            guard let value = configuration.value(at: path), case .domain(let domain) = mutation else { continue }
            if case .categories = domain { continue }
            guard value.finiteNumber != nil else {
                throw StateError(.wrongType, "expected a finite number, found \(value.summary)", path: path.description)
            }
        }
    }

    /// The settings with values drawn at random for the parameters that they lack; nil when they lack none.
    func filled(_ configuration: StateMap, using draws: inout any PopulationDraws) -> StateMap? {
        var filled = configuration
        var isChanged = false
        for (path, mutation) in parameters where configuration.value(at: path) == nil {
            path.set(draws.value(of: mutation, at: path), in: &filled)
            isChanged = true
        }
        return isChanged ? filled : nil
    }

    /// The settings with every parameter changed.
    func explored(_ configuration: StateMap, using draws: inout any PopulationDraws) -> StateMap {
        var explored = configuration
        for (path, mutation) in parameters {
            let value = configuration.value(at: path)
            path.set(changed(value, by: mutation, at: path, using: &draws), in: &explored)
        }
        return explored
    }
}
