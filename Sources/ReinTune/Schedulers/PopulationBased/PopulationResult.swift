import ReinCheckpoints

/// The numbers of a result that the population is compared by.
struct PopulationResult {
    private let tree: StateTree

    init(_ tree: StateTree) { self.tree = tree }

    /// The number of a name, which leads through maps inside one another where it has slashes.
    ///
    /// - Parameters:
    ///   - name: the name.
    ///   - isRequired: whether it is an error that there is none; otherwise nil is returned.
    /// - Throws: `StateError` for what is missing or no number.
    func number(_ name: String, isRequired: Bool) throws(StateError) -> Double? {
        switch Self.value(name[...], in: tree) {
        case .int(let value)?: return Double(value)
        case .double(let value)?: return value
        case let value?:
            throw StateError(.wrongType, "expected a number, found \(value.summary)", path: "result/\(name)")
        case nil where isRequired: throw missing(name)
        case nil: return nil
        }
    }

    private static func value(_ name: Substring, in tree: StateTree) -> StateTree? {
        guard case .map(let map) = tree else { return nil }
        if let value = map[String(name)] { return value }
        guard let slash = name.firstIndex(of: "/"), let inner = map[String(name[..<slash])] else { return nil }
        return value(name[name.index(after: slash)...], in: inner)
    }

    private func missing(_ name: String) -> StateError {
        var names: [String] = []
        if case .map(let map) = tree { names = map.keys }
        let listed = names.prefix(20).map { "\"\($0.shortened)\"" }.joined(separator: ", ")
        let rest = "the result has \(names.isEmpty ? "none" : listed)\(names.count > 20 ? ", ..." : "")"
        return StateError(
            .missingKey,
            unknownName(
                "there is no metric \"\(name.shortened)\"", nearest: nearestName(to: name, in: names), rest: rest),
            path: "result")
    }
}
