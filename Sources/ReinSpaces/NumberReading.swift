package import ReinCheckpoints
import ReinNumerics

/// Numbers, indices, and objects of them, as somebody writes them down in JSON.
package enum NumberReading {
    /// Whether this is a list of so many elements, none of which is a list or an object.
    static func isFlatList(_ reader: StateReader, of count: Int) -> Bool {
        guard case .list(let list) = reader.tree, list.count == count else { return false }
        return list.allSatisfy { element in
            switch element {
            case .list, .map: false
            default: true
            }
        }
    }

    /// The values of these names in an object, or the elements of a list in its place where the names are `0`, `1`, ...
    ///
    /// - Parameter rowWidth: how long the row is that may stand here as well, for messages; nil where none may.
    /// - Throws: `StateError` for names that are missing and others, and for what is neither object nor such a list.
    static func elements(
        of object: StateReader, named names: [String], rowWidth: Int?
    ) throws(StateError) -> [(name: String, value: StateReader)] {
        let isTuple = names.indices.allSatisfy { names[$0] == String($0) }
        var elements: [(name: String, value: StateReader)] = []
        switch object.tree {
        case .map(let map):
            // Looking each known one up is quicker than looking for each one found.
            let isComplete = map.count == names.count && names.allSatisfy { map[$0] != nil }
            if !isComplete { try object.expectKeys(names) }
            for name in names { elements.append((name, try object.child(name))) }
        case .list(let list) where isTuple && list.count == names.count:
            for (name, element) in zip(names, try object.list()) { elements.append((name, element)) }
        default: throw mismatch(object, names, isTuple: isTuple, rowWidth: rowWidth)
        }
        return elements
    }

    private static func mismatch(
        _ found: StateReader, _ names: [String], isTuple: Bool, rowWidth: Int?
    ) -> StateError {
        let known = names.prefix(16).map { "\"\($0.shortened)\"" }.joined(separator: ", ")
        var expected = ["an object with \(known)\(names.count > 16 ? ", ..." : "")"]
        if isTuple { expected.append("a list of \(NumberText.count(names.count, "element", "elements"))") }
        if let rowWidth { expected.append("a row of \(NumberText.count(rowWidth, "number", "numbers"))") }
        let words = "expected \(expected.joined(separator: " or ")), found \(found.tree.summary)"
        guard case .list(let list) = found.tree else { return found.error(.wrongType, words) }
        return found.error(.wrongShape, "\(words) of \(list.count)")
    }

    /// The numbers of an array of a shape: of a flat list, or of lists nested as the shape says. A single number needs no
    /// list.
    ///
    /// - Parameter ofBits: whether they must be 0 or 1, and may be truth values.
    static func array(_ reader: StateReader, shape: [Int], ofBits: Bool = false) throws(StateError) -> [Float] {
        let count = shape.reduce(1, *)
        var numbers: [Float] = []
        if case .list = reader.tree {
            numbers = try floats(reader, shape: shape, ofBits: ofBits)
        } else {
            numbers = [try float(reader, isBit: ofBits)]
        }
        guard numbers.count == count else {
            throw reader.error(
                .wrongShape, "expected \(NumberText.count(count, "number", "numbers")), found \(numbers.count)")
        }
        return numbers
    }

    /// Indices, from 0 on, of the outside world's numbers: a single one, or a list of them, lists nested as they come.
    static func indices(
        _ reader: StateReader, _ counts: [Int], _ starts: [Int]
    ) throws(StateError) -> [Int] {
        let leaves = try leaves(of: reader)
        guard leaves.count == counts.count else {
            throw reader.error(
                .wrongShape,
                "expected \(NumberText.count(counts.count, "index", "indices")), found \(leaves.count)")
        }
        var indices: [Int] = []
        for (leaf, (count, start)) in zip(leaves, zip(counts, starts)) {
            let number = try leaf.int()
            guard let index = Discrete(count, start: start).index(ofNumber: number) else {
                throw leaf.error(.outOfRange, "expected \(start) to \(start + count - 1), found \(number)")
            }
            indices.append(index)
        }
        return indices
    }

    private static func leaves(of reader: StateReader) throws(StateError) -> [StateReader] {
        guard case .list = reader.tree else { return [reader] }
        var leaves: [StateReader] = []
        for element in try reader.list() { leaves += try Self.leaves(of: element) }
        return leaves
    }

    /// The numbers of a flat list, or of lists nested as the shape says; how many they are in all is not looked at.
    ///
    /// - Parameter ofBits: whether they must be 0 or 1, and may be truth values.
    /// - Throws: `StateError` that names the place of what is no list, no number, or not finite in 32 bits.
    package static func floats(
        _ reader: StateReader, shape: [Int], ofBits: Bool = false
    ) throws(StateError) -> [Float] {
        let elements = try reader.list()
        guard shape.count > 1, elements.count == shape[0], let first = elements.first, case .list = first.tree else {
            var values: [Float] = []
            for element in elements { values.append(try float(element, isBit: ofBits)) }
            return values
        }
        let rest = Array(shape.dropFirst())
        var values: [Float] = []
        for element in elements {
            let row = try floats(element, shape: rest, ofBits: ofBits)
            let count = rest.reduce(1, *)
            guard row.count == count else {
                throw element.error(.wrongShape, "expected \(count) numbers, found \(row.count)")
            }
            values += row
        }
        return values
    }

    /// A number that is finite in 32 bits.
    private static func float(_ reader: StateReader, isBit: Bool) throws(StateError) -> Float {
        let value: Double
        switch reader.tree {
        case .double(let number): value = number
        case .int(let number): value = Double(number)
        case .bool(let bit) where isBit: value = bit ? 1 : 0
        default: throw reader.error(.wrongType, "expected a number, found \(reader.tree.kind)")
        }
        let float = Float(value)
        guard float.isFinite else {
            throw reader.error(.outOfRange, "\(value) is not a finite 32-bit number")
        }
        guard !isBit || float == 0 || float == 1 else {
            throw reader.error(.outOfRange, "expected 0 or 1, found \(reader.tree.summary)")
        }
        return float
    }
}
