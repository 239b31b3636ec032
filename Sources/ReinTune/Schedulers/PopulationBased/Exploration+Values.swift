import ReinCheckpoints

/// How the value of one parameter is changed.
extension Exploration {
    /// Another value for one that lies at a path; one drawn at random where there is none.
    func changed(
        _ value: StateTree?, by mutation: Mutation, at path: SpacePath, using draws: inout any PopulationDraws
    ) -> StateTree {
        let drawsAnew = draws.drawsAnew(path, probability: resampleProbability)
        guard let value else { return draws.value(of: mutation, at: path) }
        switch mutation {
        case .list(let values):
            guard !drawsAnew, let place = values.place(of: value) else { return draws.value(of: mutation, at: path) }
            return values.neighbor(of: place, isNext: draws.movesUp(path))
        case .domain(let domain):
            if drawsAnew {
                let sample = draws.value(of: mutation, at: path)
                return staysInDomain ? sample : asRay(sample, instead: value)
            }
            if !staysInDomain { return multiplied(value, at: path, using: &draws) }
            if case .categories(let categories) = domain {
                return moved(value, in: categories, at: path, using: &draws)
                    ?? draws.value(of: mutation, at: path)
            }
            guard let number = value.finiteNumber else { return draws.value(of: mutation, at: path) }
            return domain.scaled(number, by: draws.factor(among: factors, at: path))
        }
    }

    /// The neighbour of a category that is a number, another category itself; nil for what is none that can be taken.
    private func moved(
        _ value: StateTree, in domain: CategoryDomain, at path: SpacePath, using draws: inout any PopulationDraws
    ) -> StateTree? {
        let values = zip(domain.values, domain.weights ?? domain.values.map { _ in 1 }).filter { $0.1 > 0 }.map(\.0)
        let numbers = values.compactMap(\.finiteNumber)
        guard numbers.count == values.count else { return values.place(of: value).map { values[$0] } }
        let ladder = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }.map { values[$0] }
        return ladder.place(of: value).map { ladder.neighbor(of: $0, isNext: draws.movesUp(path)) }
    }

    /// The product of a number and a factor as Ray has it, which no domain counts for. What is no number stays as it is.
    private func multiplied(
        _ value: StateTree, at path: SpacePath, using draws: inout any PopulationDraws
    ) -> StateTree {
        guard let number = value.finiteNumber else { return value }
        return asRay(.double(number * draws.factor(among: factors, at: path)), instead: value)
    }

    /// A value that takes the place of another one as in Ray: whole where that was whole, cut. The other one stays where
    /// this would be infinite.
    private func asRay(_ value: StateTree, instead old: StateTree) -> StateTree {
        guard case .double(let number) = value else { return value }
        guard number.isFinite else { return old }
        guard case .int = old else { return value }
        return Int64(exactly: number.rounded(.towardZero)).map(StateTree.int) ?? old
    }
}

extension [StateTree] {
    /// The place of a value. A number stands for an equal one of the other kind.
    fileprivate func place(of value: StateTree) -> Int? {
        if let place = firstIndex(of: value) { return place }
        guard let number = value.finiteNumber else { return nil }
        return firstIndex { $0.finiteNumber == number }
    }

    /// The value after or before that of a place; the value itself at an end.
    fileprivate func neighbor(of place: Int, isNext: Bool) -> StateTree {
        self[Swift.min(Swift.max(place + (isNext ? 1 : -1), 0), count - 1)]
    }
}

extension StateTree {
    /// The number that this is; nil for everything else, what is not finite included.
    var finiteNumber: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value) where value.isFinite: value
        default: nil
        }
    }
}
