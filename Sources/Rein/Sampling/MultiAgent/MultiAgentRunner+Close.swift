import ReinEnvironments
import ReinNumerics

extension MultiAgentRunner {
    /// Puts the rows of a policy's batch side by side after a rollout, takes out those without an outcome, and adds
    /// what agents see after the last step.
    func close(_ actor: MultiAgentActor) {
        guard let carry = actor.carry else { return }
        let batch = actor.columns
        for shard in actor.shards { settleOpenRows(of: actor, shard, carry: carry) }
        let count = number(actor)
        move(actor, count: count)
        batch.count = count
        present(actor, carry: carry, count: count)
    }

    /// Closes the rows of agents that act next, and keeps those of agents that wait. What follows a row is then the
    /// observation behind the last row, one for each lane: marked as −1 − lane until rows have their places.
    private func settleOpenRows(of actor: MultiAgentActor, _ shard: MultiAgentShard, carry: CarriedRows) {
        let (batch, policy) = (actor.columns, actor.policy)
        for row in shard.firstRow..<shard.firstRow + shard.rowCount { actor.numbers.pointer[row] = 0 }
        for lane in shard.rollout.lanes {
            let slot = slot(ofLane: lane, actor)
            // Only the actor of a slot looks at its row: another one may be closing it at this moment.
            guard actors[Int(assignedActors.pointer[slot])] === actor else { continue }
            let row = Int(openRows.pointer[slot])
            guard row >= 0 else { continue }
            openRows.pointer[slot] = -1
            if vector.acts.pointer[slot] {
                batch.successors.pointer[row] = Int32(-1 - lane)
                finish(row, slot: slot, actor, shard, batch: batch, policy: policy)
                pending.pointer[slot] = 0
            } else {
                carry.keep(row, of: batch, lane: lane)
                actor.numbers.pointer[row] = Int32(-1 - lane)
            }
        }
    }

    /// Numbers the rows that stay; returns how many there are.
    private func number(_ actor: MultiAgentActor) -> Int {
        var count = 0
        for shard in actor.shards {
            for row in shard.firstRow..<shard.firstRow + shard.rowCount where actor.numbers.pointer[row] >= 0 {
                actor.numbers.pointer[row] = Int32(count)
                count += 1
            }
        }
        return count
    }

    private func move(_ actor: MultiAgentActor, count: Int) {
        let batch = actor.columns
        let numbers = actor.numbers.pointer
        for shard in actor.shards {
            for row in shard.firstRow..<shard.firstRow + shard.rowCount where numbers[row] >= 0 {
                let target = Int(numbers[row])
                if batch.statuses.pointer[row] == .running {
                    let following = Int(batch.successors.pointer[row])
                    let number = following < 0 ? Int32(following) : numbers[following]
                    batch.successors.pointer[target] = number < 0 ? Int32(count - 1) - number : number
                }
                if target != row { batch.move(row, to: target) }
            }
        }
    }

    /// Writes what agents see after the last step behind the last row.
    private func present(_ actor: MultiAgentActor, carry: CarriedRows, count: Int) {
        let batch = actor.columns
        for shard in actor.shards {
            shard.placeCount = 0
            for lane in shard.rollout.lanes {
                let slot = slot(ofLane: lane, actor)
                if carry[lane] {
                    carry.present(lane, in: batch, row: count + lane)
                } else if vector.acts.pointer[slot], actors[Int(assignedActors.pointer[slot])] === actor {
                    shard.add(environment: slot / agentCount, agent: slot % agentCount)
                }
            }
            guard shard.placeCount > 0 else { continue }
            look(
                shard.acting, shard, policy: actor.policy, isNew: false, into: shard.seen.pointer,
                masks: batch.maskWidth > 0 ? shard.masks.pointer : nil)
            for row in 0..<shard.placeCount {
                let target = count + lane(of: shard.places.pointer[row], actor)
                batch.observations.mutableRows(of: batch.observationWidth)[target].update(
                    from: shard.seen.mutableRows(of: batch.observationWidth)[row], count: batch.observationWidth)
                batch.masks.mutableRows(of: batch.maskWidth)[target].update(
                    from: shard.masks.mutableRows(of: batch.maskWidth)[row], count: batch.maskWidth)
            }
        }
    }

    /// The place of a policy's lane among the agents of all environments.
    func slot(ofLane lane: Int, _ actor: MultiAgentActor) -> Int {
        lane / actor.agents.count * agentCount + actor.agents[lane % actor.agents.count]
    }
}

extension RolloutBatch {
    /// Copies a row but for its successor.
    fileprivate func move(_ row: Int, to target: Int) {
        func copy<Element>(_ column: AlignedBuffer<Element>, width: Int) {
            column.mutableRows(of: width)[target].update(from: column.mutableRows(of: width)[row], count: width)
        }
        copy(observations, width: observationWidth)
        copy(actions, width: actionWidth)
        if columns.contains(.heads) { copy(heads, width: headWidth) }
        if columns.contains(.logDensities) { copy(logDensities, width: 1) }
        copy(rewards, width: 1)
        copy(statuses, width: 1)
        copy(bootstraps, width: 1)
        copy(rowLanes, width: 1)
        copy(masks, width: maskWidth)
        guard keepsFinalObservations, statuses.pointer[target] != .running else { return }
        copy(finalObservations, width: observationWidth)
        copy(finalMasks, width: maskWidth)
    }
}
