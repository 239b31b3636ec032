#if Serving
/// The models of a repository by their names, and in an order.
struct ModelTable: Sendable {
    /// The models in the order in which they came.
    private(set) var entries: [ModelEntry] = []
    private var places: [String: ModelEntry] = [:]

    /// The model of a name.
    subscript(name: String) -> ModelEntry? { places[name] }

    /// Adds a model of a new name.
    mutating func add(_ entry: ModelEntry) {
        entries.append(entry)
        places[entry.name] = entry
    }

    /// Takes models out.
    mutating func remove(_ names: Set<String>) {
        entries.removeAll { names.contains($0.name) }
        for name in names { places[name] = nil }
    }
}
#endif
