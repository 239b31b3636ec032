import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// An iteration that is not over: what is saved of it beside the state of the environments.
extension MultiAgentRunner {
    /// The steps in this iteration of policies that have been taken out.
    var retiredAgentSteps: Int { retiredActors.reduce(0) { $0 + $1.agentSteps } }

    /// Forgets the rows of a rollout that is not complete.
    func abandonRollout() { openRows.pointer.update(repeating: -1, count: openRows.count) }

    /// The episodes and steps of the iteration, and the rows whose outcome is not known.
    ///
    /// - Parameter hasRows: whether a rollout has begun and is not complete.
    func unfinishedState(hasRows: Bool) -> StateTree {
        var policies = StateMap()
        for actor in actors.dropLast(retired.count) {
            policies[actor.id.string] = .list(actor.shards.map { $0.unfinishedState(hasRows: hasRows) })
        }
        return [
            "openRows": .tensor(StateTensor(openRows.elements.map { Int64($0) }, shape: [count, agentCount])),
            "episodes": .list(episodes.map { Episode.state(of: $0.episodes) }),
            "policies": .map(policies),
        ]
    }

    /// Takes over what a runner of the same environments and policies held, after `restore(from:)`.
    ///
    /// - Parameters:
    ///   - steps: the number of steps of the rollout.
    ///   - hasRows: whether some of them have been taken and some have not.
    /// - Throws: `StateError` when something is missing or does not fit.
    func restoreUnfinished(from reader: StateReader, steps: Int, hasRows: Bool) throws(StateError) {
        let lists = try reader.list("episodes")
        guard lists.count == episodes.count else {
            throw try reader.child("episodes").error(
                .wrongShape, "\(lists.count) parts for \(episodes.count) shards")
        }
        for (list, saved) in zip(episodes, lists) { list.episodes = try Episode.list(from: saved) }
        let policies = try reader.child("policies")
        for actor in actors.dropLast(retired.count) {
            let saved = try policies.child(actor.id.string)
            let states = try saved.list()
            guard states.count == actor.shards.count else {
                throw saved.error(.wrongShape, "\(states.count) parts for \(actor.shards.count) shards")
            }
            for (shard, saved) in zip(actor.shards, states) {
                shard.firstRow = actor.firstRow(of: shard, steps: steps)
                try shard.restoreUnfinished(
                    from: saved, rows: actor.keepsExperience && hasRows ? steps * shard.rollout.lanes.count : 0)
            }
        }
        let rows = try reader.int64s("openRows", shape: [count, agentCount])
        for (slot, row) in rows.enumerated() {
            guard row == -1 || hasRows && isRow(row, ofSlot: slot) else {
                throw try reader.child("openRows").error(
                    .outOfRange, "there is no row \(row) of agent \(slot % agentCount)")
            }
            openRows.pointer[slot] = Int32(row)
        }
    }

    private func isRow(_ row: Int64, ofSlot slot: Int) -> Bool {
        let actor = actors[Int(assignedActors.pointer[slot])]
        guard actor.keepsExperience, let index = division.firstIndex(where: { $0.contains(slot / agentCount) }) else {
            return false
        }
        return actor.shards[index].rows.contains(Int(row))
    }

    /// Whether the last rows of agents are in a batch as far as the runner says, each in its lane and not over.
    func hasOpenRows(of actor: MultiAgentActor, in batch: RolloutBatch) -> Bool {
        (0..<actor.lanes).allSatisfy { lane in
            let slot = slot(ofLane: lane, actor)
            let row = Int(openRows.pointer[slot])
            guard row >= 0, actors[Int(assignedActors.pointer[slot])] === actor else { return true }
            return Int(batch.rowLanes.pointer[row]) == lane && batch.statuses.pointer[row] == .running
        }
    }

    /// The rows of a policy's batch whose outcome is not known.
    func openRows(of actor: MultiAgentActor) -> Set<Int> {
        var rows: Set<Int> = []
        for lane in 0..<actor.lanes {
            let slot = slot(ofLane: lane, actor)
            if openRows.pointer[slot] >= 0, actors[Int(assignedActors.pointer[slot])] === actor {
                rows.insert(Int(openRows.pointer[slot]))
            }
        }
        return rows
    }
}

extension MultiAgentShard {
    /// The shard's rows in the batch, so far.
    var rows: Range<Int> { firstRow..<firstRow + rowCount }

    /// What the shard holds of an iteration that is not over.
    fileprivate func unfinishedState(hasRows: Bool) -> StateTree {
        var map = rollout.unfinishedState
        map["rows"] = .int(Int64(hasRows ? rowCount : 0))
        map["agentSteps"] = .int(Int64(agentSteps))
        return .map(map)
    }

    /// Takes over what a shard of the same lanes held.
    ///
    /// - Parameter rows: the most rows there may be.
    /// - Throws: `StateError` when something is missing or does not fit.
    fileprivate func restoreUnfinished(from reader: StateReader, rows limit: Int) throws(StateError) {
        try rollout.restoreUnfinished(from: reader)
        agentSteps = try reader.count("agentSteps")
        let rows = try reader.count("rows")
        guard rows <= limit else {
            throw try reader.child("rows").error(.outOfRange, "\(rows) rows, where there is room for \(limit)")
        }
        rowCount = rows
    }
}
