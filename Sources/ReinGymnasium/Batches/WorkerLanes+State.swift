import ReinCheckpoints
import ReinEnvironments
import Synchronization

extension WorkerLanes {
    /// For each lane the seed of its episode, the actions since, and what it observes now; and what has happened.
    var state: StateTree {
        let lanes = (0..<count).map { lane -> StateTree in
            let episode = episodes.steps(lane).map { steps in
                SavedLane.Episode(
                    seed: episodes.seed(lane), steps: steps, actions: episodes.actions(lane).map(Array.init),
                    rows: rows.saved(lane))
            }
            return SavedLane(laneSeed: episodes.laneSeed(lane), begun: episodes.begun(lane), episode: episode)
                .tree(actionWidth: rows.actionWidth)
        }
        return ["lanes": .list(lanes), "incidents": incidents.tree]
    }

    func restore(from state: StateTree) throws(StateError) -> RestoredLanes {
        let reader = StateReader(state)
        let list = try reader.list("lanes")
        guard list.count == count else {
            throw try reader.child("lanes").error(
                .wrongShape, "expected the state of \(count) environments, found \(list.count)")
        }
        var saved: [SavedLane] = []
        for lane in list {
            saved.append(try SavedLane(lane, actionWidth: rows.actionWidth, rows.savedSizes))
        }
        let incidents = try EnvironmentIncidents(try reader.child("incidents"))
        do throws(WorkerFailure) {
            let restored = try restore(saved)
            take(incidents, begunAnew: restored.begunAnew.filter { saved[$0].begun > 0 }.count)
            return restored
        } catch {
            throw StateError(.unavailable, "cannot be put where it was: \(error.summary)", path: environment)
        }
    }

    private func take(_ incidents: EnvironmentIncidents, begunAnew: Int) {
        crew.restartCount = incidents.workerRestarts
        counts.withLock { counts in
            counts = incidents
            counts.episodesBegunAnew += begunAnew
        }
    }

    private func restore(_ saved: [SavedLane]) throws(WorkerFailure) -> RestoredLanes {
        try crew.start()
        for block in crew.blocks.indices {
            try settle(block)
            crew.adopt(block)
        }
        var reasons: [Int: String] = [:]
        var requests: [LaneReplay.Request] = []
        for (lane, saved) in saved.enumerated() {
            episodes.restore(lane, laneSeed: saved.laneSeed, begun: saved.begun)
            if let reason = obstacle(to: saved) {
                reasons[lane] = reason
            } else if let episode = saved.episode, let actions = episode.actions {
                episodes.restore(
                    lane, laneSeed: saved.laneSeed, begun: saved.begun, seed: episode.seed, actions: actions)
                requests.append(
                    LaneReplay.Request(lane: lane, seed: episode.seed, actions: actions, steps: episode.steps))
            }
        }
        // Whole blocks first, of which some lanes are put back then.
        try resetBlocks(of: Set(reasons.keys))
        let replay = LaneReplay(seats: crew.seats)
        let outcomes = try replay.run(requests)
        var anew: [LaneReplay.Request] = []
        for (request, reason) in zip(requests, outcomes) {
            let lane = request.lane
            if reason == nil { try takeReplayed(lane) }
            guard let reason = reason ?? saved[lane].episode.flatMap({ difference(lane, $0) }) else { continue }
            reasons[lane] = reason
            anew.append(LaneReplay.Request(lane: lane, seed: episodes.nextSeed(lane), actions: [], steps: 0))
        }
        for (request, problem) in zip(anew, try replay.run(anew)) {
            if let problem { throw WorkerFailure(cause: .broken(problem), lane: request.lane) }
            episodes.begin(request.lane)
            try takeReplayed(request.lane)
        }
        return Self.result(reasons)
    }

    /// Why a lane cannot be put where it was, before it is tried; nil when it can be tried, and nothing to be told where its
    /// first episode had not begun.
    private func obstacle(to saved: SavedLane) -> String? {
        guard let episode = saved.episode else {
            return saved.begun == 0 ? "" : "it had failed, and its episode was given up"
        }
        if episode.actions == nil {
            return "its episode has \(episode.steps) steps, more than the \(EpisodeLog.limit) that are kept"
        }
        return description.replaysEpisodes ? nil : "its kind of environment cannot be put where it was"
    }

    /// Begins new episodes in lanes, in the whole blocks that have them; episodes of other lanes are as they were.
    private func resetBlocks(of lanes: Set<Int>) throws(WorkerFailure) {
        let blocks = crew.blocks.indices.filter { crew.blocks[$0].lanes.contains { lanes.contains($0) } }
        for block in blocks { try sendReset(block) }
        for block in blocks {
            try finishReset(block) { lane, row, local in
                guard lanes.contains(lane) else { return }
                episodes.begin(lane)
                rows.takePresent(lane, row, local)
            }
        }
    }

    private func takeReplayed(_ lane: Int) throws(WorkerFailure) {
        guard let block = crew.blocks.firstIndex(where: { $0.lanes.contains(lane) }) else { return }
        let occupant = crew.occupant(block)
        do throws(BrokenRow) {
            try rows.checkPresent(lane, crew.blocks[block].row(of: lane), pointers(block, occupant))
        } catch { throw occupant.worker.end(breaking: "\(error.words) of lane \(lane)") }
        rows.takeReplayed(lane, crew.blocks[block].row(of: lane), pointers(block, occupant))
    }

    /// How the lane differs from what was saved; nil when it does not.
    private func difference(_ lane: Int, _ saved: SavedLane.Episode) -> String? {
        rows.difference(lane, from: saved.rows).map { "\($0) after replaying \(saved.steps) steps" }
    }

    /// The lanes with new episodes; the reason of the first that has one is told for all.
    private static func result(_ reasons: [Int: String]) -> RestoredLanes {
        let (lanes, told) = (reasons.keys.sorted(), reasons.filter { !$0.value.isEmpty })
        guard let first = told.keys.min(), let reason = told[first] else { return RestoredLanes(begunAnew: lanes) }
        let others = told.count == 1 ? "" : ", and \(told.count - 1) more"
        return RestoredLanes(begunAnew: lanes, reason: "lane \(first)\(others): \(reason)")
    }
}
