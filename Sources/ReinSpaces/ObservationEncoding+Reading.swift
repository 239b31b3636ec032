public import ReinCheckpoints

/// Rows of observations as somebody writes them down, in JSON.
extension ObservationEncoding {
    /// The row for an observation: `[count]` numbers, row-major. Where it has parts it is an object of them by name, objects
    /// in objects where paths are longer, and lists in the place of tuples; an index is the outside world's number. In place
    /// of what a row is made of the row itself may be given, as a list.
    ///
    /// - Parameters:
    ///   - observation: the observation, with its place.
    ///   - space: the space of rows. How many numbers a list has that is no object is not looked at here, nor are bounds.
    /// - Throws: `StateError` that names the place: for names that are missing or unknown, with the nearest known one, for
    ///   what is of another shape, no number, not finite, or out of an index's range.
    public func row(of observation: StateReader, in space: Box) throws(StateError) -> [Float] {
        if case .parts(let layout) = self {
            if case .binary(let shape) = layout.parts[0].kind, layout.parts[0].path.isEmpty {
                return try NumberReading.array(observation, shape: shape, ofBits: true)
            }
            if !layout.parts[0].path.isEmpty, !NumberReading.isFlatList(observation, of: layout.width) {
                return try layout.row(of: observation)
            }
        }
        if let row = try rowOfIndices(observation, width: space.count) { return row }
        return try NumberReading.floats(observation, shape: space.shape)
    }

    /// The row for an index, or for a list of as many indices as the observation is made of; nil for rows.
    private func rowOfIndices(_ observation: StateReader, width: Int) throws(StateError) -> [Float]? {
        guard let (counts, starts) = indices else { return nil }
        var numbers: [Int] = []
        switch observation.tree {
        case .int: numbers = [try observation.int()]
        case .list(let list) where list.count == counts.count && list.count != width:
            for element in try observation.list() { numbers.append(try element.int()) }
        default: return nil
        }
        guard let row = row(of: numbers) else {
            let words = zip(counts, starts).map { "\($1) to \($1 + $0 - 1)" }.joined(separator: ", ")
            throw observation.error(.outOfRange, "expected indices of \(words), or the row that they make")
        }
        return row
    }
}

extension ObservationLayout {
    /// The row for an object of parts that have names.
    fileprivate func row(of observation: StateReader) throws(StateError) -> [Float] {
        var row = [Float](repeating: 0, count: width)
        try read(observation, Array(parts.indices), depth: 0, into: &row)
        return row
    }

    /// Reads parts that have the first `depth` names of their paths in common, which lead to the object.
    private func read(
        _ object: StateReader, _ members: [Int], depth: Int, into row: inout [Float]
    ) throws(StateError) {
        let first = parts[members[0]]
        if members.count == 1, first.path.count == depth {
            let numbers = try first.numbers(of: object)
            row.replaceSubrange(offsets[members[0]]..<offsets[members[0]] + numbers.count, with: numbers)
            return
        }
        var names: [String] = []
        var inside: [String: [Int]] = [:]
        for member in members {
            let name = parts[member].path[depth]
            if inside[name] == nil { names.append(name) }
            inside[name, default: []].append(member)
        }
        let elements = try NumberReading.elements(of: object, named: names, rowWidth: depth == 0 ? width : nil)
        for (name, element) in elements {
            try read(element, inside[name] ?? [], depth: depth + 1, into: &row)
        }
    }
}

extension ObservationPart {
    /// The part's numbers, `[width]`, from what the outside world has.
    fileprivate func numbers(of value: StateReader) throws(StateError) -> [Float] {
        switch kind {
        case .numbers(let shape): return try NumberReading.array(value, shape: shape)
        case .binary(let shape): return try NumberReading.array(value, shape: shape, ofBits: true)
        case .oneHot(let counts, let starts):
            let indices = try NumberReading.indices(value, counts, starts)
            var row = [Float](repeating: 0, count: width)
            var base = 0
            for (index, count) in zip(indices, counts) {
                row[base + index] = 1
                base += count
            }
            return row
        }
    }
}
