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

    /// An action space.
    ///
    /// - Throws: `StateError` for anything but discrete, multi-discrete and Box.
    static func actionSpace(_ reader: StateReader) throws(StateError) -> ActionSpace {
        let space = try reader.child("space")
        let kind = try space.string("space")
        switch kind {
        case "box": return .box(try box(space))
        case "discrete":
            let (count, start) = (try space.int("n"), try space.optionalChild("start")?.int() ?? 0)
            guard (1...1 << 24).contains(count), (-(1 << 24)...1 << 24).contains(start) else {
                throw space.error(.outOfRange, "a choice of \(count) actions from \(start) on")
            }
            return .discrete(Discrete(count, start: start))
        case "multi-discrete":
            let counts = try integers(space.child("nvec"))
            guard !counts.isEmpty, counts.allSatisfy({ (1...1 << 24).contains($0) }), counts.count <= 1 << 16,
                counts.reduce(0, +) <= 1 << 24
            else { throw space.error(.outOfRange, "impossible numbers of choices") }
            return .multiDiscrete(counts)
        default: throw unsupported(kind, space, known: "box, discrete, multi-discrete")
        }
    }

    /// What a file holds for observations.
    static func tree(_ box: Box) -> StateTree { ["space": space(box)] }

    /// What a file holds for actions.
    static func tree(_ actions: ActionSpace) -> StateTree {
        switch actions {
        case .box(let box): return tree(box)
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
