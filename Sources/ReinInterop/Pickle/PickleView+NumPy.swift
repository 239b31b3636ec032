import ReinCheckpoints

/// NumPy's arrays and scalars.
extension PickleView {
    /// The array or scalar that this record would make; a scalar has the shape `[]`.
    ///
    /// - Throws: `StateError` when it is something else, of elements that are no numbers or in another byte order, or
    ///   when its bytes do not fit its shape.
    func array() throws(StateError) -> StateTensor {
        guard let name = recordName else { throw mismatch("NumPy array") }
        if NumPyGlobals.arraysFromBuffers.contains(name) {
            let arguments = try arguments(first: 4)
            return try array(
                of: arguments[1], shape: arguments[2], bytes: arguments[0],
                isInFortranOrder: try arguments[3].string() != "C")
        }
        if NumPyGlobals.arrays.contains(name) {
            let state = try state().elements(first: 5)
            return try array(
                of: state[2], shape: state[1], bytes: state[4], isInFortranOrder: try state[3].bool())
        }
        if NumPyGlobals.scalars.contains(name) {
            let arguments = try arguments(first: 2)
            return try array(of: arguments[0], shape: nil, bytes: arguments[1], isInFortranOrder: false)
        }
        throw mismatch("NumPy array")
    }

    private func array(
        of elementType: PickleView, shape: PickleView?, bytes: PickleView, isInFortranOrder: Bool
    ) throws(StateError) -> StateTensor {
        let lengths = try shape?.sizes() ?? []
        guard !isInFortranOrder || lengths.count < 2 else {
            throw error(.unsupportedFormat, "an array in Fortran's order, columns first, is not read")
        }
        do {
            return try StateTensor(
                elementType: try elementType.elementType(), shape: lengths, bytes: StateBytes(try bytes.bytes()))
        } catch { throw error.path.isEmpty ? error.nested(under: path) : error }
    }

    /// The largest number of axes, as in NumPy and torch.
    private static let maximumAxes = 64

    /// The lengths of axes: the integers of a tuple or list, none of them negative.
    func sizes() throws(StateError) -> [Int] {
        try elements(atMost: Self.maximumAxes).map { element throws(StateError) in
            let size = try element.int()
            guard size >= 0 else { throw element.error(.outOfRange, "a size of \(size)") }
            return size
        }
    }

    /// The element type that this record would make.
    func elementType() throws(StateError) -> StateTensor.ElementType {
        guard recordName == NumPyGlobals.elementType else { throw mismatch("NumPy element type") }
        let name = try arguments(first: 1)[0].string()
        let order = try state().elements(first: 2)[1].string()
        guard order != ">" else {
            throw error(.unsupportedFormat, "numbers in big-endian order are not read")
        }
        guard let type = StateTensor.ElementType.allCases.first(where: { $0.numpyName.dropFirst() == name }) else {
            throw error(.unsupportedFormat, "elements of NumPy's type \"\(name.shortened)\" are not read")
        }
        return type
    }

    /// The elements of the array or scalar that this record would make, as doubles.
    func numbers() throws(StateError) -> [Double] {
        let array = try array()
        do { return try array.numbers() } catch { throw error.nested(under: path) }
    }

    /// One number: Python's, or NumPy's.
    func number() throws(StateError) -> Double {
        switch value {
        case .int(let int): return Double(int)
        case .double(let double): return double
        case .none, .bool, .wideInteger, .string, .bytes: throw mismatch("number")
        case .node:
            let numbers = try numbers()
            guard numbers.count == 1 else { throw mismatch("one number") }
            return numbers[0]
        }
    }

    /// One integer: Python's, or NumPy's.
    func integer() throws(StateError) -> Int {
        if case .int(let int) = value { return Int(int) }
        guard let integer = Int(exactly: try number()) else { throw mismatch("integer") }
        return integer
    }
}

extension StateTensor {
    /// All elements as doubles, whatever their type; truth values as 0 and 1.
    func numbers() throws(StateError) -> [Double] {
        func load<Element: BitwiseCopyable>(_: Element.Type, _ convert: (Element) -> Double) -> [Double] {
            withUnsafeBytes { bytes in
                (0..<count).map {
                    convert(bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.size, as: Element.self))
                }
            }
        }
        switch elementType {
        case .float64: return load(Double.self) { $0 }
        case .float32: return load(Float.self) { Double($0) }
        case .int64: return load(Int64.self) { Double($0) }
        case .int32: return load(Int32.self) { Double($0) }
        case .int16: return load(Int16.self) { Double($0) }
        case .int8: return load(Int8.self) { Double($0) }
        case .uint64: return load(UInt64.self) { Double($0) }
        case .uint32: return load(UInt32.self) { Double($0) }
        case .uint16: return load(UInt16.self) { Double($0) }
        case .uint8, .bool: return load(UInt8.self) { Double($0) }
        case .float16: throw StateError(.unsupportedFormat, "16-bit floats are not read; use float32")
        }
    }
}
