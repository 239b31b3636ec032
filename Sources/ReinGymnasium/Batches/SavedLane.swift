import ReinCheckpoints

/// A lane as it is saved: how far it is, and what puts it there again.
struct SavedLane {
    /// An episode in flight.
    struct Episode {
        /// The seed of its reset.
        let seed: UInt32
        /// The number of steps since.
        let steps: Int
        /// The actions since, `[steps, action width]`; nil when there are too many to be kept.
        let actions: [Float]?
        /// What is seen of the lane now.
        let rows: SavedRows
    }

    /// The seed of the lane, from which those of its episodes come.
    let laneSeed: UInt64
    /// The number of episodes that were begun.
    let begun: Int
    /// The present one; nil when there is none.
    let episode: Episode?

    /// What is to be saved.
    func tree(actionWidth: Int) -> StateTree {
        var lane: StateMap = [
            "laneSeed": .int(Int64(bitPattern: laneSeed)), "begun": .int(Int64(begun)), "episode": .null,
        ]
        guard let episode else { return .map(lane) }
        let actions = episode.actions.map {
            StateTree.tensor(StateTensor($0, shape: [episode.steps, actionWidth]))
        }
        var map: StateMap = [
            "seed": .int(Int64(episode.seed)), "steps": .int(Int64(episode.steps)), "actions": actions ?? .null,
            "observation": .tensor(
                StateTensor(episode.rows.observation, shape: [episode.rows.observation.count])),
        ]
        for (key, bytes) in [("mask", episode.rows.mask), ("turns", episode.rows.turns)] where !bytes.isEmpty {
            map[key] = .tensor(StateTensor(bytes, shape: [bytes.count]))
        }
        lane["episode"] = .map(map)
        return .map(lane)
    }

    /// A lane of which all is known.
    init(laneSeed: UInt64, begun: Int, episode: Episode?) {
        self.laneSeed = laneSeed
        self.begun = begun
        self.episode = episode
    }

    /// Reads what was saved.
    ///
    /// - Throws: `StateError` for what is missing, does not fit, or cannot be.
    init(_ reader: StateReader, actionWidth: Int, _ sizes: SavedRows.Sizes) throws(StateError) {
        laneSeed = UInt64(bitPattern: Int64(try reader.int("laneSeed")))
        begun = try reader.int("begun")
        guard begun >= 0 else { throw try reader.child("begun").error(.outOfRange, "\(begun) is no count") }
        guard let episode = reader.optionalChild("episode") else {
            self.episode = nil
            return
        }
        let (seed, steps) = (try episode.int("seed"), try episode.int("steps"))
        guard let seed = UInt32(exactly: seed), seed < 1 << 31 else {
            throw try episode.child("seed").error(.outOfRange, "\(seed) is no seed of 31 bits")
        }
        guard steps >= 0, begun > 0 else {
            throw try episode.child("steps").error(.outOfRange, "\(steps) steps in one of \(begun) episodes")
        }
        let actions = try episode.optionalChild("actions").map { saved throws(StateError) in
            guard steps <= EpisodeLog.limit else { throw saved.error(.outOfRange, "actions of too many steps") }
            return try saved.floats(shape: [steps, actionWidth])
        }
        let rows = SavedRows(
            observation: try episode.floats("observation", shape: [sizes.observation]),
            mask: try Self.bytes(episode, "mask", count: sizes.mask),
            turns: try Self.bytes(episode, "turns", count: sizes.turns))
        self.episode = Episode(seed: seed, steps: steps, actions: actions, rows: rows)
    }

    /// The bytes of a key, which is not there when there are none.
    private static func bytes(_ reader: StateReader, _ key: String, count: Int) throws(StateError) -> [UInt8] {
        if count == 0, reader.optionalChild(key) == nil { return [] }
        let child = try reader.child(key)
        let tensor = try child.tensor(shape: [count])
        do { return try tensor.uint8s() } catch { throw error.nested(under: child.path) }
    }
}
