extension StateReader {
    /// The boolean at this place; throws `StateError` with `.wrongType` for anything else.
    public func bool() throws(StateError) -> Bool {
        guard case .bool(let value) = tree else { throw mismatch("boolean") }
        return value
    }

    /// The integer at this place; throws `StateError` with `.wrongType` for anything else, a double included.
    public func int() throws(StateError) -> Int {
        guard let value = Int(exactly: try int64()) else { throw error(.outOfRange, "the integer is too large") }
        return value
    }

    /// The integer at this place; throws `StateError` with `.wrongType` for anything else, a double included.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    public func int64() throws(StateError) -> Int64 {
        guard case .int(let value) = tree else { throw mismatch("integer") }
        return value
    }

    /// The unsigned integer that was stored by its bit pattern; throws `StateError` with `.wrongType` for anything else.
    public func uint64() throws(StateError) -> UInt64 { UInt64(bitPattern: try int64()) }

    /// The number at this place, an integer included if it is exact as a double; throws `StateError` otherwise.
    public func double() throws(StateError) -> Double {
        switch tree {
        case .double(let value): return value
        case .int(let value):
            guard let double = Double(exactly: value) else {
                throw error(.outOfRange, "the integer \(value) is not exact as a double")
            }
            return double
        default: throw mismatch("number")
        }
    }

    /// The string at this place; throws `StateError` with `.wrongType` for anything else.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    public func string() throws(StateError) -> String {
        guard case .string(let value) = tree else { throw mismatch("string") }
        return value
    }

    /// The bytes at this place; throws `StateError` with `.wrongType` for anything else.
    public func bytes() throws(StateError) -> [UInt8] {
        guard case .bytes(let value) = tree else { throw mismatch("bytes") }
        return value
    }

    /// The tensor at this place; throws `StateError` with `.wrongType` for anything else.
    public func tensor() throws(StateError) -> StateTensor {
        guard case .tensor(let value) = tree else { throw mismatch("tensor") }
        return value
    }

    /// The tensor at this place if it has this shape.
    ///
    /// - Throws: `StateError` with `.wrongType` for anything but a tensor, `.wrongShape` for another shape.
    public func tensor(shape: [Int]) throws(StateError) -> StateTensor {
        let tensor = try tensor()
        guard tensor.shape == shape else {
            throw error(.wrongShape, "expected shape \(shape), found \(tensor.shape)")
        }
        return tensor
    }

    /// The numbers of the float32 tensor of this shape; throws `StateError` for another element type or shape.
    public func floats(shape: [Int]) throws(StateError) -> [Float] {
        let tensor = try tensor(shape: shape)
        do { return try tensor.floats() } catch { throw error.nested(under: path) }
    }

    /// The numbers of the float64 tensor of this shape; throws `StateError` for another element type or shape.
    public func doubles(shape: [Int]) throws(StateError) -> [Double] {
        let tensor = try tensor(shape: shape)
        do { return try tensor.doubles() } catch { throw error.nested(under: path) }
    }

    /// The numbers of the int64 tensor of this shape; throws `StateError` for another element type or shape.
    public func int64s(shape: [Int]) throws(StateError) -> [Int64] {
        let tensor = try tensor(shape: shape)
        do { return try tensor.int64s() } catch { throw error.nested(under: path) }
    }
}

/// The same, one key further down.
extension StateReader {
    /// The boolean of a key.
    public func bool(_ key: String) throws(StateError) -> Bool { try child(key).bool() }

    /// The integer of a key.
    public func int(_ key: String) throws(StateError) -> Int { try child(key).int() }

    /// The 64-bit integer of a key.
    public func int64(_ key: String) throws(StateError) -> Int64 { try child(key).int64() }

    /// The unsigned integer of a key, stored by its bit pattern.
    public func uint64(_ key: String) throws(StateError) -> UInt64 { try child(key).uint64() }

    /// The number of a key.
    public func double(_ key: String) throws(StateError) -> Double { try child(key).double() }

    /// The string of a key.
    public func string(_ key: String) throws(StateError) -> String { try child(key).string() }

    /// The bytes of a key.
    public func bytes(_ key: String) throws(StateError) -> [UInt8] { try child(key).bytes() }

    /// The tensor of a key.
    public func tensor(_ key: String) throws(StateError) -> StateTensor { try child(key).tensor() }

    /// The numbers of the float32 tensor of a key.
    public func floats(_ key: String, shape: [Int]) throws(StateError) -> [Float] {
        try child(key).floats(shape: shape)
    }

    /// The numbers of the float64 tensor of a key.
    public func doubles(_ key: String, shape: [Int]) throws(StateError) -> [Double] {
        try child(key).doubles(shape: shape)
    }

    /// The numbers of the int64 tensor of a key.
    public func int64s(_ key: String, shape: [Int]) throws(StateError) -> [Int64] {
        try child(key).int64s(shape: shape)
    }

    /// The elements of the list of a key.
    public func list(_ key: String) throws(StateError) -> Elements { try child(key).list() }
}
