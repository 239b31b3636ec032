import ReinEnvironments
import ReinNumerics

extension MultiAgentRunner {
    /// Puts the rows of a policy's batch side by side after a rollout, takes out those without an outcome, and adds
    /// what agents see after the last step.
    func close(_ actor: MultiAgentActor) {
        guard let carry = actor.carry else { return }
        let batch = actor.columns
        for part in actor.parts { settleOpenRows(of: actor, part, carry: carry) }
        let count = number(actor)
        move(actor, count: count)
        batch.count = count
        present(actor, carry: carry, count: count)
    }

    /// Closes the rows of agents that act next, and keeps those of agents that wait. What follows a row is then the
    /// observation behind the last row, one for each lane: marked as −1 − lane until rows have their places.
    private func settleOpenRows(of actor: MultiAgentActor, _ part: MultiAgentPart, carry: CarriedRows) {
        let (batch, policy) = (actor.columns, actor.policy)
        for row in part.firstRow..<part.firstRow + part.rowCount { actor.numbers.pointer[row] = 0 }
        for lane in part.piece.lanes {
            let slot = slot(ofLane: lane, actor)
            // Only the actor of a slot looks at its row: another one may be closing it at this moment.
            guard actors[Int(cast.pointer[slot])] === actor else { continue }
            let row = Int(openRows.pointer[slot])
            guard row >= 0 else { continue }
            openRows.pointer[slot] = -1
            if vector.acts.pointer[slot] {
                batch.successors.pointer[row] = Int32(-1 - lane)
                finish(row, slot: slot, actor, part, batch: batch, policy: policy)
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
        for part in actor.parts {
            for row in part.firstRow..<part.firstRow + part.rowCount where actor.numbers.pointer[row] >= 0 {
                actor.numbers.pointer[row] = Int32(count)
                count += 1
            }
        }
        return count
    }

    private func move(_ actor: MultiAgentActor, count: Int) {
        let batch = actor.columns
        let numbers = actor.numbers.pointer
        for part in actor.parts {
            for row in part.firstRow..<part.firstRow + part.rowCount where numbers[row] >= 0 {
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
        for part in actor.parts {
            part.placeCount = 0
            for lane in part.piece.lanes {
                let slot = slot(ofLane: lane, actor)
                if carry[lane] {
                    carry.present(lane, in: batch, row: count + lane)
                } else if vector.acts.pointer[slot], actors[Int(cast.pointer[slot])] === actor {
                    part.add(environment: slot / agentCount, agent: slot % agentCount)
                }
            }
            guard part.placeCount > 0 else { continue }
            look(
                part.acting, part, policy: actor.policy, isNew: false, into: part.seen.pointer,
                masks: batch.maskWidth > 0 ? part.masks.pointer : nil)
            for row in 0..<part.placeCount {
                let target = count + lane(of: part.places.pointer[row], actor)
                (batch.observations.pointer + target * batch.observationWidth).update(
                    from: part.seen.pointer + row * batch.observationWidth, count: batch.observationWidth)
                (batch.masks.pointer + target * batch.maskWidth).update(
                    from: part.masks.pointer + row * batch.maskWidth, count: batch.maskWidth)
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
            (column.pointer + target * width).update(from: column.pointer + row * width, count: width)
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
