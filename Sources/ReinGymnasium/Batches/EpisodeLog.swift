import ReinRandom

/// What puts lanes where they are: the seeds of their episodes, and the actions since.
///
/// `@unchecked Sendable`: all calls name a lane, and no lane is in two calls at once; see `EnvironmentBatch`.
final class EpisodeLog: @unchecked Sendable {
    /// The number of actions that are kept; episodes that are longer cannot be replayed.
    static let limit = 100_000

    /// The episode of a lane.
    private struct Lane {
        /// The seed of the lane, from which those of its episodes come.
        var laneSeed: UInt64
        /// The number of episodes that were begun.
        var begun = 0
        /// The number of steps since the present one was begun; nil when there is none.
        var steps: Int?
        /// The seed of the present episode.
        var seed: UInt32 = 0
        /// The seed of the next one.
        var nextSeed: UInt32
        var actions: UnsafeMutablePointer<Float>
        /// The number of actions that there is room for.
        var capacity: Int
    }

    private let lanes: UnsafeMutablePointer<Lane>
    /// The number of lanes.
    let count: Int
    /// The number of numbers of an action.
    let width: Int

    /// Lanes without episodes.
    ///
    /// - Parameters:
    ///   - seeds: those of the lanes.
    ///   - width: the number of numbers of an action.
    ///   - stepsAtFirst: the number of actions that there is room for before more has to be made.
    init(seeds: [UInt64], width: Int, stepsAtFirst: Int) {
        count = seeds.count
        self.width = width
        lanes = .allocate(capacity: count)
        let capacity = min(max(16, stepsAtFirst), Self.limit)
        for (index, seed) in seeds.enumerated() {
            (lanes + index).initialize(
                to: Lane(
                    laneSeed: seed, nextSeed: Self.seed(ofEpisode: 0, seed),
                    actions: .allocate(capacity: capacity * width), capacity: capacity))
        }
    }

    deinit {
        for lane in 0..<count { lanes[lane].actions.deallocate() }
        lanes.deallocate()
    }

    /// The seed of an episode: of 31 bits, since there are environments that take no more. The first one of a lane has the
    /// lane's own if it fits.
    static func seed(ofEpisode number: Int, _ laneSeed: UInt64) -> UInt32 {
        if number == 0, laneSeed < 1 << 31 { return UInt32(laneSeed) }
        var stream = RandomStream(seed: laneSeed, name: "episode", index: number)
        return UInt32(truncatingIfNeeded: stream.next() >> 33)
    }

    /// The seed of a lane.
    func laneSeed(_ lane: Int) -> UInt64 { lanes[lane].laneSeed }
    /// The number of episodes that a lane has begun.
    func begun(_ lane: Int) -> Int { lanes[lane].begun }
    /// The number of steps of a lane's episode; nil when it has none.
    func steps(_ lane: Int) -> Int? { lanes[lane].steps }
    /// The seed of a lane's episode.
    func seed(_ lane: Int) -> UInt32 { lanes[lane].seed }
    /// The seed of the next episode of a lane.
    func nextSeed(_ lane: Int) -> UInt32 { lanes[lane].nextSeed }

    /// The actions of a lane's episode, `[steps, width]`; nil when it has none, or too many.
    func actions(_ lane: Int) -> UnsafeBufferPointer<Float>? {
        guard let steps = lanes[lane].steps, steps <= Self.limit else { return nil }
        return UnsafeBufferPointer(start: lanes[lane].actions, count: steps * width)
    }

    /// The last action of a lane's episode; nil when it is not known.
    func lastAction(_ lane: Int) -> [Float]? {
        guard let actions = actions(lane), actions.count >= width else { return nil }
        return Array(actions.suffix(width))
    }

    /// Begins the next episode of a lane.
    func begin(_ lane: Int) {
        lanes[lane].seed = lanes[lane].nextSeed
        lanes[lane].begun += 1
        lanes[lane].steps = 0
        lanes[lane].nextSeed = Self.seed(ofEpisode: lanes[lane].begun, lanes[lane].laneSeed)
    }

    /// Writes down an action.
    func record(_ lane: Int, _ action: UnsafePointer<Float>) {
        guard let steps = lanes[lane].steps else { return }
        lanes[lane].steps = steps + 1
        guard steps < Self.limit else { return }
        if steps == lanes[lane].capacity { grow(lane) }
        (lanes[lane].actions + steps * width).update(from: action, count: width)
    }

    private func grow(_ lane: Int) {
        let (old, size) = (lanes[lane].actions, lanes[lane].capacity * width)
        lanes[lane].capacity = min(2 * lanes[lane].capacity, Self.limit)
        lanes[lane].actions = .allocate(capacity: lanes[lane].capacity * width)
        lanes[lane].actions.update(from: old, count: size)
        old.deallocate()
    }

    /// Forgets the episode of a lane.
    func forget(_ lane: Int) { lanes[lane].steps = nil }

    /// Takes over how far a lane was, without an episode.
    func restore(_ lane: Int, laneSeed: UInt64, begun: Int) {
        lanes[lane].laneSeed = laneSeed
        lanes[lane].begun = begun
        lanes[lane].steps = nil
        lanes[lane].nextSeed = Self.seed(ofEpisode: begun, lanes[lane].laneSeed)
    }

    /// Takes over an episode of a lane; `begun` counts it.
    func restore(_ lane: Int, laneSeed: UInt64, begun: Int, seed: UInt32, actions: [Float]) {
        restore(lane, laneSeed: laneSeed, begun: begun)
        (lanes[lane].seed, lanes[lane].steps) = (seed, 0)
        for step in 0..<actions.count / width {
            actions.withUnsafeBufferPointer { actions in
                guard let start = actions.baseAddress else { return }
                record(lane, start + step * width)
            }
        }
    }
}
