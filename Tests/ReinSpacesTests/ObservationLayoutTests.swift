import ReinCheckpoints
import ReinSpaces
import Testing

@Suite("Layouts of observations that have parts")
struct ObservationLayoutTests {
    static let parts = [
        ObservationPart(["position"], .numbers(shape: [2])),
        ObservationPart(["goal", "x"], .numbers(shape: [])),
        ObservationPart(["goal", "color"], .oneHot(counts: [3, 2], starts: [1, -4])),
        ObservationPart(["flags"], .binary(shape: [2, 2])),
    ]

    @Test("Parts stand side by side")
    func sizes() throws {
        let layout = try ObservationLayout(Self.parts)
        #expect(layout.offsets == [0, 2, 3, 8])
        #expect(layout.width == 12)
        #expect(layout.parts.map(\.width) == [2, 1, 5, 4])
        #expect(
            layout.description == "position: 2 numbers; goal/x: 1 number; "
                + "goal/color: one of 3 from 1 on and one of 2 from -4 on; flags: 2 x 2 bits")
        let encoding = ObservationEncoding(layout)
        #expect(encoding == .parts(layout))
        #expect(encoding.width == 12)
        #expect(encoding.parts == Self.parts)
        #expect(encoding.counts == nil)
    }

    @Test("The plainest encoding is chosen")
    func plainest() throws {
        func encoding(_ kind: ObservationPart.Kind) throws -> ObservationEncoding {
            try ObservationEncoding(parts: [ObservationPart([], kind)])
        }
        #expect(try encoding(.numbers(shape: [2, 3])) == .numbers)
        #expect(try encoding(.oneHot(counts: [3, 2], starts: [0, 0])) == .oneHot(counts: [3, 2]))
        for kind in [ObservationPart.Kind.oneHot(counts: [3], starts: [1]), .binary(shape: [3])] {
            let encoding = try encoding(kind)
            #expect(encoding == .parts(try ObservationLayout([ObservationPart([], kind)])))
            #expect(encoding.width == 3)
        }
        #expect(ObservationEncoding.numbers.width == nil)
        #expect(ObservationEncoding.numbers.parts.isEmpty)
        #expect(ObservationEncoding.oneHot(counts: [3, 2]).width == 5)
    }

    @Test("Encodings survive being saved, and those without parts are saved as ever")
    func storage() throws {
        let encodings: [(ObservationEncoding, StateTree)] = [
            (.numbers, []), (.oneHot(counts: [3, 2]), [3, 2]),
            (
                try ObservationEncoding(parts: [
                    ObservationPart(["a", "b"], .numbers(shape: [2])), ObservationPart(["c"], .binary(shape: [])),
                    ObservationPart(["d"], .oneHot(counts: [3], starts: [1])),
                ]),
                [
                    "parts": [
                        ["path": ["a", "b"], "kind": "numbers", "shape": [2]],
                        ["path": ["c"], "kind": "binary", "shape": []],
                        ["path": ["d"], "kind": "oneHot", "counts": [3], "starts": [1]],
                    ]
                ]
            ),
        ]
        for (encoding, tree) in encodings {
            #expect(StateEncoder().encode(encoding) == tree)
            #expect(try StateDecoder().decode(ObservationEncoding.self, from: tree) == encoding)
        }
        let plain: StateTree = ["parts": [["path": [], "kind": "oneHot", "counts": [3], "starts": [0]]]]
        #expect(try StateDecoder().decode(ObservationEncoding.self, from: plain) == .oneHot(counts: [3]))
    }

    /// Parts that no layout has, and a word of what is said about them.
    static let impossible: [(parts: [ObservationPart], word: String)] = [
        ([], "parts"),
        ([ObservationPart(["a"], .numbers(shape: [2, 0]))], "shape"),
        ([ObservationPart(["a"], .numbers(shape: [-1]))], "shape"),
        ([ObservationPart(["a"], .binary(shape: [1 << 40, 1 << 40]))], "shape"),
        ([ObservationPart(["a"], .numbers(shape: [Int](repeating: 1, count: 65)))], "shape"),
        ([ObservationPart(["a"], .oneHot(counts: [], starts: []))], "values"),
        ([ObservationPart(["a"], .oneHot(counts: [0], starts: [0]))], "values"),
        ([ObservationPart(["a"], .oneHot(counts: [1 << 24, 1], starts: [0, 0]))], "values"),
        ([ObservationPart(["a"], .oneHot(counts: [2, 3], starts: [0]))], "starts"),
        ([ObservationPart(["a"], .oneHot(counts: [2], starts: [.max]))], "no number"),
        ([ObservationPart(["a"], .numbers(shape: [])), ObservationPart(["a"], .numbers(shape: []))], "same path"),
        ([ObservationPart(["a"], .numbers(shape: [])), ObservationPart(["a", "b"], .numbers(shape: []))], "inside"),
        ([ObservationPart(["a", "b"], .numbers(shape: [])), ObservationPart(["a"], .numbers(shape: []))], "inside"),
        ([ObservationPart([], .numbers(shape: [])), ObservationPart(["b"], .numbers(shape: []))], "inside"),
        (
            [ObservationPart(["a"], .numbers(shape: [1 << 24])), ObservationPart(["b"], .numbers(shape: []))],
            "in all"
        ),
        ([ObservationPart([String](repeating: "a", count: 17), .numbers(shape: []))], "16 names"),
        ([ObservationPart([String(repeating: "a", count: 1025)], .numbers(shape: []))], "1,024 bytes"),
    ]

    @Test("Parts that no row can have are an error, also in a file", arguments: impossible.indices)
    func impossibleParts(index: Int) throws {
        let (parts, word) = Self.impossible[index]
        let error = #expect(throws: StateError.self) { try ObservationLayout(parts) }
        #expect(error?.description.contains(word) == true, "\(String(describing: error))")
        let tree: StateTree = ["parts": StateEncoder().encode(parts)]
        let found = #expect(throws: StateError.self) {
            try StateDecoder().decode(ObservationEncoding.self, from: tree)
        }
        #expect(found?.description.contains(word) == true, "\(String(describing: found))")
    }

    @Test(
        "What is no encoding is an error",
        arguments: [
            "numbers", ["parts": 3], ["part": []], ["parts": [["path": ["a"], "kind": "oneHot", "counts": [2]]]],
            ["parts": [["kind": "binary", "shape": [2]]]], ["parts": [["path": "a", "kind": "binary", "shape": [2]]]],
            [1.5], [0], [-1], [.int(1 << 25)],
        ] as [StateTree])
    func damaged(tree: StateTree) {
        #expect(throws: StateError.self) { try StateDecoder().decode(ObservationEncoding.self, from: tree) }
    }

    @Test("An unknown kind is named with the nearest")
    func unknownKind() {
        let tree: StateTree = ["parts": [["path": ["a"], "kind": "onehot", "counts": [2], "starts": [0]]]]
        let error = #expect(throws: StateError.self) {
            try StateDecoder().decode(ObservationEncoding.self, from: tree)
        }
        #expect(error?.message.contains("did you mean \"oneHot\"?") == true, "\(String(describing: error))")
        #expect(error?.path.hasPrefix("parts/0") == true)
    }
}
