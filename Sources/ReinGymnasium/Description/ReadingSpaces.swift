import ReinCheckpoints
import ReinSpaces

/// The integers of a key; none when it is missing.
func readIntegers(_ reader: StateReader, _ key: String) throws(StateError) -> [Int] {
    var values: [Int] = []
    for element in try reader.optionalChild(key)?.list() ?? .init() { values.append(try element.int()) }
    return values
}

/// The numbers of possibilities of choices: each at least 1, and not too many together.
func readCounts(_ reader: StateReader, limit: Int) throws(StateError) -> [Int] {
    let counts = try readIntegers(reader, "counts")
    var rest = limit
    for (index, count) in counts.enumerated() {
        guard count >= 1, count <= rest else {
            throw try reader.child("counts").error(
                .outOfRange, "element \(index), \(count), is out of range (allowed: 1 to \(limit) together)")
        }
        rest -= count
    }
    return counts
}

/// The shape of an array that has not too many elements.
func readShape(_ reader: StateReader, limit: Int) throws(StateError) -> [Int] {
    let shape = try readIntegers(reader, "shape")
    var count = 1
    for axis in shape {
        let (product, isFar) = count.multipliedReportingOverflow(by: axis)
        guard axis >= 0, !isFar, product <= limit else {
            throw try reader.child("shape").error(
                .outOfRange, "\(shape) has too many elements, or fewer than none (allowed: at most \(limit))")
        }
        count = product
    }
    return shape
}

/// The bounds of an array: one for all elements, or one for each; null for none.
func readBounds(
    _ reader: StateReader, _ key: String, count: Int, missing: Float
) throws(StateError) -> [Float] {
    func bound(_ reader: StateReader) throws(StateError) -> Float {
        switch reader.tree {
        case .null: return missing
        // An integer may be beyond those that are exact.
        case .int(let value): return Float(value)
        default: return Float(try reader.double())
        }
    }
    guard let child = reader.optionalChild(key) else { return Array(repeating: missing, count: count) }
    guard case .list = child.tree else { return Array(repeating: try bound(child), count: count) }
    let list = try child.list()
    guard list.count == count else {
        throw child.error(.wrongShape, "expected \(count) bounds, found \(list.count)")
    }
    var bounds: [Float] = []
    for element in list { bounds.append(try bound(element)) }
    return bounds
}

/// A box, if there is such a one.
func makeBox(_ low: [Float], _ high: [Float], _ shape: [Int], at reader: StateReader) throws(StateError) -> Box {
    if let problem = Box.problem(low: low, high: high, shape: shape) { throw reader.error(.outOfRange, problem) }
    return Box(low: low, high: high, shape: shape)
}
