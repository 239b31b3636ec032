import Testing

@testable import ReinCheckpoints

@Suite("Files that another library reads, too")
struct EmbeddedStateTests {
    static let weight = StateTensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    static let bias = StateTensor([7, 8, 9] as [Float], shape: [3])
    static let state: StateTree = [
        "network": ["weight": .tensor(weight), "bias": .tensor(bias)],
        "moments": [.tensor(StateTensor([1, 2, 3, 4, 5, 6, 7, 8, 9] as [Float], shape: [9])), nil],
        "$tensor": ["$$": 1], "own": .tensor(StateTensor([0] as [Float], shape: [])),
    ]
    static func entries() throws -> StateMap {
        ["layers": [["w": .tensor(try weight.transposed()), "b": .tensor(bias)]], "version": "1.1"]
    }
    static let references: [String: TensorReference] = [
        "network/weight": .init([.init(["layers", "0", "w"], isTransposed: true)]),
        "network/bias": .init([.init(["layers", "0", "b"])]),
        "moments/0": .init([.init(["layers", "0", "w"], isTransposed: true), .init(["layers", "0", "b"])]),
    ]

    /// The number of tensors in a tree.
    static func tensorCount(_ tree: StateTree) -> Int {
        switch tree {
        case .tensor: 1
        case .list(let elements): elements.reduce(0) { $0 + tensorCount($1) }
        case .map(let map): map.entries.reduce(0) { $0 + tensorCount($1.value) }
        default: 0
        }
    }

    @Test("Our tree comes back from it, and tensors that both have are stored once")
    func roundTrip() throws {
        let file = EmbeddedState.tree(try Self.entries(), holding: Self.state, references: Self.references)
        #expect(Self.tensorCount(file) == 3)
        let sink = MemorySink()
        try MessagePackCodec().encode(file: file, to: sink)
        let read = try MessagePackCodec().decode(sink.bytes)
        let same = read == Self.state
        #expect(same)
    }

    @Test("A reference to other numbers is not used")
    func mistakenReference() throws {
        var references = Self.references
        references["network/bias"] = .init([.init(["layers", "0", "w"])])
        references["network/weight"] = .init([.init(["layers", "0", "w"])])
        references["moments/0"] = .init([.init(["nowhere"])])
        let file = EmbeddedState.tree(try Self.entries(), holding: Self.state, references: references)
        #expect(Self.tensorCount(file) == 6)
        let same = try EmbeddedState.state(of: file) == Self.state
        #expect(same)
    }

    @Test("A tree of ours that looks like such a file comes back as it is")
    func lookalike() throws {
        let tree: StateTree = ["rein": ["$tensor": [["at": ["other"]]], "shape": [1]], "other": 1]
        let codec = MessagePackCodec()
        let same = try codec.decode(codec.encode(tree)) == tree
        #expect(same)
    }

    @Test("References that lead nowhere are refused, with their place")
    func refusals() throws {
        let shape: StateTree = [2, 3]
        let wrong: [StateTree] = [
            ["$tensor": [["at": ["layers", "1", "w"]]], "shape": shape],
            ["$tensor": [["at": ["layers", "0", "w"]]], "shape": [5]],
            ["$tensor": [["at": ["layers", "0", "w"]]], "shape": [-2, -3]],
            ["$tensor": [["at": ["version"]]], "shape": shape], ["$tensor": [], "shape": shape],
            ["$tensor": [["at": "layers"]], "shape": shape], ["$tensor": [["at": []]]],
            ["$tensor": [["at": ["layers", "0", "w"], "mirrored": true]], "shape": shape],
        ]
        for tree in wrong {
            var file = try Self.entries()
            file["rein"] = ["place": tree]
            let error = try #require(throws: StateError.self) { _ = try EmbeddedState.state(of: .map(file)) }
            #expect(error.path.hasPrefix("rein/place"))
        }
    }

    @Test("No file grows when it is read: a tensor is referred to a few times, and never for more than a shape holds")
    func amplification() throws {
        let piece: StateTree = ["at": ["layers", "0", "w"]]
        var file = try Self.entries()
        file["rein"] = ["place": ["$tensor": .list(Array(repeating: piece, count: 1000)), "shape": [6]]]
        #expect(throws: StateError.self) { _ = try EmbeddedState.state(of: .map(file)) }
        let whole: StateTree = ["$tensor": [piece], "shape": [2, 3]]
        for (count, isRead) in [(8, true), (9, false)] {
            file["rein"] = ["places": .list(Array(repeating: whole, count: count))]
            #expect(((try? EmbeddedState.state(of: .map(file))) != nil) == isRead)
        }
        // Another word for the same element of a list.
        file["rein"] = ["place": ["$tensor": [["at": ["layers", "00", "w"]]], "shape": [2, 3]]]
        #expect(throws: StateError.self) { _ = try EmbeddedState.state(of: .map(file)) }
    }

    @Test("A matrix of any type of elements is transposed")
    func transposition() throws {
        let doubles = StateTensor([1, 2, 3, 4, 5, 6] as [Double], shape: [3, 2])
        let transposed = try doubles.transposed()
        #expect(transposed.shape == [2, 3])
        #expect(try transposed.doubles() == [1, 3, 5, 2, 4, 6])
        #expect(try Self.weight.transposed().floats() == [1, 4, 2, 5, 3, 6])
        #expect(try Self.bias.transposed() == Self.bias)
        #expect(throws: StateError.self) { try StateTensor([1] as [Float], shape: [1, 1, 1]).transposed() }
    }
}
