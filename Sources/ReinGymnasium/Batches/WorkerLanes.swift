import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import Synchronization

/// Lanes in workers: their steps, resets and restarts, whatever their rows are like.
///
/// `@unchecked Sendable`: rows and episodes belong to whoever has the lanes in a call; see `EnvironmentBatch`.
final class WorkerLanes<Rows: LaneRows>: @unchecked Sendable {
    /// The name of the environment.
    let environment: String
    /// What it is like.
    let description: WorkerDescription
    /// The number of lanes.
    let count: Int
    /// The workers.
    let crew: WorkerCrew
    /// What puts lanes where they are.
    let episodes: EpisodeLog
    /// What the trainer sees of them.
    let rows: Rows
    /// What has happened, but for restarts, which the crew counts.
    let counts = Mutex(EnvironmentIncidents())
    /// For each block, whether the present step cuts its episodes off.
    let cutsOff: AlignedBuffer<Bool>
    /// The arrays of each worker.
    private let arrays: [Rows.Arrays]

    /// Lanes that are not started yet.
    ///
    /// - Parameters:
    ///   - rows: rows for the lanes.
    ///   - idle: who has workers.
    ///   - seeds: the seeds of the lanes.
    ///   - pieces: the pieces that they are stepped in, side by side from 0 on.
    ///   - workers: the number of workers.
    ///   - restarts: how many workers that are gone may be replaced.
    init(_ rows: Rows, _ idle: IdleWorkers, seeds: [UInt64], pieces: [Range<Int>], workers: Int, restarts: Int) {
        self.rows = rows
        environment = idle.program.hello.name
        description = idle.description
        count = seeds.count
        let widths = rows.widths
        crew = WorkerCrew(idle, pieces: pieces, workers: workers, restarts: restarts) {
            Rows.Arrays(lanes: $0, blocks: $1, widths).layout
        }
        arrays = crew.seats.map { Rows.Arrays(lanes: $0.share.lanes.count, blocks: $0.share.blocks.count, widths) }
        episodes = EpisodeLog(
            seeds: seeds, width: rows.actionWidth, stepsAtFirst: min(idle.description.timeLimit ?? 1024, 4096))
        cutsOff = AlignedBuffer(count: crew.blocks.count)
    }

    /// What has happened.
    var incidents: EnvironmentIncidents {
        var incidents = counts.withLock { $0 }
        incidents.workerRestarts = crew.restartCount
        return incidents
    }

    // MARK: Stepping

    /// Begins a step.
    ///
    /// - Parameter actions: `[count, action width]`.
    /// - Throws: `EnvironmentFault` when a worker is gone.
    func beginStep(_ range: Range<Int>, actions: UnsafePointer<Float>) throws(EnvironmentFault) {
        for block in crew.blocks(of: range) {
            let lanes = crew.blocks[block].lanes
            let occupant = crew.occupant(block)
            let local = pointers(block, occupant)
            for lane in lanes {
                precondition(episodes.steps(lane) != nil, "lane \(lane) is stepped before it was reset")
                let row = crew.blocks[block].row(of: lane)
                let action = local.actions + row * rows.actionWidth
                rows.write(actions + lane * rows.actionWidth, of: lane, into: action)
                local.nextSeeds[row] = episodes.nextSeed(lane)
                episodes.record(lane, action)
            }
            cutsOff[block] = !crew.hasSameWorker(block, as: occupant)
            if cutsOff[block] { continue }
            do throws(WorkerFailure) {
                try crew.send(block, to: occupant, isReset: false)
            } catch {
                guard crew.mayRestart else { throw giveUp(block, after: error) }
                cutsOff[block] = true
            }
        }
    }

    /// Waits until the step of one of several ranges is done, or may have failed.
    ///
    /// - Returns: its index: the first one of those that are done.
    func awaitStep(of ranges: [Range<Int>]) -> Int {
        if let index = ranges.firstIndex(where: isAnswered) { return index }
        crew.waitForReply(of: ranges)
        // Where nothing has come, whoever finishes the first one finds out why.
        return ranges.firstIndex(where: isAnswered) ?? 0
    }

