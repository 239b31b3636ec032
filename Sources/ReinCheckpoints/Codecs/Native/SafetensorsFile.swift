/// A safetensors file taken apart: every rule of the format is checked, no tensor data is copied.
struct SafetensorsFile {
    /// The texts of `__metadata__`.
    private(set) var metadata: [String: String] = [:]

    /// The tensors by name.
    private(set) var tensors: [String: StateTensor] = [:]

    /// Takes a file apart.
    ///
    /// - Throws: `StateError` that names the tensor at fault.
    init(_ bytes: StateBytes) throws(StateError) {
        guard bytes.count >= 8 else { throw Self.error("shorter than the eight bytes of the header's length") }
        let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= min(bytes.count - 8, NativeCodec.maximumHeaderLength) else {
            throw Self.error("a header of \(length) bytes is claimed, \(bytes.count - 8) are there")
        }
        let start = 8 + Int(length)
        let header = try bytes[8..<start].withUnsafeBytes { text throws(StateError) in
            guard text.first == UInt8(ascii: "{") else { throw Self.error("the header does not begin with a brace") }
            return try JSON.parse(text, maximumDepth: 4)
        }
        let data = bytes[start..<bytes.count]
        var spans: [(range: Range<Int>, name: String)] = []
        for (name, entry) in try StateReader(header).map() {
            if name == "__metadata__" {
                for (key, text) in try entry.map() { metadata[key] = try text.string() }
            } else {
                let (tensor, range) = try Self.tensor(entry, data)
                tensors[name] = tensor
                spans.append((range, name))
            }
        }
        try Self.requireNoHoles(spans, size: data.count)
    }

    private static func tensor(
        _ entry: StateReader, _ data: StateBytes
    ) throws(StateError) -> (StateTensor, Range<Int>) {
        try entry.expectKeys(["dtype", "shape", "data_offsets"])
        let name = try entry.string("dtype")
        guard let elementType = StateTensor.ElementType(rawValue: name) else {
            throw entry.error(.unsupportedFormat, "elements of the type \"\(name.shortened)\"")
        }
        var shape: [Int] = []
        for length in try entry.list("shape") { shape.append(try length.int()) }
        let offsets = try entry.list("data_offsets")
        guard offsets.count == 2 else { throw entry.error(.malformed, "data_offsets are two numbers") }
        let (begin, end) = (try offsets[0].int(), try offsets[1].int())
        guard begin >= 0, begin <= end, end <= data.count else {
            throw entry.error(.malformed, "bytes \(begin) to \(end) are not in the \(data.count) bytes of data")
        }
        do {
            return (try StateTensor(elementType: elementType, shape: shape, bytes: data[begin..<end]), begin..<end)
        } catch {
            throw error.nested(under: entry.path)
        }
    }

    /// Checks that the tensors cover the data section exactly.
    private static func requireNoHoles(_ spans: [(range: Range<Int>, name: String)], size: Int) throws(StateError) {
        var end = 0
        for (range, name) in spans.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            guard range.lowerBound == end else {
                throw StateError(
                    .malformed,
                    "the tensor begins at byte \(range.lowerBound) of the data, the one before ends at \(end)",
                    path: name)
            }
            end = range.upperBound
        }
        guard end == size else {
            throw error(
                "the tensors end at byte \(end) of the data, the file at byte \(size): cut short or with a tail")
        }
    }

    private static func error(_ message: String) -> StateError { StateError(.malformed, "safetensors: \(message)") }
}
