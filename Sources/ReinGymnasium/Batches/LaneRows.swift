import ReinCheckpoints

/// Where the arrays of lanes lie in the memory that is shared with their worker.
protocol WorkerArrays: Sendable {
    /// The numbers of numbers of a row.
    associatedtype Widths: Sendable
    /// The arrays.
    associatedtype Pointers: WorkerPointers

    /// Where all arrays of a worker lie.
    var layout: RowLayout { get }

    /// Arrays for lanes in blocks.
    init(lanes: Int, blocks: Int, _ widths: Widths)

    /// The arrays in a worker's memory.
    func at(_ memory: UnsafeMutableRawPointer) -> Pointers
}

/// The arrays that all kinds of lanes have.
protocol WorkerPointers {
    /// What the next step does, `[lanes, action width]`.
    var actions: UnsafeMutablePointer<Float> { get }
    /// The seeds of the episodes that begin next, `[lanes]`.
    var nextSeeds: UnsafeMutablePointer<UInt32> { get }
}

/// The rows of lanes as the trainer sees them: what it takes over from workers, and hands on.
///
/// What a worker has written may be anything: whatever is no size, and no number of a kind, is looked at.
protocol LaneRows: Sendable {
    /// Where the arrays lie that are shared with workers.
    associatedtype Arrays: WorkerArrays
    /// Where a step writes what it brought.
    associatedtype Destination

    /// The numbers of numbers of a row.
    var widths: Arrays.Widths { get }
    /// The number of numbers of an action.
    var actionWidth: Int { get }

    /// Writes the action of a lane into a row of its worker's: all that a replay needs, and nothing else.
    func write(_ action: UnsafePointer<Float>, of lane: Int, into row: UnsafeMutablePointer<Float>)

    /// Looks at what a step brought, of which nothing was taken over yet.
    ///
    /// - Parameters:
    ///   - lane: the lane.
    ///   - row: its number in its worker.
    ///   - arrays: the arrays of the worker.
    /// - Throws: `BrokenRow` for what cannot be.
    func checkStep(_ lane: Int, _ row: Int, _ arrays: Arrays.Pointers) throws(BrokenRow)

    /// Looks at the first rows of an episode, or those after a replay.
    ///
    /// - Throws: `BrokenRow` for what cannot be.
    func checkPresent(_ lane: Int, _ row: Int, _ arrays: Arrays.Pointers) throws(BrokenRow)

    /// Takes over what a step brought.
    ///
    /// - Parameter destination: where to write.
    /// - Returns: whether the episode ended, so that the next one has begun.
    func takeStep(_ lane: Int, _ row: Int, _ arrays: Arrays.Pointers, into destination: Destination) -> Bool

    /// Takes over the first rows of an episode.
    func takePresent(_ lane: Int, _ row: Int, _ arrays: Arrays.Pointers)

    /// Takes over the rows after a replay.
    func takeReplayed(_ lane: Int, _ row: Int, _ arrays: Arrays.Pointers)

    /// Ends the episode of a lane as truncated where it was last seen; what `takePresent` took is what follows.
    func cutOff(_ lane: Int, into destination: Destination)

    /// Takes over the first rows of the episode after one that was cut off.
    func takeNext(_ lane: Int, _ row: Int, _ arrays: Arrays.Pointers, into destination: Destination)

    /// What is saved of a lane's rows.
    func saved(_ lane: Int) -> SavedRows

    /// The number of numbers of `saved(_:)`.
    var savedSizes: SavedRows.Sizes { get }

    /// How a lane differs from what was saved, to the last bit; nil when it does not.
    func difference(_ lane: Int, from saved: SavedRows) -> String?
}

/// What a worker must not write.
struct BrokenRow: Error {
    /// What it is.
    let words: String
}

/// The rows of a lane as they are saved.
struct SavedRows: Sendable, Equatable {
    /// How many numbers there are.
    struct Sizes: Sendable, Equatable {
        let observation: Int
        let mask: Int
        let turns: Int
    }

    /// The observations.
    let observation: [Float]
    /// The entries of the masks, 0 or 1.
    let mask: [UInt8]
    /// Who acts and who is in play, 0 or 1; none for one agent.
    let turns: [UInt8]

    /// How these differ from those that were saved; nil when they do not.
    func difference(from saved: SavedRows) -> String? {
        if turns != saved.turns { return "others act, or are in play" }
        if let element = observation.indices.first(where: {
            observation[$0].bitPattern != saved.observation[$0].bitPattern
        }) {
            return "element \(element) of its observation is \(observation[element]) instead of "
                + "\(saved.observation[element])"
        }
        return mask.indices.first { mask[$0] != saved.mask[$0] }.map { "entry \($0) of its mask differs" }
    }
}
