import ReinCheckpoints

extension PickleView {
    /// The largest number of values of a tree; a pickle can put one value in many places, a tree has it many times.
    private static let maximumTreeValues = 1 << 16

    /// This value as a state tree, in which globals are strings of their names, tuples lists, NumPy's scalars numbers, and
    /// PyTorch's devices texts such as `cuda:0`.
    ///
    /// - Throws: `StateError` for other records, keys that are no strings, and values that lie in themselves.
    func tree() throws(StateError) -> StateTree {
        var budget = Self.maximumTreeValues
        return try tree(depth: 0, budget: &budget)
    }

    private func tree(depth: Int, budget: inout Int) throws(StateError) -> StateTree {
        budget -= 1
        guard depth < 16, budget > 0 else { throw error(.outOfRange, "too deep or too large") }
        switch value {
        case .none: return .null
        case .bool(let bool): return .bool(bool)
        case .int(let int): return .int(int)
        case .double(let double): return .double(double)
        case .string(let string): return .string(string)
        case .bytes(let bytes): return .bytes(bytes)
        case .wideInteger: throw error(.outOfRange, "an integer of more than 64 bits")
        case .node: break
        }
        if let globalName { return .string(globalName) }
        if let recordName, NumPyGlobals.scalars.contains(recordName) { return try scalar() }
        if recordName == TorchGlobals.device { return .string(try device()) }
        guard isDictionary else {
            var list: [StateTree] = []
            for element in try elements() { list.append(try element.tree(depth: depth + 1, budget: &budget)) }
            return .list(list)
        }
        var map = StateMap()
        for (key, view) in try entries().sorted(byBytesOf: \.key) {
            map[key] = try view.tree(depth: depth + 1, budget: &budget)
        }
        return .map(map)
    }

    /// The name of the device that a record would make.
    private func device() throws(StateError) -> String {
        let type = try arguments(first: 1)[0].string().shortened
        guard let index = try? arguments(first: 2)[1] else { return type }
        return "\(type):\(try index.int())"
    }

    /// The number or truth value that a scalar of NumPy's is.
    private func scalar() throws(StateError) -> StateTree {
        let number = try number()
        switch try array().elementType {
        case .bool: return .bool(number != 0)
        case .float64, .float32, .float16: return .double(number)
        case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8:
            guard let integer = Int64(exactly: number) else { throw error(.outOfRange, "the integer is too large") }
            return .int(integer)
        }
    }
}
