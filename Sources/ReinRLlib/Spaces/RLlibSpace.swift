import ReinCheckpoints
import ReinSpaces

/// Spaces as RLlib writes them: a map with the kind of the space under `space`, bounds as NumPy text, all of it in
/// another map, which names the original space beside it when a preprocessor made another one of it.
enum RLlibSpace {
    /// An action space. A Box of integers is multi-discrete, as RLlib's policies take it: each element has a category for
    /// each integer.
    ///
    /// - Throws: `StateError` for anything but discrete, multi-discrete and Box.
    static func actionSpace(_ reader: StateReader) throws(StateError) -> ActionSpace {
        let space = try reader.child("space")
        let kind = try space.string("space")
        switch kind {
        case "box":
            let box = try box(space)
            switch try elementKind(of: space) {
            case .float: return .box(box)
            case .signedInteger: return .multiDiscrete(try categories(box, space))
            case .other(let type):
                throw space.error(
                    .unsupportedFormat, "actions in a Box of the element type \(type.shortened) are not supported")
            }
        case "discrete":
            let (count, start) = (try space.int("n"), try space.optionalChild("start")?.int() ?? 0)
            guard (1...1 << 24).contains(count), (-(1 << 24)...1 << 24).contains(start) else {
                throw space.error(.outOfRange, "a choice of \(count) actions from \(start) on")
            }
            return .discrete(Discrete(count, start: start))
        case "multi-discrete":
            return .multiDiscrete(try choices(integers(space.child("nvec")), space))
        default: throw unsupported(kind, space, known: "box, discrete, multi-discrete")
        }
    }

    /// What a file holds for actions.
    ///
    /// - Parameter kept: what the file had that the policy came from, which stays as long as it means the same.
    static func tree(_ actions: ActionSpace, kept: StateReader?) -> StateTree {
        if let kept, let same = try? actionSpace(kept), same == actions { return kept.tree }
        switch actions {
        case .box(let box): return ["space": tree(of: box)]
        case .discrete(let discrete):
            return [
                "space": ["space": "discrete", "n": .int(Int64(discrete.count)), "start": .int(Int64(discrete.start))]
            ]
        case .multiDiscrete(let multiDiscrete):
            return ["space": Self.multiDiscrete(multiDiscrete.counts)]
        }
    }

    /// A multi-discrete space in RLlib's words.
    static func multiDiscrete(_ counts: [Int]) -> StateTree {
        let counts = counts.map { Int64($0) }
        return [
            "space": "multi-discrete", "nvec": .string(NumPyText.text(StateTensor(counts, shape: [counts.count]))),
            "dtype": "<i8",
        ]
    }

    /// A Box in RLlib's words.
    static func tree(of box: Box) -> StateTree {
        [
            "space": "box", "low": .string(NumPyText.text(StateTensor(box.low, shape: box.shape))),
            "high": .string(NumPyText.text(StateTensor(box.high, shape: box.shape))),
            "shape": .list(box.shape.map { .int(Int64($0)) }), "dtype": "<f4",
        ]
    }

    /// Reads a Box, whatever its elements are.
    static func box(_ reader: StateReader) throws(StateError) -> Box {
        var shape: [Int] = []
        for length in try reader.list("shape") { shape.append(try length.int()) }
        let (low, high) = (try numbers(reader.child("low")), try numbers(reader.child("high")))
        guard shape.isEmpty || isShape(shape) else {
            throw reader.error(.outOfRange, "a box of shape \(shape.prefix(64))")
        }
        if let problem = Box.problem(low: low, high: high, shape: shape) { throw reader.error(.outOfRange, problem) }
        return Box(low: low, high: high, shape: shape)
    }

    /// What the elements of a Box are.
    private enum ElementKind {
        case float
        /// `int8` to `int64`, the only ones that RLlib has categories for.
        case signedInteger
        case other(String)
    }

    /// What the elements of a Box are, by NumPy's name such as `<f4`; floats where a file does not say.
    private static func elementKind(of space: StateReader) throws(StateError) -> ElementKind {
        guard let type = try space.optionalChild("dtype")?.string() else { return .float }
        switch type.trimmingPrefix(while: { "<>=|".contains($0) }).first {
        case "f": return .float
        case "i": return .signedInteger
        default: return .other(type)
        }
    }

    /// The numbers of choices of a Box of integers: of every element one for each integer between the smallest lower and
    /// the largest upper bound of all of them, counted from the element's own lower bound.
    private static func categories(_ box: Box, _ space: StateReader) throws(StateError) -> [Int] {
        guard let high = box.high.first.flatMap({ Int(exactly: $0) }), box.high.allSatisfy({ $0 == box.high[0] }),
            box.low.allSatisfy({ $0 == 0 })
        else {
            throw space.error(
                .unsupportedFormat,
                "RLlib takes each integer between the bounds of a Box for a choice of its own; that is supported where "
                    + "all elements count from 0 and have the same upper bound")
        }
        return try choices([Int](repeating: high + 1, count: box.count), space)
    }

    /// Whether a shape of axes is one that an array can have.
    static func isShape(_ shape: [Int]) -> Bool {
        var rest = 1 << 24
        return (1...64).contains(shape.count)
            && shape.allSatisfy { length in
                guard length > 0, length <= rest else { return false }
                rest /= length
                return true
            }
    }

    /// Numbers of choices that a space can have.
    static func choices(
        _ counts: [Int], _ space: StateReader, limit: Int = 1 << 24
    ) throws(StateError) -> [Int] {
        guard !counts.isEmpty, counts.allSatisfy({ (1...1 << 24).contains($0) }), counts.count <= 1 << 16,
            counts.reduce(0, +) <= limit
        else { throw space.error(.outOfRange, "impossible numbers of choices") }
        return counts
    }

    /// The numbers of an array text as floats.
    private static func numbers(_ reader: StateReader) throws(StateError) -> [Float] {
        do throws(StateError) {
            let tensor = try NumPyText.tensor(try reader.string())
            switch tensor.elementType {
            case .float32: return try tensor.floats()
            case .float64: return try tensor.doubles().map { Float($0) }
            case .int64: return try tensor.int64s().map { Float($0) }
            case .int32: return try tensor.int32s().map { Float($0) }
            case .uint8: return try tensor.uint8s().map { Float($0) }
            default:
                throw StateError(.unsupportedFormat, "bounds of the element type \(tensor.elementType.rawValue)")
            }
        } catch {
            throw error.nested(under: reader.path)
        }
    }

    /// The numbers of an array text as integers.
    static func integers(_ reader: StateReader) throws(StateError) -> [Int] {
        do throws(StateError) {
            let tensor = try NumPyText.tensor(try reader.string())
            switch tensor.elementType {
            case .int64: return try tensor.int64s().map { Int($0) }
            case .int32: return try tensor.int32s().map { Int($0) }
            default:
                throw StateError(.unsupportedFormat, "choices of the element type \(tensor.elementType.rawValue)")
            }
        } catch {
            throw error.nested(under: reader.path)
        }
    }

    /// What is said of spaces of another kind.
    static func unsupported(_ kind: String, _ reader: StateReader, known: String) -> StateError {
        reader.error(
            .unsupportedFormat, "a space of the kind \"\(kind.shortened)\" is not supported (supported: \(known))")
    }
}
