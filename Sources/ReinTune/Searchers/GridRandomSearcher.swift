public import ReinCheckpoints
import ReinRandom

/// Goes through the grid of a space and draws everything else at random, whatever the results are.
///
///     let searcher = GridRandomSearcher(try VariantSequence(of: space, numSamples: 20, seed: 7))
public struct GridRandomSearcher: Searcher {
    /// What is suggested, one after the other.
    public private(set) var variants: VariantSequence
    /// The number of suggestions made.
    public private(set) var suggestedCount = 0
    /// A number of the space and the points, to tell states of other searches.
    private let fingerprint: UInt64

    /// Makes a searcher.
    public init(_ variants: VariantSequence) {
        self.variants = variants
        let points = JSON.text(.list(variants.pointsToEvaluate.map { .map($0) }))
        let text = "\(variants.space.fingerprint)\n\(points)\n\(variants.draws.rawValue)"
        var random = RandomStream(seed: 0, name: text)
        fingerprint = random.next()
    }

    /// False: everything is known from the start.
    public var learnsFromResults: Bool { false }

    /// The settings of the next variant, or `finished` after the last one.
    ///
    /// - Throws: `StateError` for a derived value that cannot be computed; the variant is passed over.
    public mutating func suggest(_ id: TrialID) throws(StateError) -> Suggestion {
        guard suggestedCount < variants.count ?? .max else { return .finished }
        defer { suggestedCount += 1 }
        return .configuration(try variants.variant(at: suggestedCount).configuration)
    }

    /// Does nothing.
    public mutating func observe(_ result: StateTree, of id: TrialID) {}

    /// Does nothing.
    public mutating func complete(_ id: TrialID, result: StateTree?, hasFailed: Bool) {}
}

extension GridRandomSearcher: Checkpointable {
    /// How far the search has come. It goes on in a searcher of the same space and points; the number of samples may differ.
    public var state: StateTree {
        [
            "suggested": .int(Int64(suggestedCount)), "seed": .int(Int64(bitPattern: variants.seed)),
            "space": .int(Int64(bitPattern: fingerprint)),
        ]
    }

    /// Goes on where another searcher of the same space and points was.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectKeys(["suggested", "seed", "space"])
        let (suggested, seed) = (try reader.int("suggested"), try reader.uint64("seed"))
        guard try reader.uint64("space") == fingerprint else {
            throw try reader.child("space").error(.malformed, "the state is that of a search of another space")
        }
        guard suggested >= 0 else {
            throw try reader.child("suggested").error(.outOfRange, "\(suggested) suggestions")
        }
        suggestedCount = suggested
        variants.seed = seed
    }
}
