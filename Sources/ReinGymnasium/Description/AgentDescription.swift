import ReinCheckpoints
import ReinSpaces

/// What a worker says of an agent.
struct AgentDescription: Sendable, Equatable {
    /// Where masks come from.
    enum MaskSource: String, Sendable {
        /// `info["action_mask"]`.
        case info
        /// The key `action_mask` of the observation, which is no part of it then.
        case observation
        /// The method `action_masks()`.
        case method
    }

    /// The largest number of numbers of an observation, an action or a mask.
    static let widthLimit = 1 << 26

    /// Its name; empty where there is one agent.
    let name: String
    /// The parts of its observations, side by side.
    let parts: [PartDescription]
    /// How observations become rows of numbers.
    let observationEncoding: ObservationEncoding
    /// What it observes, all parts side by side.
    let observationSpace: Box
    /// What it does.
    let actionSpace: ActionSpace
    /// The numbers of the first action of each component in the environment's words: zeros where it counts from there.
    let actionStarts: [Int]
    /// Where masks of its actions come from; nil when there are none.
    let maskSource: MaskSource?

    /// The number of numbers of an observation.
    var observationWidth: Int { observationSpace.count }

    /// The number of entries of a mask; 0 when there are none.
    var maskWidth: Int { maskSource == nil ? 0 : Self.choiceCount(of: actionSpace) }

    /// Reads what a worker says.
    ///
    /// - Throws: `StateError` with the place of what cannot be true.
    init(_ reader: StateReader) throws(StateError) {
        name = try reader.string("name")
        var parts: [PartDescription] = []
        var width = 0
        let list = try reader.list("observation")
        for part in list {
            let next = try PartDescription(part)
            width += next.width
            guard width <= Self.widthLimit else {
                throw part.error(.outOfRange, "more than \(Self.widthLimit) numbers together with those before")
            }
            parts.append(next)
        }
        guard width > 0 else { throw try reader.child("observation").error(.outOfRange, "there is nothing to observe") }
        self.parts = parts
        let (low, high) = (parts.flatMap(\.low), parts.flatMap(\.high))
        // One array keeps its shape; parts side by side are a vector.
        let shape = parts.count == 1 && !parts[0].shape.isEmpty ? parts[0].shape : [width]
        do throws(StateError) {
            observationEncoding = try ObservationEncoding(parts: parts.map(\.part))
        } catch {
            throw error.nested(under: try reader.child("observation").path)
        }
        observationSpace = try makeBox(low, high, shape, at: try reader.child("observation"))
        (actionSpace, actionStarts) = try Self.action(try reader.child("action"))
        maskSource = try Self.maskSource(reader, actionSpace)
    }

    private static func action(_ reader: StateReader) throws(StateError) -> (ActionSpace, starts: [Int]) {
        switch try reader.string("kind") {
        case "discrete":
            let (counts, starts) = try choices(reader)
            guard counts.count == 1 else { throw try reader.child("counts").error(.wrongShape, "expected one count") }
            return (.discrete(Discrete(counts[0], start: starts[0])), starts)
        case "multiDiscrete":
            let (counts, starts) = try choices(reader)
            return (.multiDiscrete(MultiDiscrete(counts)), starts)
        case "box":
            let shape = try readShape(reader, limit: widthLimit)
            let count = shape.reduce(1, *)
            guard count > 0 else { throw try reader.child("shape").error(.outOfRange, "there is nothing to do") }
            let low = try readBounds(reader, "low", count: count, missing: -.infinity)
            let high = try readBounds(reader, "high", count: count, missing: .infinity)
            return (.box(try makeBox(low, high, shape, at: reader)), [])
        case let kind:
            throw try reader.child("kind").error(.outOfRange, "no kind of actions: \"\(kind.shortened)\"")
        }
    }

    private static func choices(_ reader: StateReader) throws(StateError) -> (counts: [Int], starts: [Int]) {
        let counts = try readCounts(reader, limit: 1 << 24)
        guard !counts.isEmpty else { throw try reader.child("counts").error(.outOfRange, "there is nothing to choose") }
        let starts = try readIntegers(reader, "starts")
        guard starts.count == counts.count else {
            throw try reader.child("starts").error(.wrongShape, "expected \(counts.count), found \(starts.count)")
        }
        for (start, count) in zip(starts, counts) where start.addingReportingOverflow(count).overflow {
            throw try reader.child("starts").error(.outOfRange, "\(start) is too large")
        }
        return (counts, starts)
    }

    private static func choiceCount(of actionSpace: ActionSpace) -> Int {
        switch actionSpace {
        case .discrete(let discrete): discrete.count
        case .multiDiscrete(let multiDiscrete): multiDiscrete.choiceCount
        case .box: 0
        }
    }

    private static func maskSource(
        _ reader: StateReader, _ actionSpace: ActionSpace
    ) throws(StateError) -> MaskSource? {
        let width = try reader.int("maskWidth")
        if width == 0 { return nil }
        let expected = choiceCount(of: actionSpace)
        guard width == expected else {
            throw try reader.child("maskWidth").error(.wrongShape, "expected \(expected), found \(width)")
        }
        let source = try reader.string("maskSource")
        guard let known = MaskSource(rawValue: source) else {
            throw try reader.child("maskSource").error(.outOfRange, "no source of masks: \"\(source.shortened)\"")
        }
        return known
    }
}
