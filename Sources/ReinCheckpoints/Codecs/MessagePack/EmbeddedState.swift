/// The tree of a MessagePack file that another library reads as its own: its entries, and under one more key a whole
/// tree of ours, whose tensors point at those of the other library where they are the same.
///
///     {"weights": {...}, "policy_spec": {...}, ..., "rein": {"version": 1, "network": {...}, ...}}
///
/// What the other library makes of its entries is not known here: whoever writes the file says it, and reading ours
/// takes no more than following the references.
package enum EmbeddedState {
    /// The key of our tree.
    package static let key = "rein"

    private static let useLimit = 8

    /// The tree of a file.
    ///
    /// - Parameters:
    ///   - entries: what the other library reads.
    ///   - state: our tree.
    ///   - references: where tensors of ours lie in `entries`, by their paths in `state`, joined by slashes. A reference
    ///     that does not lead to the very same tensor is not used.
    package static func tree(
        _ entries: StateMap, holding state: StateTree, references: [String: TensorReference]
    ) -> StateTree {
        var file = entries
        file[key] = replacingTensors(in: state, at: "", by: references, root: .map(entries))
        return .map(file)
    }

    /// The tree of a file that holds a tree of ours and nothing else: the tree itself, unless it could be taken for that
    /// of a file with an embedded state.
    static func plain(_ state: StateTree) -> StateTree {
        guard case .map(let map) = state, map.count > 1, case .map? = map[key] else { return state }
        return tree(["format": .string(key)], holding: state, references: [:])
    }

    /// Our tree, of a file that holds one; nil when the file holds no other library's entries, or none of ours.
    ///
    /// - Throws: `StateError` when a reference leads nowhere.
    static func state(of file: StateTree) throws(StateError) -> StateTree? {
        guard case .map(let entries) = file, entries.count > 1, let state = entries[key], case .map = state else {
            return nil
        }
        var uses = Table<String, Int>()
        return try followingReferences(StateReader(state, path: key), root: file, uses: &uses)
    }

    private static func replacingTensors(
        in tree: StateTree, at path: String, by references: [String: TensorReference], root: StateTree
    ) -> StateTree {
        func below(_ key: String) -> String { path.isEmpty ? key : "\(path)/\(key)" }
        switch tree {
        case .tensor(let tensor):
            guard let reference = references[path],
                let found = try? reference.tensor(shape: tensor.shape, in: root), found == tensor
            else { return tree }
            return reference.tree(shape: tensor.shape)
        case .list(let elements):
            return .list(
                elements.enumerated().map {
                    replacingTensors(in: $1, at: below(String($0)), by: references, root: root)
                })
        case .map(let map):
            // Keys that could be taken for those of a reference get a mark more.
            return .map(
                StateMap(
                    uniqueEntries: map.entries.map { key, value in
                        (
                            key.hasPrefix("$") ? "$" + key : key,
                            replacingTensors(in: value, at: below(key), by: references, root: root)
                        )
                    }))
        default: return tree
        }
    }

    /// - Parameter uses: how often references led to each place: there is a limit, so that no file grows when read.
    private static func followingReferences(
        _ reader: StateReader, root: StateTree, uses: inout Table<String, Int>
    ) throws(StateError) -> StateTree {
        switch reader.tree {
        case .list:
            var elements: [StateTree] = []
            for element in try reader.list() {
                elements.append(try followingReferences(element, root: root, uses: &uses))
            }
            return .list(elements)
        case .map(let map) where map[TensorReference.key] != nil:
            let (reference, shape) = try TensorReference.read(reader)
            for piece in reference.pieces {
                // With their lengths, since keys may hold whatever stands between them.
                let place = piece.place.map { "\($0.utf8.count):\($0)" }.joined()
                let count = (uses[place] ?? 0) + 1
                uses.set(count, for: place)
                guard count <= useLimit else {
                    throw reader.error(.malformed, "refers to a tensor that \(useLimit) others refer to already")
                }
            }
            do {
                return .tensor(try reference.tensor(shape: shape, in: root))
            } catch {
                throw reader.error(error.code, "refers to what cannot be used: \(error)")
            }
        case .map:
            var map = StateMap()
            for (key, value) in try reader.map() {
                let plain = key.hasPrefix("$") ? String(key.dropFirst()) : key
                guard map.append(plain, try followingReferences(value, root: root, uses: &uses)) else {
                    throw value.error(.malformed, "the key appears twice")
                }
            }
            return .map(map)
        default: return reader.tree
        }
    }
}
