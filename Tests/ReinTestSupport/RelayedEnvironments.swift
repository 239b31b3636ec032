public import ReinCheckpoints
public import ReinEnvironments
import ReinNumerics
import Synchronization

/// Copies of an environment of this program behind the seam for those outside of it. They are stepped when a step is
/// finished, insist on the order of calls, and can be told to fail or not to be put back.
public final class RelayedEnvironments: EnvironmentBatch {
    /// What goes wrong.
    public struct Faults: Sendable {
        /// The call of `finishStep` that fails, from 1, by the first lane of its range; none when nil.
        public var failingStep: (lane: Int, step: Int)?
        /// Whether resets fail.
        public var failsToReset = false
        /// The lanes that cannot be put back.
        public var lostLanes: [Int] = []

        /// Nothing goes wrong.
        public init() {}
    }

    private struct Progress {
        var isStepping: [Bool]
        var hasEpisode: [Bool]
        var steps: [Int: Int] = [:]
        var incidents = EnvironmentIncidents()
    }

    private let inner: VectorEnvironment
    private let id: String
    private let pieces: [Range<Int>]
    private let faults: @Sendable () -> Faults
    private let progress: Mutex<Progress>
    private let actions: AlignedBuffer<Float>
    private let observations: AlignedBuffer<Float>
    private let masks: AlignedBuffer<Bool>

    private init(
        _ inner: VectorEnvironment, id: String, pieces: [Range<Int>], faults: @escaping @Sendable () -> Faults
    ) {
        precondition(pieces.flatMap { Array($0) } == Array(0..<inner.count), "pieces divide all lanes")
        self.inner = inner
        self.id = id
        self.pieces = pieces
        self.faults = faults
        let none = Array(repeating: false, count: inner.count)
        progress = Mutex(Progress(isStepping: none, hasEpisode: none))
        actions = AlignedBuffer(count: inner.count * inner.actionSpace.width)
        observations = AlignedBuffer(count: inner.count * inner.observationSpace.count)
        masks = AlignedBuffer(count: inner.count * inner.maskWidth)
    }

    /// The specification of an environment whose copies are behind the seam.
    ///
    /// - Parameter faults: what goes wrong, asked for at each call.
    public static func specification(
        of environment: EnvironmentSpecification, faults: @escaping @Sendable () -> Faults = { Faults() }
    ) -> EnvironmentSpecification {
        EnvironmentSpecification(
            id: environment.id, timeLimit: environment.timeLimit, rewardThreshold: environment.rewardThreshold,
            observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
            masksActions: environment.masksActions, settings: ["relays": 1], record: ["versions": ["relay": "1.0"]]
        ) { seeds, pieces in
            RelayedEnvironments(
                environment.makeVector(seeds: seeds), id: environment.id, pieces: pieces, faults: faults)
        }
    }

    private func failure(_ range: Range<Int>, _ words: String) -> EnvironmentFault {
        EnvironmentFault(environment: id, episode: .copies(range), step: 0, quantity: .failure(words))
    }

    private func requirePieces(_ range: Range<Int>) {
        precondition(
            range.isEmpty
                || pieces.contains { $0.lowerBound == range.lowerBound }
                    && pieces.contains { $0.upperBound == range.upperBound },
            "\(range) is not made of whole pieces")
    }

    /// Resets the copies.
    public func reset(
        _ range: Range<Int>, observations: UnsafeMutablePointer<Float>, masks: UnsafeMutablePointer<Bool>?
    ) throws(EnvironmentFault) {
        requirePieces(range)
        if faults().failsToReset { throw failure(range, "no reset today") }
        try inner.reset(range, observations: observations, masks: masks)
        keep(range, observations)
        progress.withLock { progress in
            for lane in range {
                progress.isStepping[lane] = false
                progress.hasEpisode[lane] = true
            }
        }
    }

    private func keep(_ range: Range<Int>, _ rows: UnsafeMutablePointer<Float>) {
        let width = inner.observationSpace.count
        observations.mutableRows(of: width)[range.lowerBound].update(
            from: rows + range.lowerBound * width, count: range.count * width)
    }

