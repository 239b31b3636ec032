import ReinCheckpoints
import ReinEnvironments

/// Lanes of one agent in workers.
final class GymnasiumBatch: EnvironmentBatch {
    private let lanes: WorkerLanes<SingleAgentRows>
    private let rows: SingleAgentRows

    /// Lanes that are not started yet; see ``WorkerLanes``.
    init(_ idle: IdleWorkers, seeds: [UInt64], pieces: [Range<Int>], workers: Int, restarts: Int) {
        rows = SingleAgentRows(idle.description.agents[0], lanes: seeds.count)
        lanes = WorkerLanes(rows, idle, seeds: seeds, pieces: pieces, workers: workers, restarts: restarts)
    }

    func reset(
        _ range: Range<Int>, observations: UnsafeMutablePointer<Float>, masks: UnsafeMutablePointer<Bool>?
    ) throws(EnvironmentFault) {
        try lanes.reset(range)
        rows.writeObservations(range, into: observations)
        if let masks { rows.writeMasks(range, into: masks) }
    }

    func beginStep(_ range: Range<Int>, actions: UnsafePointer<Float>) throws(EnvironmentFault) {
        try lanes.beginStep(range, actions: actions)
    }

    func takeTurns(_ turns: () -> Void) { lanes.crew.waitPatiently(turns) }

    func awaitStep(of ranges: [Range<Int>]) -> Int { lanes.awaitStep(of: ranges) }

    func finishStep(_ range: Range<Int>, into rows: EnvironmentBatchRows) throws(EnvironmentFault) {
        try lanes.finishStep(range, into: rows)
    }

    func writeObservations(_ range: Range<Int>, into observations: UnsafeMutablePointer<Float>) {
        rows.writeObservations(range, into: observations)
    }

    func writeMasks(_ range: Range<Int>, into masks: UnsafeMutablePointer<Bool>) {
        rows.writeMasks(range, into: masks)
    }

    func forgetEpisodes() { lanes.forgetEpisodes() }

    var state: StateTree { lanes.state }

    func restore(from state: StateTree) throws(StateError) -> RestoredLanes { try lanes.restore(from: state) }

    var incidents: EnvironmentIncidents { lanes.incidents }
}
