import Testing

@testable import ReinCheckpoints

@Suite("The memory of trees that are read")
struct TreeBudgetTests {
    private static func json(_ text: String, limit: Int) throws -> StateTree {
        let bytes = StateBytes(Array(text.utf8))
        return try bytes.withUnsafeBytes { bytes throws(StateError) in
            var parser = JSONParser(bytes: bytes, maximumDepth: 128, budget: TreeBudget(limit: limit))
            return try parser.document()
        }
    }

    private static func messagePack(_ tree: StateTree, limit: Int) throws -> StateTree {
        let bytes = StateBytes(try MessagePackCodec().encode(tree))
        return try MessagePackReader(bytes, budget: TreeBudget(limit: limit)).tree()
    }

    /// Trees of about a thousand values, in few bytes each.
    private static let trees: [StateTree] = [
        .list([StateTree](repeating: 0, count: 1000)),
        .list([StateTree](repeating: [], count: 1000)),
        .list([StateTree](repeating: [[0]], count: 500)),
        .list([StateTree](repeating: ["a": 0], count: 500)),
        .map(StateMap(uniqueEntries: (0..<1000).map { ("\($0)", .null) })),
        .list((0..<500).map { .string("a text that needs memory of its own, number \($0)") }),
        .map(StateMap(uniqueEntries: (0..<500).map { ("a key that needs memory of its own, number \($0)", true) })),
    ]

    @Test("A tree is refused when it would take more memory than there may be", arguments: trees.indices)
    func limits(index: Int) throws {
        let tree = Self.trees[index]
        #expect(try Self.json(JSON.text(tree), limit: 200_000) == tree)
        #expect(try Self.messagePack(tree, limit: 250_000) == tree)
        let json = stateError { _ = try Self.json(JSON.text(tree), limit: 20_000) }
        #expect(json?.code == .outOfRange)
        #expect(json?.message.hasSuffix("so many values that they would take more than 20000 bytes of memory") == true)
        #expect(stateError { _ = try Self.messagePack(tree, limit: 20_000) }?.code == .outOfRange)
    }

    @Test("Tokens of MessagePack take no more than half of it")
    func tokens() {
        let tree = StateTree.list([StateTree](repeating: 0, count: 1000))
        let error = stateError { _ = try Self.messagePack(tree, limit: 2 * 16 * 100) }
        #expect(error?.message == "MessagePack: more than 100 values")
    }

    @Test("Bytes and texts count by their length, and 160 MB are there for any file")
    func amounts() throws {
        #expect(stateError { _ = try Self.messagePack(.bytes([UInt8](repeating: 0, count: 5000)), limit: 5000) } != nil)
        #expect(TreeBudget(byteCount: 50_000_000).rest == 50_000_000 + 160 << 20)
        #expect(TreeBudget(byteCount: .max).rest == .max)
        #expect(MemoryLayout<StateTree>.stride <= 24)
    }
}
