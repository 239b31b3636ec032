import ReinCheckpoints
import ReinSpaces
import Testing

@Suite("Rows of observations as they are written down")
struct ObservationReadingTests {
    static func encoding(_ parts: [ObservationPart]) throws -> ObservationEncoding {
        try ObservationEncoding(parts: parts)
    }

    static func row(_ encoding: ObservationEncoding, _ tree: StateTree, shape: [Int]? = nil) throws -> [Float] {
        let space = Box(-10...10, shape: shape ?? [encoding.width ?? 1])
        return try encoding.row(of: StateReader(tree, path: "observation"), in: space)
    }

    static let named = [
        ObservationPart(["position"], .numbers(shape: [2])),
        ObservationPart(["goal", "x"], .numbers(shape: [1])),
        ObservationPart(["flags"], .binary(shape: [2])),
        ObservationPart(["goal", "color"], .oneHot(counts: [3], starts: [1])),
    ]

    @Test("An object becomes the row of its parts, whatever the order of its names")
    func objects() throws {
        let encoding = try Self.encoding(Self.named)
        let row: [Float] = [0.5, 1, 4, 1, 0, 0, 1, 0]
        let trees: [StateTree] = [
            ["position": [0.5, 1], "goal": ["x": 4, "color": 2], "flags": [1, 0]],
            ["goal": ["color": 2, "x": [4.0]], "flags": [true, false], "position": [0.5, 1]],
            ["goal": ["color": [2], "x": [4]], "flags": [true, 0], "position": [0.5, 1]],
            [0.5, 1, 4, 1, 0, 0, 1, 0],
        ]
        for tree in trees { #expect(try Self.row(encoding, tree) == row) }
    }

    @Test("Arrays are flat or nested, row by row")
    func arrays() throws {
        let encoding = try Self.encoding([
            ObservationPart(["image"], .numbers(shape: [2, 2])), ObservationPart(["bits"], .binary(shape: [1, 2])),
        ])
        let row: [Float] = [1, 2, 3, 4, 0, 1]
        #expect(try Self.row(encoding, ["image": [[1, 2], [3, 4]], "bits": [[0, 1]]]) == row)
        #expect(try Self.row(encoding, ["image": [1, 2, 3, 4], "bits": [false, true]]) == row)
    }

    @Test("Tuples are lists, or objects of their indices")
    func tuples() throws {
        let encoding = try Self.encoding([
            ObservationPart(["0"], .oneHot(counts: [2], starts: [0])),
            ObservationPart(["1", "0"], .numbers(shape: [2])), ObservationPart(["1", "1"], .numbers(shape: [])),
        ])
        let row: [Float] = [0, 1, 5, 6, 7]
        let trees: [StateTree] = [
            [1, [[5, 6], 7]], ["0": 1, "1": ["0": [5, 6], "1": 7]], ["1": [[5, 6], 7], "0": 1], [0, 1, 5, 6, 7],
        ]
        for tree in trees { #expect(try Self.row(encoding, tree) == row) }
    }

    @Test("A tuple of as many elements as a row has numbers is one where an element is a list")
    func narrowTuples() throws {
        let encoding = try Self.encoding([
            ObservationPart(["0"], .numbers(shape: [1])), ObservationPart(["1"], .numbers(shape: [])),
        ])
        for tree in [[[3], 4], [3, 4]] as [StateTree] { #expect(try Self.row(encoding, tree) == [3, 4]) }
    }

    @Test("Indices count from their start, nested as they come")
    func indices() throws {
        let shifted = try Self.encoding([ObservationPart([], .oneHot(counts: [3], starts: [5]))])
        #expect(try Self.row(shifted, 6) == [0, 1, 0])
        #expect(try Self.row(shifted, [7]) == [0, 0, 1])
        #expect(try Self.row(shifted, [1, 0, 0]) == [1, 0, 0])
        #expect(shifted.row(of: [5]) == [1, 0, 0])
        #expect(shifted.row(of: [4]) == nil)
        #expect(shifted.row(of: [8]) == nil)
        #expect(shifted.counts == [3])
        let nested = try Self.encoding([ObservationPart(["a"], .oneHot(counts: [2, 2, 2], starts: [0, 0, 1]))])
        for tree in [["a": [[0, 1], [2]]], ["a": [0, 1, 2]]] as [StateTree] {
            #expect(try Self.row(nested, tree) == [1, 0, 0, 1, 0, 1])
        }
    }

    @Test("Observations that are bits, or numbers, are lists")
    func whole() throws {
        let bits = try Self.encoding([ObservationPart([], .binary(shape: [2, 2]))])
        #expect(try Self.row(bits, [[true, false], [0, 1]]) == [1, 0, 0, 1])
        #expect(try Self.row(bits, [true, false, 0, 1.0]) == [1, 0, 0, 1])
        #expect(throws: StateError.self) { try Self.row(bits, [1, 0, 0, 2]) }
        #expect(try Self.row(.numbers, [[1, 2], [3, 4]], shape: [2, 2]) == [1, 2, 3, 4])
        #expect(throws: StateError.self) { try Self.row(.numbers, [true], shape: [1]) }
    }

    /// An object of the named parts.
    static func object(
        position: StateTree = [0, 1], x: StateTree = 1, color: StateTree = 1, flags: StateTree = [0, 0]
    ) -> StateTree {
        ["position": position, "goal": ["x": x, "color": color], "flags": flags]
    }

    /// What is wrong with an observation, where that is said, and a word of what is said.
    static let wrong: [(tree: StateTree, path: String, word: String)] = [
        (["position": [0, 1], "flags": [0, 0]], "observation/goal", "missing"),
        (["position": [0, 1], "goal": ["x": 1], "flags": [0, 0]], "observation/goal/color", "missing"),
        (
            ["postion": [0, 1], "goal": ["x": 1, "color": 1], "flags": [0, 0]], "observation/postion",
            "did you mean \"position\"?"
        ),
        (
            ["position": [0, 1], "goal": ["x": 1, "color": 1, "colour": 2], "flags": [0, 0]],
            "observation/goal/colour", "did you mean \"color\"?"
        ),
        (object(position: [0]), "observation/position", "2 numbers, found 1"),
        (object(position: 3), "observation/position", "2 numbers, found 1"),
        (object(position: [0, "a"]), "observation/position/1", "string"),
        (object(position: [0, 1e300]), "observation/position/1", "finite"),
        (object(position: [0, true]), "observation/position/1", "boolean"),
        (object(x: nil), "observation/goal/x", "null"),
        (object(x: [1, 2]), "observation/goal/x", "1 number, found 2"),
        (object(color: 0), "observation/goal/color", "1 to 3"),
        (object(color: 4), "observation/goal/color", "1 to 3"),
        (object(color: 1.5), "observation/goal/color", "integer"),
        (object(color: [1, 2]), "observation/goal/color", "1 index"),
        (object(flags: [0, 2]), "observation/flags/1", "0 or 1"),
        (["position": [0, 1], "goal": [1, 2], "flags": [0, 0]], "observation/goal", "\"x\", \"color\""),
        ([1, 2, 3], "observation", "a row of 8 numbers, found list of 3"),
        (["position", 1, 2, 3, 4, 5, 6, 7], "observation/0", "string"),
        ("position", "observation", "an object with \"position\", \"goal\", \"flags\""),
        (nil, "observation", "found null"),
    ]

    @Test("What does not fit is named with its place", arguments: wrong.indices)
    func errors(index: Int) throws {
        let (tree, path, word) = Self.wrong[index]
        let encoding = try Self.encoding(Self.named)
        let error = #expect(throws: StateError.self) { try Self.row(encoding, tree) }
        #expect(error?.path == path)
        #expect(error?.message.contains(word) == true, "\(String(describing: error))")
    }
}
