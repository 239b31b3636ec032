import ReinTestSupport
import Testing

@testable import ReinCheckpoints

/// Set the environment variable `REIN_PYTHON` to a Python interpreter with numpy, safetensors, msgpack and
/// msgpack_numpy to run these.
@Suite("Python opens what Rein writes, and Rein what Python writes")
struct PythonInteroperabilityTests {
    static let interpreter = PythonInterpreter(variable: "REIN_PYTHON")

    /// The tree that the script calls `expected`.
    static let tree: StateTree = {
        var tensors = StateMap()
        let types: [StateTensor.ElementType] = [
            .float64, .float32, .float16, .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool,
        ]
        for type in types { tensors[String(type.numpyName.dropFirst())] = .tensor(counting(type)) }
        tensors["scalar"] = .tensor(StateTensor([0.1] as [Float], shape: []))
        tensors["empty"] = .tensor(StateTensor([Double](), shape: [0, 3]))
        tensors["special"] = .tensor(StateTensor([.nan, .infinity, -.infinity, -0.0] as [Float], shape: [4]))
        var numbers: [StateTree] = [0, -1, .int(.max), .int(.min), 0.1, -0.0, .double(.leastNonzeroMagnitude)]
        numbers += [.double(.greatestFiniteMagnitude), .double(.infinity), .double(-.infinity), .double(.nan)]
        return [
            "numbers": .list(numbers), "text": "é 😀 \0 \"", "nothing": nil, "truth": [true, false],
            "bytes": .bytes([0, 255]), "$dollar": ["a/b": [], "~": [:]], "tensors": .map(tensors),
        ]
    }()

    /// 0, 1, ... 5, or 0, 1, 0, ... for booleans, of shape [2, 3].
    static func counting(_ type: StateTensor.ElementType) -> StateTensor {
        func bytes<Element>(_ elements: [Element]) -> [UInt8] { elements.withUnsafeBytes { Array($0) } }
        let numbers = Array(0..<6)
        let data: [UInt8]
        switch type {
        case .float64: data = bytes(numbers.map { Double($0) })
        case .float32: data = bytes(numbers.map { Float($0) })
        case .float16: data = bytes([0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500] as [UInt16])
        case .bool: data = numbers.map { UInt8($0 % 2) }
        default: data = numbers.flatMap { [UInt8($0)] + [UInt8](repeating: 0, count: type.size - 1) }
        }
        do {
            return try StateTensor(elementType: type, shape: [2, 3], bytes: StateBytes(data))
        } catch {
            preconditionFailure("\(error)")
        }
    }

    @Test(
        "Both kinds of file hold the same values on both sides",
        .enabled(
            if: interpreter?.has("numpy", "safetensors", "msgpack", "msgpack_numpy") == true,
            "REIN_PYTHON names no Python interpreter with the packages"))
    func bothWays() throws {
        let python = try #require(Self.interpreter)
        let directory = try TemporaryDirectory()
        for format in CheckpointFormat.allCases {
            try overwrite(directory.path("rein.\(format.fileExtension)"), try format.codec.encode(Self.tree))
        }
        try #require(python.run(script: "checkpoint_files.py", [directory.path]) == 0)
        for format in CheckpointFormat.allCases {
            let read = try format.codec.decode(try readFile(directory.path("python.\(format.fileExtension)")))
            #expect(read == Self.tree)
        }
    }
}