    /// Keeps the actions.
    public func beginStep(_ range: Range<Int>, actions: UnsafePointer<Float>) throws(EnvironmentFault) {
        requirePieces(range)
        let width = inner.actionSpace.width
        self.actions.mutableRows(of: width)[range.lowerBound].update(
            from: actions + range.lowerBound * width, count: range.count * width)
        progress.withLock { progress in
            for lane in range {
                precondition(!progress.isStepping[lane] && progress.hasEpisode[lane], "lane \(lane) cannot be stepped")
                progress.isStepping[lane] = true
            }
        }
    }

    /// The last one, so that pieces are some steps ahead of others.
    public func awaitStep(of ranges: [Range<Int>]) -> Int {
        progress.withLock { progress in
            for lane in ranges.joined() { precondition(progress.isStepping[lane], "lane \(lane) is not stepped") }
        }
        return ranges.count - 1
    }

    /// Steps the copies, or fails.
    public func finishStep(_ range: Range<Int>, into rows: EnvironmentBatchRows) throws(EnvironmentFault) {
        let step = progress.withLock { progress in
            for lane in range {
                precondition(progress.isStepping[lane], "no step of lane \(lane) was begun")
                progress.isStepping[lane] = false
            }
            progress.steps[range.lowerBound, default: 0] += 1
            return progress.steps[range.lowerBound, default: 0]
        }
        if let failing = faults().failingStep, failing == (range.lowerBound, step) {
            progress.withLock { progress in for lane in range { progress.hasEpisode[lane] = false } }
            throw failure(range, "raised ValueError: a bad day\nTraceback (most recent call last)")
        }
        try inner.step(
            range, actions: actions.pointer, observations: rows.observations,
            finalObservations: rows.finalObservations, rewards: rows.rewards, statuses: rows.statuses,
            masks: rows.masks, finalMasks: rows.finalMasks)
        keep(range, rows.observations)
    }

    /// Writes what the copies observe.
    public func writeObservations(_ range: Range<Int>, into observations: UnsafeMutablePointer<Float>) {
        let width = inner.observationSpace.count
        (observations + range.lowerBound * width).update(
            from: self.observations.mutableRows(of: width)[range.lowerBound], count: range.count * width)
    }

    /// Writes the masks of the copies.
    public func writeMasks(_ range: Range<Int>, into masks: UnsafeMutablePointer<Bool>) {
        _ = inner.writeMasks(range, into: masks)
    }

    /// Insists on resets from here on.
    public func forgetEpisodes() {
        progress.withLock { progress in
            for lane in progress.hasEpisode.indices {
                progress.hasEpisode[lane] = false
                progress.isStepping[lane] = false
            }
        }
    }

    /// The state of the copies, and which have episodes.
    public var state: StateTree {
        let episodes = progress.withLock(\.hasEpisode)
        return [
            "inner": inner.state, "hasEpisode": .list(episodes.map { .bool($0) }),
            "incidents": progress.withLock(\.incidents).tree,
        ]
    }

    /// Puts the copies back, but for those that are lost.
    public func restore(from state: StateTree) throws(StateError) -> RestoredLanes {
        let reader = StateReader(state)
        try reader.child("inner").restore { tree throws(StateError) in try inner.restore(from: tree) }
        var lanes: [Int] = []
        for (lane, hasEpisode) in try reader.list("hasEpisode").enumerated() where try !hasEpisode.bool() {
            lanes.append(lane)
        }
        let lost = faults().lostLanes
        let begunAnew = Set(lanes + lost).sorted()
        do {
            for lane in begunAnew { try inner.reset(lane..<lane + 1, observations: observations.pointer) }
        } catch {
            throw StateError(.outOfRange, "\(error)")
        }
        var incidents = try EnvironmentIncidents(reader.child("incidents"))
        incidents.episodesBegunAnew += lost.count
        progress.withLock { progress in
            progress.incidents = incidents
            for lane in progress.hasEpisode.indices { progress.hasEpisode[lane] = true }
        }
        return RestoredLanes(begunAnew: begunAnew, reason: lost.isEmpty ? "" : "the relay lost them")
    }

    /// What was counted.
    public var incidents: EnvironmentIncidents { progress.withLock(\.incidents) }
}
