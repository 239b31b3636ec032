import ReinCheckpoints
import ReinEnvironments

/// Spaces as RLlib writes them: a map with the kind of the space under `space`, bounds as NumPy text, all of it in
/// another map, which names the original space beside it when a preprocessor made another one of it.
enum RLlibSpace {
    /// An observation space.
    ///
    /// - Throws: `StateError` for anything but a Box that reaches the network as it is.
    static func observationSpace(_ reader: StateReader) throws(StateError) -> Box {
        if let original = reader.optionalChild("original_space") {
            let kind = (try? original.child("space").string("space")) ?? "preprocessed"
            throw original.error(
                .unsupportedFormat,
                "observations of the space \"\(kind.shortened)\", which RLlib turns into a vector first, are not "
                    + "supported; use an environment whose observations are a Box")
        }
        let space = try reader.child("space")
        let kind = try space.string("space")
        guard kind == "box" else { throw unsupported(kind, space, known: "box") }
        let box = try box(space)
        guard box.shape.count == 1 else {
            throw space.error(
                .unsupportedFormat,
                "RLlib's networks of observations of the shape \(box.shape) are convolutional, which are not supported; "
                    + "only vectors are")
        }
        return box
    }

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

    /// What a file holds for observations.
    ///
    /// - Parameter kept: what the file had that the policy came from, which stays as long as it means the same.
    static func tree(_ box: Box, kept: StateReader?) -> StateTree {
        if let kept, let same = try? observationSpace(kept), same == box { return kept.tree }
        return ["space": space(box)]
    }

    /// What a file holds for actions.
    ///
    /// - Parameter kept: as for observations.
    static func tree(_ actions: ActionSpace, kept: StateReader?) -> StateTree {
        if let kept, let same = try? actionSpace(kept), same == actions { return kept.tree }
        switch actions {
        case .box(let box): return ["space": space(box)]
        case .discrete(let discrete):
            return [
                "space": ["space": "discrete", "n": .int(Int64(discrete.count)), "start": .int(Int64(discrete.start))]
            ]
        case .multiDiscrete(let multiDiscrete):
            let counts = multiDiscrete.counts.map { Int64($0) }
            return [
                "space": [
                    "space": "multi-discrete",
                    "nvec": .string(NumPyText.text(StateTensor(counts, shape: [counts.count]))), "dtype": "<i8",
                ]
            ]
        }
    }

    private static func space(_ box: Box) -> StateTree {
        [
            "space": "box", "low": .string(NumPyText.text(StateTensor(box.low, shape: box.shape))),
            "high": .string(NumPyText.text(StateTensor(box.high, shape: box.shape))),
            "shape": .list(box.shape.map { .int(Int64($0)) }), "dtype": "<f4",
        ]
    }

    private static func box(_ reader: StateReader) throws(StateError) -> Box {
        var shape: [Int] = []
        for length in try reader.list("shape") { shape.append(try length.int()) }
        let (low, high) = (try numbers(reader.child("low")), try numbers(reader.child("high")))
        guard !shape.isEmpty, shape.count <= 64 else {
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

    /// Numbers of choices that a space can have.
    private static func choices(_ counts: [Int], _ space: StateReader) throws(StateError) -> [Int] {
        guard !counts.isEmpty, counts.allSatisfy({ (1...1 << 24).contains($0) }), counts.count <= 1 << 16,
            counts.reduce(0, +) <= 1 << 24
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

    private static func integers(_ reader: StateReader) throws(StateError) -> [Int] {
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

    private static func unsupported(_ kind: String, _ reader: StateReader, known: String) -> StateError {
        reader.error(
            .unsupportedFormat, "a space of the kind \"\(kind.shortened)\" is not supported (supported: \(known))")
    }
}
