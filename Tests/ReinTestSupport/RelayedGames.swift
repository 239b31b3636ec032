public import ReinCheckpoints
public import ReinEnvironments
import ReinNumerics
import Synchronization

/// Copies of an environment of this program for several agents behind the seam for those outside of it: the counterpart of
/// ``RelayedEnvironments``.
public final class RelayedGames: MultiAgentBatch {
    private struct Progress {
        var isStepping: [Bool]
        var hasEpisode: [Bool]
        var steps: [Int: Int] = [:]
        var incidents = EnvironmentIncidents()
    }

    private let inner: MultiAgentVector
    private let rows: MultiAgentRows
    private let id: String
    private let pieces: [Range<Int>]
    private let faults: @Sendable () -> RelayedEnvironments.Faults
    private let progress: Mutex<Progress>

    private init(
        _ inner: MultiAgentVector, _ rows: MultiAgentRows, id: String, pieces: [Range<Int>],
        faults: @escaping @Sendable () -> RelayedEnvironments.Faults
    ) {
        precondition(pieces.flatMap { Array($0) } == Array(0..<inner.count), "pieces divide all lanes")
        self.inner = inner
        self.rows = rows
        self.id = id
        self.pieces = pieces
        self.faults = faults
        let none = Array(repeating: false, count: inner.count)
        progress = Mutex(Progress(isStepping: none, hasEpisode: none))
    }

    /// The specification of an environment whose copies are behind the seam.
    ///
    /// - Parameter faults: what goes wrong, asked for at each call.
    public static func specification(
        of environment: MultiAgentSpecification,
        faults: @escaping @Sendable () -> RelayedEnvironments.Faults = { RelayedEnvironments.Faults() }
    ) -> MultiAgentSpecification {
        let sample = environment.makeVector(seeds: [0])
        return MultiAgentSpecification(
            id: environment.id, timeLimit: environment.timeLimit, rewardThreshold: environment.rewardThreshold,
            agents: environment.agents, observationSpaces: environment.observationSpaces,
            actionSpaces: environment.actionSpaces, masksActions: sample.maskWidths.map { $0 > 0 },
            settings: ["relays": 1], record: ["versions": ["relay": "1.0"]]
        ) { seeds, pieces, rows in
            RelayedGames(environment.makeVector(seeds: seeds), rows, id: environment.id, pieces: pieces, faults: faults)
        }
    }

    private func failure(_ range: Range<Int>, _ words: String) -> EnvironmentFault {
        EnvironmentFault(environment: id, episode: .copies(range), step: 0, quantity: .failure(words))
    }

    private func isWholePieces(_ range: Range<Int>) -> Bool {
        range.isEmpty
            || pieces.contains { $0.lowerBound == range.lowerBound }
                && pieces.contains { $0.upperBound == range.upperBound }
    }

    /// Hands the rows of the copies on.
    private func show(_ range: Range<Int>) {
        func copy<Element>(_ source: AlignedBuffer<Element>, _ target: AlignedBuffer<Element>, _ width: Int) {
            (target.pointer + range.lowerBound * width).update(
                from: source.pointer + range.lowerBound * width, count: range.count * width)
        }
        let agents = inner.agents.count
        copy(inner.acts, rows.acts, agents)
        copy(inner.inPlay, rows.inPlay, agents)
        copy(inner.rewards, rows.rewards, agents)
        copy(inner.statuses, rows.statuses, agents)
        copy(inner.episodeStatuses, rows.episodeStatuses, 1)
    }

    /// Resets the copies.
    public func reset(_ range: Range<Int>) throws(EnvironmentFault) {
        let isNext = range.allSatisfy { rows.episodeStatuses[$0] != .running }
        precondition(isNext || isWholePieces(range), "\(range) is not made of whole pieces")
        if !isNext, faults().failsToReset { throw failure(range, "no reset today") }
        try inner.reset(range)
        show(range)
        progress.withLock { progress in
            for lane in range {
                precondition(!isNext || progress.hasEpisode[lane], "lane \(lane) has no episode")
                progress.isStepping[lane] = false
                progress.hasEpisode[lane] = true
            }
        }
    }

    /// Keeps the actions.
    public func beginStep(_ range: Range<Int>) throws(EnvironmentFault) {
        precondition(isWholePieces(range), "\(range) is not made of whole pieces")
        let width = inner.actionWidth
        (inner.actions.pointer + range.lowerBound * width).update(
            from: rows.actions.pointer + range.lowerBound * width, count: range.count * width)
        progress.withLock { progress in
            for lane in range {
                precondition(!progress.isStepping[lane] && progress.hasEpisode[lane], "lane \(lane) cannot be stepped")
                precondition(rows.episodeStatuses[lane] == .running, "the episode of lane \(lane) is over")
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
    public func finishStep(_ range: Range<Int>) throws(EnvironmentFault) {
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
        try inner.step(range)
        show(range)
    }

    /// Writes what agents of the copies see; none of them is being stepped.
    public func observe(
        _ places: UnsafeBufferPointer<AgentPlace>, observations: UnsafeMutablePointer<Float>,
        masks: UnsafeMutablePointer<Bool>?
    ) {
        progress.withLock { progress in
            for place in places {
                precondition(!progress.isStepping[Int(place.environment)], "lane \(place.environment) is being stepped")
            }
        }
        inner.observe(places, observations: observations, masks: masks)
    }

    /// Insists on resets from here on.
    public func forgetEpisodes() {
        progress.withLock { progress in
            for lane in progress.hasEpisode.indices {
                progress.hasEpisode[lane] = false
                progress.isStepping[lane] = false
            }
        }
        rows.episodeStatuses.clear()
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
            for lane in begunAnew { try inner.reset(lane..<lane + 1) }
        } catch {
            throw StateError(.outOfRange, "\(error)")
        }
        show(0..<inner.count)
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
