/// Everything that goes wrong while a value is encoded, which goes on all the same.
///
/// Without one the first error ends the encoding; with one it is noted, and the place where it happened stays empty.
final class EncodingFaults {
    /// What is wrong, by places.
    private(set) var problems: [StateEncoder.Fault] = []
    /// The places of collections whose elements have no order of their own.
    private(set) var unordered: [String] = []
    private var values = 0
    private var depth = 0
    private var cuts = 0

    /// The largest number of values that are looked at.
    private static let maximumCount = 1_000_000
    /// The largest number of places that are too deep: objects that lead back to themselves have no end of them.
    private static let maximumCuts = 1_000
    /// The largest number of calls of `encode(to:)` inside one another: some make no list and no map.
    private static let maximumCalls = 4 * StateTree.maximumDepth

    /// Encodes a value into a node, and notes what goes wrong.
    func encode(_ value: some Encodable, into node: EncodingNode, codingPath: [any CodingKey]) {
        values += 1
        depth += 1
        defer { depth -= 1 }
        guard values <= Self.maximumCount else {
            if values == Self.maximumCount + 1 {
                note("is one more than the \(Self.maximumCount) values that are looked at", codingPath)
            }
            return
        }
        guard depth <= Self.maximumCalls else {
            note("calls encode(to:) inside itself without an end", codingPath)
            return
        }
        // Deeper than any file: the tree is found to be too deep.
        guard codingPath.count <= StateTree.maximumDepth, cuts < Self.maximumCuts else {
            cuts += 1
            return
        }
        if let collection = value as? any UnorderedCollection, collection.isUnordered {
            unordered.append(Self.path(codingPath))
        }
        do {
            try value.encode(to: NodeEncoder(node: node, codingPath: codingPath))
        } catch let error as EncodingError {
            guard case .invalidValue(let value, let context) = error else {
                note("\(error)", codingPath)
                return
            }
            let path = context.codingPath.count > codingPath.count ? context.codingPath : codingPath
            note(context.debugDescription.isEmpty ? "\(value) cannot be written" : context.debugDescription, path)
        } catch let error as StateError {
            problems.append(.init(path: joinedPath(Self.path(codingPath), error.path), message: error.message))
        } catch {
            note("\(error)", codingPath)
        }
        if node.isMixed {
            note("asks for two kinds of container, and only the first is filled", codingPath)
        }
    }

    /// Notes the keys that were written twice in the maps of a node.
    func noteRepeatedKeys(in node: EncodingNode, path: String = "") {
        switch node.content {
        case .leaf: break
        case .list(let nodes):
            for (index, node) in nodes.enumerated() { noteRepeatedKeys(in: node, path: joinedPath(path, "\(index)")) }
        case .map(let entries):
            var keys = KeyList<String>()
            for (key, node) in entries {
                let place = joinedPath(path, key)
                if !keys.insert(key) {
                    problems.append(.init(path: place, message: "is written twice, and only the last value is kept"))
                }
                noteRepeatedKeys(in: node, path: place)
            }
        }
    }

    @inline(never)
    private func note(_ message: String, _ codingPath: [any CodingKey]) {
        problems.append(.init(path: Self.path(codingPath), message: message))
    }

    private static func path(_ codingPath: [any CodingKey]) -> String {
        codingPath.reduce("") { joinedPath($0, $1.stringValue) }
    }
}

extension StateEncoder {
    /// Something that is wrong with a value, at a place.
    package struct Fault: Sendable, Hashable {
        /// The place: keys and list indices, joined by slashes.
        package let path: String
        /// What is wrong.
        package let message: String
    }

    /// What encoding a value comes to that may not be fit to be encoded.
    package struct Attempt: Sendable {
        /// The tree, which lacks what could not be encoded.
        package let tree: StateTree
        /// What went wrong, in the order in which it did.
        package let faults: [Fault]
        /// The places of sets and dictionaries whose elements are written in another order each time.
        package let unordered: [String]
    }

    /// Encodes a value, and goes on after what cannot be encoded.
    package func attempt(_ value: some Encodable) -> Attempt {
        let faults = EncodingFaults()
        // With faults to note, nothing is thrown.
        let node = try? EncodingNode(encoding: value, codingPath: [], faults: faults)
        if let node { faults.noteRepeatedKeys(in: node) }
        return Attempt(tree: node?.tree ?? .null, faults: faults.problems, unordered: faults.unordered)
    }
}

/// A collection whose elements may come in another order each time.
private protocol UnorderedCollection {
    var isUnordered: Bool { get }
}

extension Dictionary: UnorderedCollection {
    fileprivate var isUnordered: Bool { Key.self != String.self && count > 1 }
}

extension Set: UnorderedCollection {
    fileprivate var isUnordered: Bool { count > 1 }
}
