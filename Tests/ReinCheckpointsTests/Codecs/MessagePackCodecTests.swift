import ReinCheckpoints
import Testing

@Suite("MessagePack")
struct MessagePackCodecTests {
    let codec = MessagePackCodec()

    /// Bytes written as hexadecimal digits and quoted text: `81 a1 'k' 01`.
    static func bytes(_ text: String) -> [UInt8] {
        text.split(separator: " ").flatMap { word -> [UInt8] in
            word.hasPrefix("'") ? Array(word.dropFirst().dropLast().utf8) : [UInt8(word, radix: 16) ?? 0]
        }
    }

    /// An array as msgpack-numpy writes it.
    static func array(
        type: String = "a3 '<f4'", kind: String = "c4 00", shape: String = "91 01", data: String
    ) -> String {
        "85 c4 02 'nd' c3 c4 04 'type' \(type) c4 04 'kind' \(kind) c4 05 'shape' \(shape) c4 04 'data' \(data)"
    }

    static let forms: [(StateTree, String)] = [
        (nil, "c0"), (1, "01"), (-1, "ff"), (-33, "d0 df"), (200, "cc c8"), (.int(.min), "d3 80 00 00 00 00 00 00 00"),
        (1.0, "cb 3f f0 00 00 00 00 00 00"), ("ab", "a2 'ab'"), (.bytes([1]), "c4 01 01"), ([nil], "91 c0"),
        (["k": true], "81 a1 'k' c3"),
        (.tensor(StateTensor([1] as [Float], shape: [1])), array(data: "c4 04 00 00 80 3f")),
        (.tensor(StateTensor([7] as [UInt8], shape: [])), array(type: "a3 '|u1'", shape: "90", data: "c4 01 07")),
    ]

    @Test("Values have the expected bytes", arguments: forms)
    func writing(tree: StateTree, text: String) throws {
        #expect(try codec.encode(tree) == Self.bytes(text))
        #expect(try codec.decode(Self.bytes(text)) == tree)
    }

    static let readable: [(String, StateTree)] = [
        ("ca 3f c0 00 00", 1.5), ("cd 00 01", 1), ("d3 00 00 00 00 00 00 00 01", 1), ("d9 01 'a'", "a"),
        ("db 00 00 00 00", ""), ("a0", ""), ("c4 00", .bytes([])), ("de 00 00", [:]), ("dd 00 00 00 01 c0", [nil]),
        ("82 00 c0 d0 ff c0", ["0": nil, "-1": nil]),
        ("81 cf ff ff ff ff ff ff ff ff c0", ["18446744073709551615": nil]),
        (
            "83 c4 02 'nd' c2 c4 04 'type' a3 '<f4' c4 04 'data' c4 04 00 00 80 3f",
            .tensor(StateTensor([1] as [Float], shape: []))
        ),
        (array(type: "a3 '>f4'", data: "c4 04 3f 80 00 00"), .tensor(StateTensor([1] as [Float], shape: [1]))),
        (array(type: "a2 'f4'", data: "c4 04 00 00 80 3f"), .tensor(StateTensor([1] as [Float], shape: [1]))),
        (
            "84 c4 02 'nd' c3 c4 04 'type' a3 '|u1' c4 05 'shape' 91 01 c4 04 'data' c4 01 07",
            .tensor(StateTensor([7] as [UInt8], shape: [1]))
        ),
        ("81 a2 'nd' c3", ["nd": true]),
    ]

    @Test("What others write is read", arguments: readable)
    func reading(text: String, tree: StateTree) throws {
        #expect(try codec.decode(Self.bytes(text)) == tree)
    }

