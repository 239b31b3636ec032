import ReinCheckpoints
import ReinTune

extension SearchSpace {
    /// The space of a JSON text.
    init(_ text: String) throws { try self.init(from: JSON.parse(text)) }
}

extension StateMap {
    /// The map of a JSON text.
    init(_ text: String) throws {
        guard case .map(let map) = try JSON.parse(text) else { throw StateError(.wrongType, "no map") }
        self = map
    }
}

/// What an error says, with its place.
func fault(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}
