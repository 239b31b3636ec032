import ReinCheckpoints

/// Data that Ray would take for a pickle.
extension StateTree {
    private static let typeKey = "_type"
    private static let pickleType: StateTree = "CLOUDPICKLE_FALLBACK"

    /// The tree with no map in it that Ray takes for a pickle and opens when it reads JSON, which may run any program: such
    /// a map loses its type.
    var withoutPickles: StateTree { holdsPickle ? disarmed : self }

    private var holdsPickle: Bool {
        switch self {
        case .map(let map): Self.isPickle(map) || map.contains { $0.value.holdsPickle }
        case .list(let elements): elements.contains(where: \.holdsPickle)
        case .null, .bool, .int, .double, .string, .bytes, .tensor: false
        }
    }

    private var disarmed: StateTree {
        switch self {
        case .map(let map):
            .map(
                StateMap(
                    uniqueEntries: map.entries.map { key, value in
                        (key, key == Self.typeKey && Self.isPickle(map) ? .null : value.disarmed)
                    }))
        case .list(let elements): .list(elements.map(\.disarmed))
        case .null, .bool, .int, .double, .string, .bytes, .tensor: self
        }
    }

    private static func isPickle(_ map: StateMap) -> Bool { map[typeKey] == pickleType }
}
