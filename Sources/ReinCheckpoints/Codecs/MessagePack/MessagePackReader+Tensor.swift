extension MessagePackReader {
    /// The tensor of a map with binary keys, the first of which has been taken.
    ///
    /// Python's msgpack-numpy writes arrays as `nd` (true), `type`, `kind`, `shape`, `data`, and scalars as `nd`
    /// (false), `type`, `data`.
    func tensor(entries: Int, firstKey: StateBytes) throws(StateError) -> StateTensor {
        var isArray: Bool?
        var elements: (type: StateTensor.ElementType, isBigEndian: Bool)?
        var hasKind = false
        var shape: [Int]?
        var data: StateBytes?
        for index in 0..<entries {
            let key: StateBytes
            if index == 0 {
                key = firstKey
            } else if case .binary(let next) = try next() {
                key = next
            } else {
                throw refusal("binary and other keys in one map")
            }
            switch (String(decoding: key.array, as: UTF8.self), try next()) {
            case ("nd", .bool(let value)) where isArray == nil: isArray = value
            case ("type", .string(let name)) where elements == nil:
                elements = try elementType(try string(name))
            case ("kind", .binary(let kind)) where !hasKind:
                if kind.array == Array("O".utf8) { throw pickleRefusal }
                guard kind.count == 0 else { throw refusal("an array of structures") }
                hasKind = true
            case ("shape", .list(let count)) where shape == nil: shape = try lengths(count)
            case ("data", .binary(let bytes)) where data == nil: data = bytes
            default: throw refusal("an entry that does not belong into an array")
            }
        }
        guard let isArray, let elements, let data, isArray == (shape != nil), isArray || !hasKind else {
            throw refusal("an array without nd, type, shape or data")
        }
        let bytes = elements.isBigEndian ? swapped(data, size: elements.type.size) : data
        return try StateTensor(elementType: elements.type, shape: shape ?? [], bytes: bytes)
    }

    /// The lengths of the axes.
    private func lengths(_ count: Int) throws(StateError) -> [Int] {
        var lengths: [Int] = []
        lengths.reserveCapacity(count)
        for _ in 0..<count {
            guard case .unsigned(let value) = try next(), let length = Int(exactly: value) else {
                throw refusal("a shape that is not made of lengths")
            }
            lengths.append(length)
        }
        return lengths
    }

    /// The element type that NumPy calls by this name, with or without a mark for the byte order.
    private func elementType(
        _ name: String
    ) throws(StateError) -> (type: StateTensor.ElementType, isBigEndian: Bool) {
        let hasMark = name.first.map { "<>|=".contains($0) } ?? false
        let code = hasMark ? name.dropFirst() : name[...]
        if code.hasPrefix("O") { throw pickleRefusal }
        guard let type = StateTensor.ElementType.allCases.first(where: { $0.numpyName.dropFirst() == code }) else {
            throw Self.error("elements of the NumPy type \"\(name.shortened)\"", .unsupportedFormat)
        }
        return (type, name.hasPrefix(">"))
    }

    /// The same elements with the bytes of each in the opposite order.
    private func swapped(_ data: StateBytes, size: Int) -> StateBytes {
        guard size > 1, data.count.isMultiple(of: size) else { return data }
        return StateBytes(count: data.count) { result in
            data.withUnsafeBytes { source in
                for index in 0..<source.count { result[index] = source[index / size * size + size - 1 - index % size] }
            }
        }
    }

    private var pickleRefusal: StateError {
        Self.error("an array of pickled Python objects; pickles are never opened", .unsupportedFormat)
    }

    private func refusal(_ what: String) -> StateError {
        Self.error("\(what) (maps with binary keys must be arrays as msgpack-numpy writes them)")
    }
}
