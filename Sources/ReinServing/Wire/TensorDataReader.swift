#if Serving
/// What is wrong with the elements of a tensor in JSON.
enum TensorDataFault: Error {
    /// The JSON itself is wrong.
    case malformed(ServingError)
    /// An element, by its index, which begins at an offset, is not what the datatype takes.
    case element(Int, at: Int, expected: StaticString)
    /// Something else, in words.
    case other(String)

    /// The error to be thrown.
    ///
    /// - Parameter error: makes one of a message about `data`.
    func servingError(in json: borrowing JSONScanner, _ error: (String) -> ServingError) -> ServingError {
        switch self {
        case .malformed(let malformed): malformed
        case .element(let index, let place, let expected):
            error("element \(index) is \(json.found(at: place)), expected \(expected)")
        case .other(let message): error(message)
        }
    }
}

/// Reads the elements of one tensor, a flat list or lists in lists, straight into memory.
struct TensorDataReader {
    /// The text; at first where the list begins, at last behind it.
    var json: JSONScanner
    let shape: [Int]
    /// The product of the shape.
    let count: Int

    /// Reads all elements.
    ///
    /// - Parameter memory: room for `count` elements, aligned as they need it.
    mutating func read(
        _ datatype: TensorDatatype, into memory: UnsafeMutableRawPointer
    ) throws(TensorDataFault) {
        switch datatype {
        case .bool: try read(as: TruthElement.self, into: memory)
        case .uint8: try read(as: UInt8.self, into: memory)
        case .uint16: try read(as: UInt16.self, into: memory)
        case .uint32: try read(as: UInt32.self, into: memory)
        case .uint64: try read(as: UInt64.self, into: memory)
        case .int8: try read(as: Int8.self, into: memory)
        case .int16: try read(as: Int16.self, into: memory)
        case .int32: try read(as: Int32.self, into: memory)
        case .int64: try read(as: Int64.self, into: memory)
        case .fp32: try read(as: Float.self, into: memory)
        case .fp64: try read(as: Double.self, into: memory)
        case .fp16, .bf16, .bytes: throw .other("\(datatype.rawValue) comes only as binary data")
        }
    }

    private mutating func read<Element: JSONElement>(
        as type: Element.Type, into memory: UnsafeMutableRawPointer
    ) throws(TensorDataFault) {
        let elements = UnsafeMutableBufferPointer(
            start: memory.bindMemory(to: type, capacity: max(count, 1)), count: count)
        try open()
        json.skipSpace()
        var written = 0
        if json.byte == UInt8(ascii: "["), !shape.isEmpty {
            try readLists(into: elements, axis: 0, &written)
        } else {
            try readNumbers(into: elements, upTo: count, &written)
            guard written == count else {
                throw .other("\(written) elements, but shape \(shape) takes \(count)")
            }
        }
    }

    /// Reads the lists of an axis, whose bracket has been opened.
    private mutating func readLists<Element: JSONElement>(
        into elements: UnsafeMutableBufferPointer<Element>, axis: Int, _ written: inout Int
    ) throws(TensorDataFault) {
        let start = json.position - 1
        var length = 0
        if axis == shape.count - 1 {
            let first = written
            try readNumbers(into: elements, upTo: min(count, first + shape[axis]), &written)
            length = written - first
        } else {
            var isFirst = true
            while try next(isFirst: &isFirst) {
                guard length < shape[axis] else { throw surplus }
                try open()
                try readLists(into: elements, axis: axis + 1, &written)
                length += 1
            }
        }
        guard length == shape[axis] else {
            throw .other("a list at byte \(start) has \(length) elements, but shape \(shape) takes \(shape[axis])")
        }
    }

    /// Reads the numbers of a list whose bracket has been opened.
    ///
    /// - Parameters:
    ///   - end: what `written` may become; a further number is a fault.
    ///   - written: the number of elements that have been read.
    private mutating func readNumbers<Element: JSONElement>(
        into elements: UnsafeMutableBufferPointer<Element>, upTo end: Int, _ written: inout Int
    ) throws(TensorDataFault) {
        var isFirst = true
        while try next(isFirst: &isFirst) {
            let start = json.position
            guard written < end else { throw surplus }
            let element: Element?
            do {
                element = try Element.next(in: &json)
            } catch {
                throw .malformed(error)
            }
            guard let element else { throw .element(written, at: start, expected: Element.expected) }
            elements[written] = element
            written += 1
        }
    }

    /// There are more elements than there may be, at the position.
    private var surplus: TensorDataFault { .other("more elements at byte \(json.position) than shape \(shape) takes") }

    private mutating func open() throws(TensorDataFault) {
        do { try json.openList("a list of elements") } catch { throw .malformed(error) }
    }

    @inline(__always)
    private mutating func next(isFirst: inout Bool) throws(TensorDataFault) -> Bool {
        do { return try json.element(isFirst: &isFirst) } catch { throw .malformed(error) }
    }
}
#endif