    private func isAnswered(_ range: Range<Int>) -> Bool {
        crew.blocks(of: range).allSatisfy { cutsOff[$0] || crew.isAnswered($0) }
    }

    /// Waits for a step that was begun.
    ///
    /// - Throws: `EnvironmentFault` when an environment fails.
    func finishStep(_ range: Range<Int>, into destination: Rows.Destination) throws(EnvironmentFault) {
        var first: EnvironmentFault?
        // All blocks are waited for, so that none of them is under way after a failure.
        for block in crew.blocks(of: range) {
            do throws(WorkerFailure) {
                try finishStep(block, into: destination)
            } catch {
                let fault = giveUp(block, after: error)
                first = first ?? fault
            }
        }
        if let first { throw first }
    }

    private func finishStep(_ block: Int, into destination: Rows.Destination) throws(WorkerFailure) {
        let occupant = crew.occupant(block)
        if !cutsOff[block], crew.hasSameWorker(block, as: occupant) {
            do throws(WorkerFailure) {
                try crew.finish(block, of: occupant)
                try check(block, occupant) { lane, row, local throws(BrokenRow) in
                    try rows.checkStep(lane, row, local)
                }
                return take(block, occupant) { lane, row, local in
                    if rows.takeStep(lane, row, local, into: destination) { episodes.begin(lane) }
                }
            } catch {
                guard !error.leavesWorker, crew.mayRestart else { throw error }
            }
        }
        // The episodes of a worker that is gone end where they were last seen.
        cutsOff[block] = false
        for lane in crew.blocks[block].lanes { rows.cutOff(lane, into: destination) }
        try sendReset(block)
        try finishReset(block) { lane, row, local in
            episodes.begin(lane)
            rows.takeNext(lane, row, local, into: destination)
        }
        counts.withLock { $0.episodesCutOff += crew.blocks[block].lanes.count }
    }

    /// Forgets the episodes of a block that has failed: nobody knows where they are.
    private func giveUp(_ block: Int, after failure: WorkerFailure) -> EnvironmentFault {
        let fault = fault(failure, crew.blocks[block].lanes)
        for lane in crew.blocks[block].lanes { episodes.forget(lane) }
        return fault
    }

    /// Forgets all episodes.
    func forgetEpisodes() {
        for lane in 0..<count { episodes.forget(lane) }
    }

    // MARK: Rows

    /// Looks at the rows of a block before anything of them is taken over: a worker that breaks the protocol is gone, and
    /// its lanes are where they were.
    func check(
        _ block: Int, _ occupant: WorkerSeat.Occupant,
        _ body: (Int, Int, Rows.Arrays.Pointers) throws(BrokenRow) -> Void
    ) throws(WorkerFailure) {
        let local = pointers(block, occupant)
        for lane in crew.blocks[block].lanes {
            do throws(BrokenRow) {
                try body(lane, crew.blocks[block].row(of: lane), local)
            } catch { throw occupant.worker.end(breaking: "\(error.words) of lane \(lane)") }
        }
    }

    /// Takes over the rows of a block.
    func take(
        _ block: Int, _ occupant: WorkerSeat.Occupant, _ body: (Int, Int, Rows.Arrays.Pointers) -> Void
    ) {
        let local = pointers(block, occupant)
        for lane in crew.blocks[block].lanes { body(lane, crew.blocks[block].row(of: lane), local) }
    }

    /// The arrays of a block's worker.
    func pointers(_ block: Int, _ occupant: WorkerSeat.Occupant) -> Rows.Arrays.Pointers {
        arrays[crew.blocks[block].seat].at(occupant.memory)
    }

    /// What a failure is in the words of those who step environments.
    func fault(_ failure: WorkerFailure, _ lanes: Range<Int>) -> EnvironmentFault {
        var failure = failure
        let lane = failure.lane.flatMap { (0..<count).contains($0) ? $0 : nil }
        if let lane, failure.step != nil {
            failure.seed = failure.seed ?? (episodes.steps(lane) == nil ? nil : Int(episodes.seed(lane)))
            failure.action = episodes.lastAction(lane)
        }
        return EnvironmentFault(
            environment: environment, episode: lane.map { .copy($0) } ?? .copies(lanes), step: failure.step ?? 0,
            quantity: .failure(failure.words))
    }
}
