/// A safetensors file taken apart: every rule of the format is checked, no tensor data is copied.
struct SafetensorsFile {
    /// The texts of `__metadata__`.
    var metadata = Table<String, String>()

    /// The tensors by name.
    private(set) var tensors = Table<String, StateTensor>()

    /// Takes a file apart.
    ///
    /// - Throws: `StateError` that names the tensor at fault.
    init(_ bytes: StateBytes) throws(StateError) {
        guard bytes.count >= 8 else { throw Self.error("shorter than the eight bytes of the header's length") }
        let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= min(bytes.count - 8, SafetensorsWriter.maximumHeaderLength) else {
            throw Self.error("a header of \(length) bytes is claimed, \(bytes.count - 8) are there")
        }
        let start = 8 + Int(length)
        let header = try bytes[8..<start].withUnsafeBytes { text throws(StateError) in
            guard text.first == UInt8(ascii: "{") else { throw Self.error("the header does not begin with a brace") }
            return try JSON.parse(text, maximumDepth: 4)
        }
        let data = bytes[start..<bytes.count]
        var spans: [Range<Int>] = []
        guard case .map(let map) = header else { throw StateReader(header).mismatch("map") }
        spans.reserveCapacity(map.count)
        for (name, entry) in map.entries {
            if name == "__metadata__" {
                for (key, text) in try StateReader(entry, path: name).map() {
                    metadata.set(try text.string(), for: key)
                }
            } else {
                let sound = Self.soundTensor(entry, data)
                let (tensor, range) =
                    if let sound { sound } else {
                        try Self.tensor(StateReader(entry, path: name), data)
                    }
                tensors.insert(tensor, for: name)
                spans.append(range)
            }
        }
        try Self.requireNoHoles(spans, of: tensors.keys, size: data.count)
    }

    /// The tensor of an entry that is as it should be, nil if there is anything wrong with it.
    private static func soundTensor(_ entry: StateTree, _ data: StateBytes) -> (StateTensor, Range<Int>)? {
        guard
            case .map(let map) = entry, map.count == 3,
            case .string(let name)? = map["dtype"], let elementType = StateTensor.ElementType(rawValue: name),
            case .list(let lengths)? = map["shape"],
            case .list(let offsets)? = map["data_offsets"], offsets.count == 2,
            case .int(let first) = offsets[0], let begin = Int(exactly: first),
            case .int(let last) = offsets[1], let end = Int(exactly: last),
            begin >= 0, begin <= end, end <= data.count
        else { return nil }
        var shape: [Int] = []
        shape.reserveCapacity(lengths.count)
        for length in lengths {
            guard case .int(let length) = length, let length = Int(exactly: length) else { return nil }
            shape.append(length)
        }
        guard let tensor = try? StateTensor(elementType: elementType, shape: shape, bytes: data[begin..<end]) else {
            return nil
        }
        return (tensor, begin..<end)
    }

    /// The tensor of an entry; says what is wrong with it.
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
    private static func requireNoHoles(
        _ spans: [Range<Int>], of names: [String], size: Int
    ) throws(StateError) {
        var end = 0
        let byEnd = spans.map(\.upperBound).ascendingPlaces
        for place in byEnd.map({ spans[$0].lowerBound }).ascendingPlaces {
            let (range, name) = (spans[byEnd[place]], names[byEnd[place]])
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
