import ReinCheckpoints
import ReinEnvironments
import ReinNumerics

/// Lanes of several agents in workers.
final class PettingZooBatch: MultiAgentBatch {
    private let lanes: WorkerLanes<SeveralAgentsRows>
    private let rows: SeveralAgentsRows
    private let shared: MultiAgentRows

    /// Lanes that are not started yet; see ``WorkerLanes``.
    ///
    /// - Parameter shared: the rows that are shared with the vector.
    init(
        _ idle: IdleWorkers, seeds: [UInt64], pieces: [Range<Int>], workers: Int, restarts: Int,
        _ shared: MultiAgentRows
    ) {
        self.shared = shared
        rows = SeveralAgentsRows(idle.description.agents, lanes: seeds.count, shared)
        lanes = WorkerLanes(rows, idle, seeds: seeds, pieces: pieces, workers: workers, restarts: restarts)
    }

    func reset(_ range: Range<Int>) throws(EnvironmentFault) {
        // Where episodes have ended, the next ones have begun already.
        if haveAllEnded(range) {
            for lane in range { rows.showNext(lane) }
        } else {
            try lanes.reset(range)
        }
    }

    private func haveAllEnded(_ range: Range<Int>) -> Bool {
        for lane in range where !rows.awaitsReset(lane) || lanes.episodes.steps(lane) != 0 { return false }
        return true
    }

    func beginStep(_ range: Range<Int>) throws(EnvironmentFault) {
        try lanes.beginStep(range, actions: shared.actions.pointer)
    }

    func takeTurns(_ turns: () -> Void) { lanes.crew.waitPatiently(turns) }

    func awaitStep(of ranges: [Range<Int>]) -> Int { lanes.awaitStep(of: ranges) }

    func finishStep(_ range: Range<Int>) throws(EnvironmentFault) { try lanes.finishStep(range, into: ()) }

    func observe(
        _ places: UnsafeBufferPointer<AgentPlace>, observations: UnsafeMutablePointer<Float>,
        masks: UnsafeMutablePointer<Bool>?
    ) {
        rows.observe(places, observations: observations, masks: masks)
    }

    func forgetEpisodes() { lanes.forgetEpisodes() }

    var state: StateTree { lanes.state }

    func restore(from state: StateTree) throws(StateError) -> RestoredLanes { try lanes.restore(from: state) }

    var incidents: EnvironmentIncidents { lanes.incidents }
}
