/// A grid of a space that has been checked.
struct SpaceGrid {
    let path: SpacePath
    let count: Int
}

extension SearchSpace {
    /// The grids, sorted by their paths: the first changes fastest. They lie in maps and lists and nowhere else.
    var grids: [SpaceGrid] {
        var grids: [SpaceGrid] = []
        Parameter.map(self).addGrids(to: &grids, at: SpacePath())
        return grids.sorted { $0.path < $1.path }
    }
}

extension SearchSpace.Parameter {
    fileprivate func addGrids(to grids: inout [SpaceGrid], at path: SpacePath) {
        switch self {
        case .grid(let values): grids.append(SpaceGrid(path: path, count: values.count))
        case .list(let elements):
            for (index, element) in elements.enumerated() { element.addGrids(to: &grids, at: path.index(index)) }
        case .map(let space):
            for (key, parameter) in space.entries { parameter.addGrids(to: &grids, at: path.key(key)) }
        case .fixed, .domain, .conditional, .computed: break
        }
    }
}
