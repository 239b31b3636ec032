import ReinCheckpoints

extension [TrainableDefinition] {
    /// The definition of a name, of those that another process was given.
    ///
    /// - Throws: `StateError` when there is none, which names the nearest.
    func named(_ name: String) throws(StateError) -> TrainableDefinition {
        if let definition = first(where: { $0.name == name }) { return definition }
        let names = map(\.name)
        throw StateError(
            .notFound,
            unknownName(
                "the process cannot train \"\(name.shortened)\"", nearest: nearestName(to: name, in: names),
                rest: names.isEmpty ? "it has nothing" : "it has \(names.map { "\"\($0)\"" }.joined(separator: ", "))"))
    }
}
