import ReinCheckpoints

extension SearchSpace {
    /// What the space leaves open, as searchers want to know it.
    ///
    /// - Throws: `StateError` for a grid, which is gone through and not searched, and for a key that two cases bring with
    ///   different domains.
    func searchParameters() throws(StateError) -> [SearchParameter] {
        var parameters: [SearchParameter] = []
        var places: [String: Int] = [:]
        for dimension in dimensions {
            let path = dimension.path.description
            guard case .domain(let domain) = dimension.choices else {
                throw StateError(
                    .unsupportedFormat, "a grid is gone through, not searched: a choice of its values can be",
                    path: path)
            }
            // The choices further outside are those that this one has conditions on.
            let condition = try dimension.conditions.last.map { condition throws(StateError) in
                let outer = condition.path.description
                guard let place = places[outer], case .categories(let cases) = parameters[place].domain else {
                    throw StateError(.malformed, "depends on \(outer), which is no choice before it", path: path)
                }
                return SearchParameter.Condition(outer, is: cases.values[condition.index])
            }
            guard let place = places[path] else {
                places[path] = parameters.count
                parameters.append(SearchParameter(path, domain, when: condition))
                continue
            }
            // Another case brings the same key.
            let known = parameters[place]
            guard let one = known.condition, let other = condition, known.domain == domain, one.path == other.path
            else {
                throw StateError(
                    .unsupportedFormat,
                    "is brought by two cases with different domains: give the key another name in one of them",
                    path: path)
            }
            parameters[place] = SearchParameter(
                path, domain, when: SearchParameter.Condition(one.path, isAnyOf: one.values + other.values))
        }
        return parameters
    }
}