    static let refused: [(String, StateError.Code)] = [
        ("c1", .malformed), ("c0 c0", .malformed), ("cf ff ff ff ff ff ff ff ff", .outOfRange),
        ("d4 00 00", .unsupportedFormat), ("d8 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", .unsupportedFormat),
        ("c7 00 00", .unsupportedFormat), ("a1 ff", .malformed), ("a2 c0 80", .malformed), ("81 a1 ff c0", .malformed),
        ("82 a1 'a' c0 a1 'a' c0", .malformed), ("82 a1 '0' c0 00 c0", .malformed), ("81 c0 c0", .malformed),
        ("81 cb 00 00 00 00 00 00 00 00 c0", .malformed), ("81 90 c0", .malformed), ("81 c4 01 'x' c0", .malformed),
        // Claims of gigantic containers and bodies.
        ("dd ff ff ff ff", .malformed), ("df ff ff ff ff", .malformed), ("c6 ff ff ff ff", .malformed),
        ("db ff ff ff ff", .malformed), ("dd ff ff ff ff c0 c0", .malformed), ("dc ff ff", .malformed),
        ("c9 ff ff ff ff 00", .unsupportedFormat),
        // Arrays that are not.
        (array(type: "a2 '|O'", kind: "c4 01 'O'", data: "c4 01 00"), .unsupportedFormat),
        (array(kind: "c4 01 'O'", data: "c4 04 00 00 00 00"), .unsupportedFormat),
        (array(kind: "c4 01 'V'", data: "c4 04 00 00 00 00"), .malformed),
        (array(type: "a3 '<c8'", data: "c4 08 00 00 00 00 00 00 00 00"), .unsupportedFormat),
        (array(shape: "91 02", data: "c4 04 00 00 00 00"), .wrongShape),
        (array(shape: "91 00", data: "c4 04 00 00 00 00"), .wrongShape),
        (array(shape: "91 ff", data: "c4 04 00 00 00 00"), .malformed),
        (array(shape: "92 cf 40 00 00 00 00 00 00 00 04", data: "c4 00"), .wrongShape),
        (array(shape: "92 cf 80 00 00 00 00 00 00 00 00", data: "c4 00"), .malformed),
        (array(shape: "c0", data: "c4 04 00 00 00 00"), .malformed),
        (array(data: "a4 '0000'"), .malformed),
        ("84 c4 02 'nd' c3 c4 04 'type' a3 '<f4' c4 04 'kind' c4 00 c4 04 'data' c4 04 00 00 00 00", .malformed),
        ("81 c4 02 'nd' c3", .malformed), ("82 c4 02 'nd' c3 c4 02 'nd' c3", .malformed),
        ("82 c4 02 'nd' c3 a1 'a' c0", .malformed), ("82 a1 'a' c0 c4 02 'nd' c3", .malformed),
        ("82 c4 07 'complex' c3 c4 04 'data' a2 '1j'", .malformed),
    ]

    @Test("What breaks the rules is refused", arguments: refused)
    func refusals(text: String, code: StateError.Code) throws {
        let error = try #require(throws: StateError.self) { try codec.decode(Self.bytes(text)) }
        #expect(error.code == code, "\(error)")
    }

    @Test("Bombs of depth are refused")
    func depthBombs() throws {
        #expect(throws: Never.self) { try codec.decode([UInt8](repeating: 0x91, count: 128) + [0xc0]) }
        #expect(throws: StateError.self) { try codec.decode([UInt8](repeating: 0x91, count: 129) + [0xc0]) }
        #expect(throws: StateError.self) { try codec.decode([UInt8](repeating: 0x91, count: 128) + [0x80]) }
        #expect(throws: StateError.self) { try codec.decode([UInt8](repeating: 0x91, count: 128) + [0x90]) }
        for byte: UInt8 in [0x91, 0x81] {
            #expect(throws: StateError.self) { try codec.decode([UInt8](repeating: byte, count: 1_000_000)) }
        }
        let level = Self.bytes("81 a1 'k'")
        #expect(throws: StateError.self) {
            try codec.decode((0..<100_000).flatMap { _ in level } + [0xc0])
        }
    }

    @Test("A long key over many elements costs no paths")
    func longKeys() throws {
        let key = [UInt8(0xdb), 0, 1, 0, 0] + [UInt8](repeating: UInt8(ascii: "k"), count: 65536)
        let elements = [UInt8(0xdc), 0xff, 0xff] + [UInt8](repeating: 0xc0, count: 65535)
        #expect(throws: Never.self) { try codec.decode([0x81] + key + elements) }
    }

    @Test("An error names the place in the tree")
    func places() throws {
        let error = try #require(throws: StateError.self) {
            try codec.decode(Self.bytes("81 a1 'a' 92 c0 81 a1 'b' " + Self.array(data: "c4 03 00 00 00")))
        }
        #expect(error.path == "a/1/b")
    }
}
