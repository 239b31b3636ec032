import ReinCheckpoints
import Testing

@Suite("Native files")
struct NativeCodecTests {
    let codec = NativeCodec()

    /// A safetensors file of a header and data.
    static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
        let count = UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + Array(header.utf8) + data
    }

    /// A header with Rein's metadata.
    static func header(state: String, _ tensors: String...) -> String {
        let metadata = #""__metadata__":{"format":"rein","version":"1","state":\#(JSON.text(.string(state)))}"#
        return "{\(([metadata] + tensors).joined(separator: ","))}"
    }

    static func tensor(
        _ name: String, _ type: String = "F32", _ shape: String = "[1]", _ offsets: String = "[0,4]"
    ) -> String {
        #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }

    /// The header of a file and where its data begins.
    static func parts(of file: [UInt8]) throws -> (header: StateReader, start: Int) {
        let start = 8 + file[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        return (StateReader(try JSON.parse(Array(file[8..<start]))), start)
    }

    @Test("The file says what it holds")
    func form() throws {
        let file = try codec.encode(["a": .tensor(StateTensor([1] as [Float], shape: [1])), "b": nil])
        let expected = Self.header(state: #"{"a":{"$tensor":true},"b":null}"#, Self.tensor("a"))
        let (_, start) = try Self.parts(of: file)
        let header = String(decoding: file[8..<start], as: UTF8.self)
        #expect(header == expected + String(repeating: " ", count: start - 8 - expected.utf8.count))
        #expect(Array(file[start...]) == [0, 0, 0x80, 0x3f])
    }

    @Test("A mapped file is the parameter buffer: aligned to 64 bytes, in the order of the tree, without holes")
    func parameterBuffer() throws {
        var parameters: [Float] = []
        var layers = StateMap()
        for layer in 0..<3 {
            let weights = (0..<35).map { Float(layer * 100 + $0) }
            let biases = (0..<7).map { Float(-layer * 100 - $0) }
            layers["\(layer)"] = [
                "weight": .tensor(StateTensor(weights, shape: [5, 7])),
                "bias": .tensor(StateTensor(biases, shape: [7])),
            ]
            parameters += weights + biases
        }
        let tree: StateTree = [
            "flags": .tensor(StateTensor([1, 0, 1] as [UInt8], shape: [3])), "name": "n", "network": .map(layers),
        ]
        let directory = try TemporaryDirectory()
        let path = directory.path("policy")
        try CheckpointDirectory.writePolicy(to: path, format: .native, policy: tree, synchronizing: false)

        let file = try readFile(path + "/policy_state.safetensors")
        let start = 8 + Int(file.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
        #expect(start.isMultiple(of: 64))
        file.withUnsafeBytes { bytes in
            #expect(UInt(bitPattern: bytes.baseAddress.map { $0 + start }).isMultiple(of: 64))
            let mapped = UnsafeRawBufferPointer(rebasing: bytes[start..<start + parameters.count * 4])
            #expect(Array(mapped.bindMemory(to: Float.self)) == parameters)
        }
    }

    @Test("Elements of eight bytes come first, those of one last, each group in the order of the tree")
    func order() throws {
        let types: [StateTensor.ElementType] = [.uint8, .float32, .float64, .float16, .int64, .bool, .int32]
        let tree = StateTree.list(types.map { .tensor(SampleTrees.tensor($0, [3])) })
        let (header, _) = try Self.parts(of: try codec.encode(tree))
        let offsets = try types.indices.map { try header.child("\($0)").list("data_offsets")[0].int() }
        #expect(types.indices.sorted { offsets[$0] < offsets[$1] } == [2, 4, 1, 6, 3, 0, 5])
        for (type, offset) in zip(types, offsets) { #expect(offset.isMultiple(of: type.size)) }
    }

    @Test("Files that other writers arrange differently are read")
    func foreignOrder() throws {
        let file = Self.file(
            Self.header(
                state: #"[{"$tensor":true},{"$tensor":true}]"#, Self.tensor("1", "U8", "[2]", "[0,2]"),
                Self.tensor("0", "U8", "[1]", "[2,3]")) + "  ", data: [1, 2, 3])
        let expected: StateTree = [
            .tensor(StateTensor([3] as [UInt8], shape: [1])), .tensor(StateTensor([1, 2] as [UInt8], shape: [2])),
        ]
        #expect(try codec.decode(file) == expected)
    }

    static let one = #"{"x":{"$tensor":true}}"#

    static let refused: [(String, Int, StateError.Code, String)] = [
        ("", 0, .malformed, ""), ("[]", 0, .malformed, ""), (" {}", 0, .malformed, ""), ("{", 0, .malformed, ""),
        ("{}", 0, .unsupportedFormat, ""), (#"{"__metadata__":{"format":"pt"}}"#, 0, .unsupportedFormat, ""),
        (#"{"__metadata__":{"format":1}}"#, 0, .wrongType, "__metadata__/format"),
        (#"{"__metadata__":{"format":"rein","version":"2","state":"null"}}"#, 0, .unsupportedVersion, ""),
        (#"{"__metadata__":{"format":"rein","version":"x","state":"null"}}"#, 0, .malformed, ""),
        (#"{"__metadata__":{"format":"rein","state":"null"}}"#, 0, .malformed, ""),
        (header(state: "{"), 0, .malformed, "__metadata__/state"),
        (header(state: "null") + "x", 0, .malformed, ""), (header(state: "null"), 1, .malformed, ""),
        (header(state: #"{"$what":1}"#), 0, .malformed, ""), (header(state: #"{"$tensor":1}"#), 0, .malformed, ""),
        (header(state: #"{"a":{"$bytes":"A"}}"#), 0, .malformed, "a"),
        (header(state: #"{"$double":"1"}"#), 0, .malformed, ""), (header(state: #"{"a":1,"$b":2}"#), 0, .malformed, ""),
        (header(state: one), 0, .malformed, "x"), (header(state: "null", tensor("x")), 4, .malformed, "x"),
        (header(state: one, tensor("x"), tensor("x")), 4, .malformed, ""),
        (header(state: one, tensor("x", "F8_E4M3")), 4, .unsupportedFormat, "x"),
        (header(state: one, tensor("x", "F32", "[2]")), 4, .wrongShape, "x"),
        (header(state: one, tensor("x", "F32", "[-1]")), 4, .wrongShape, "x"),
        (header(state: one, tensor("x", "F32", "[4611686018427387904,4]", "[0,0]")), 0, .wrongShape, "x"),
        (header(state: one, tensor("x", "F32", "[99999999999999999999]")), 4, .outOfRange, ""),
        (header(state: one, tensor("x", "F32", "[1.0]")), 4, .wrongType, "x/shape/0"),
        (header(state: one, tensor("x", "F32", "[1]", "[0,5]")), 4, .malformed, "x"),
        (header(state: one, tensor("x", "F32", "[1]", "[4,0]")), 4, .malformed, "x"),
        (header(state: one, tensor("x", "F32", "[1]", "[-4,0]")), 4, .malformed, "x"),
        (header(state: one, tensor("x", "F32", "[1]", "[4,8]")), 8, .malformed, "x"),
        (header(state: one, tensor("x", "F32", "[1]", "[0,4,8]")), 8, .malformed, "x"),
        (header(state: one, tensor("x", "F32", "[1]", "[0,9223372036854775807]")), 4, .malformed, "x"),
        (header(state: one, tensor("x")), 8, .malformed, ""),
        (header(state: one, tensor("x"), tensor("y")), 4, .malformed, "y"),
        (header(state: one, tensor("x"), tensor("y", "F32", "[1]", "[2,6]")), 6, .malformed, "y"),
        (header(state: one, tensor("x"), tensor("y", "F32", "[1]", "[5,9]")), 9, .malformed, "y"),
        (
            header(state: one, #""x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}"#), 4, .unknownKey,
            "x/more"
        ),
        (header(state: one, #""x":{"dtype":"F32","shape":[1]}"#), 4, .missingKey, "x/data_offsets"),
        (header(state: one, #""x":[[[[[1]]]]]"#), 4, .malformed, ""),
    ]

    @Test("What breaks the rules is refused, and the place named", arguments: refused)
    func refusals(header: String, dataLength: Int, code: StateError.Code, path: String) throws {
        let file = Self.file(header, data: [UInt8](repeating: 0, count: dataLength))
        let error = try #require(throws: StateError.self) { try codec.decode(file) }
        #expect(error.code == code, "\(error)")
        #expect(error.path == path, "\(error)")
    }

    @Test("A header that claims more than the file holds is refused", arguments: [9, 1 << 20, 1 << 40, UInt64.max])
    func giantHeader(length: UInt64) {
        let file = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array("{}      ".utf8)
        #expect(throws: StateError.self) { try codec.decode(file) }
    }

    @Test("A deep tree in the metadata is refused")
    func depth() {
        for depth in [129, 130, 100_000] {
            let state = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(throws: StateError.self) { try codec.decode(Self.file(Self.header(state: state))) }
        }
    }
}
