import ReinCheckpoints
import ReinPolicies
import ReinSpaces

/// What a policy of RLlib's reads, and the part of its network that does.
struct RLlibObservations: Equatable {
    /// The rows that reach the network.
    var space: Box
    /// How rows are made of the environment's observations.
    var encoding = ObservationEncoding.numbers
    /// The part of the network that reads observations that are no vectors (`ComplexInputNetwork`), by its name among the
    /// weights; nil for vectors.
    var module: String?

    /// The number of elements of a row.
    var count: Int { space.count }

    /// Observations in RLlib's words. Discrete and multi-discrete ones are one-hot there; arrays that are no images, and
    /// bits, are flattened.
    ///
    /// - Throws: `StateError` for spaces whose networks there are not here.
    init(_ reader: StateReader) throws(StateError) {
        let space = try reader.child("space")
        let kind = try space.string("space")
        if let original = reader.optionalChild("original_space") {
            let inner = try original.child("space")
            guard let counts = try Self.counts(inner) else { throw Self.preprocessed(original) }
            self.space = Box(0...1, shape: [counts.reduce(0, +)])
            // Indices that are not counted from 0 are left to whoever makes the rows.
            if try inner.optionalChild("start")?.int() ?? 0 == 0 { encoding = .oneHot(counts: counts) }
            guard kind == "box", try RLlibSpace.box(space).shape == self.space.shape else {
                throw space.error(.wrongShape, "expected a vector of \(self.space.count) numbers")
            }
        } else if kind == "box" {
            self.space = try RLlibSpace.box(space)
            let shape = self.space.shape
            guard shape.count != 3 else {
                throw space.error(
                    .unsupportedFormat,
                    "RLlib's networks of observations of the shape \(shape) are convolutional, which are not supported")
            }
            module = Self.module(of: self.space)
        } else if kind == "multi-binary" {
            let size = try space.child("n")
            var shape: [Int] = []
            if case .list = size.tree {
                for length in try size.list() { shape.append(try length.int()) }
            } else {
                shape = [try size.int()]
            }
            guard RLlibSpace.isShape(shape) else {
                throw size.error(.outOfRange, "bits of the shape \(shape.prefix(64))")
            }
            self.space = Box(0...1, shape: shape)
            module = "flatten"
        } else if let counts = try Self.counts(space) {
            self.space = Box(0...1, shape: [counts.reduce(0, +)])
            encoding = .oneHot(counts: counts)
            module = "one_hot"
        } else {
            throw RLlibSpace.unsupported(kind, space, known: "box, discrete, multi-discrete, multi-binary")
        }
    }

    /// What RLlib makes of observations of Rein's. Parts and indices that are not counted from 0 are numbers to it: its
    /// networks of them are others.
    init(_ space: Box, encoding: ObservationEncoding) {
        self.space = space
        self.encoding = if case .parts = encoding { .numbers } else { encoding }
        if self.encoding == .numbers { module = Self.module(of: space) }
    }

    /// Numbers that are no vector are read by a part of the network for themselves.
    private static func module(of space: Box) -> String? { space.shape.count == 1 ? nil : "flatten" }

    /// The numbers of choices of a discrete or multi-discrete space; nil for others.
    private static func counts(_ space: StateReader) throws(StateError) -> [Int]? {
        switch try space.string("space") {
        case "discrete": return try RLlibSpace.choices([space.int("n")], space, limit: 65_536)
        case "multi-discrete":
            return try RLlibSpace.choices(RLlibSpace.integers(space.child("nvec")), space, limit: 65_536)
        default: return nil
        }
    }

    private static func preprocessed(_ original: StateReader) -> StateError {
        let kind = (try? original.child("space").string("space")) ?? "preprocessed"
        // Those of the shape of Atari's memory and screen are scaled.
        let what = kind == "box" ? "scales first, as of Atari's games," : "turns into a vector first"
        return original.error(
            .unsupportedFormat,
            "observations of the space \"\(kind.shortened)\", which RLlib \(what) are not supported; use an environment "
                + "whose observations are a Box, Discrete, MultiDiscrete or MultiBinary")
    }

    /// What a file holds for them.
    var tree: StateTree {
        guard case .oneHot(let counts) = encoding else { return ["space": RLlibSpace.tree(of: space)] }
        let original: StateTree =
            counts.count == 1
            ? ["space": "discrete", "n": .int(Int64(counts[0])), "start": 0] : RLlibSpace.multiDiscrete(counts)
        let rows = Box(-1...1, shape: space.shape)
        return ["space": RLlibSpace.tree(of: rows), "original_space": ["space": original]]
    }
}

extension Policy {
    /// What RLlib's policy like this one reads: as in the file that it came from, as long as that means the same.
    var rllibObservations: (observations: RLlibObservations, tree: StateTree) {
        let own = RLlibObservations(observationSpace, encoding: observationEncoding)
        guard
            let kept = rllib.flatMap({
                StateReader($0).optionalChild("policy_spec")?.optionalChild("observation_space")
            }),
            let observations = try? RLlibObservations(kept), observations.space == observationSpace,
            observations.encoding == own.encoding
        else { return (own, own.tree) }
        return (observations, kept.tree)
    }
}
