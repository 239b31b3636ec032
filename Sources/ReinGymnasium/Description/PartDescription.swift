import ReinCheckpoints
import ReinSpaces

/// What a worker says of a part of an observation: how it becomes numbers, and the bounds of these.
struct PartDescription: Sendable, Equatable {
    /// Where it is, and how it becomes numbers.
    let part: ObservationPart
    /// The lower bound of each number.
    let low: [Float]
    /// The upper bound of each number.
    let high: [Float]

    /// The number of its numbers.
    var width: Int { low.count }

    /// The shape of an array; empty for one number, and for choices.
    var shape: [Int] {
        switch part.kind {
        case .numbers(let shape), .binary(let shape): shape
        case .oneHot: []
        }
    }

    /// Reads what a worker says.
    ///
    /// - Throws: `StateError` with the place of what cannot be true.
    init(_ reader: StateReader) throws(StateError) {
        var path: [String] = []
        for step in try reader.list("path") { path.append(try step.string()) }
        let kind: ObservationPart.Kind
        switch try reader.string("kind") {
        case "oneHot":
            let counts = try readCounts(reader, limit: AgentDescription.widthLimit)
            let starts = try readIntegers(reader, "starts")
            guard !counts.isEmpty, starts.count == counts.count else {
                throw reader.error(.wrongShape, "\(counts.count) choices, and \(starts.count) starts")
            }
            kind = .oneHot(counts: counts, starts: starts)
            (low, high) = Self.bits(counts.reduce(0, +))
        case "binary":
            let shape = try readShape(reader, limit: AgentDescription.widthLimit)
            kind = .binary(shape: shape)
            (low, high) = Self.bits(shape.reduce(1, *))
        case "box":
            let shape = try readShape(reader, limit: AgentDescription.widthLimit)
            kind = .numbers(shape: shape)
            let width = shape.reduce(1, *)
            low = try readBounds(reader, "low", count: width, missing: -.infinity)
            high = try readBounds(reader, "high", count: width, missing: .infinity)
        case let name:
            throw try reader.child("kind").error(.outOfRange, "no kind of observation: \"\(name.shortened)\"")
        }
        part = ObservationPart(path, kind)
    }

    private static func bits(_ width: Int) -> (low: [Float], high: [Float]) {
        (Array(repeating: 0, count: width), Array(repeating: 1, count: width))
    }
}
