import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// Steps, each in two halves.
extension RolloutRunner {
    /// Takes the steps of a pass in some shards, in turns: the environments of each are stepped while the others have
    /// theirs. What one shard does has no effect on another.
    func takeSteps(_ pass: RolloutPass, acting policy: Policy, with shards: [RolloutShard]) {
        for shard in shards {
            if pass.part.lowerBound == 0 { shard.beginRollout(of: policy) }
            shard.fault = faultInObservations(of: shard)
        }
        environments.takeTurns {
            StepTurns.take(
                pass.part, in: shards.count, lanes: { shards[$0].lanes }, wait: environments.awaitStep,
                begin: { piece, step in
                    // A fault of a later step has ended the shard's turns already.
                    if step == pass.part.lowerBound, shards[piece].fault != nil { return false }
                    return begin(step, of: pass, acting: policy, shard: shards[piece])
                },
                finish: { finish($1, of: pass, acting: policy, shard: shards[$0]) })
        }
        guard pass.part.upperBound == pass.steps else { return }
        for shard in shards where shard.fault == nil { close(pass, acting: policy, shard: shard) }
    }

    /// Chooses the actions of a step, and begins it.
    ///
    /// - Returns: false after a fault, which is the shard's then.
    private func begin(_ step: Int, of pass: RolloutPass, acting policy: Policy, shard: RolloutShard) -> Bool {
        let (batch, range) = (pass.batch, shard.lanes)
        let rows = range.count
        let first = step * lanes + range.lowerBound
        let seen = batch.observations.mutableRows(of: batch.observationWidth)[first]
        shard.present(
            observations.mutableRows(of: batch.observationWidth)[range.lowerBound], rows: rows, to: policy, into: seen)
        batch.masks.mutableRows(of: batch.maskWidth)[first].update(
            from: masks.mutableRows(of: batch.maskWidth)[range.lowerBound], count: rows * batch.maskWidth)
        let actions = batch.actions.mutableRows(of: batch.actionWidth)[first]
        if let sampler = shard.stateDependentSampler, pass.exploration.rate(at: step) != nil {
            sampler.renew(
                atStep: step, rows: rows,
                logDeviations: pass.parameters + policy.network.logDeviationRange.lowerBound,
                streams: streams.pointer + range.lowerBound)
        }
        choose(
            actions, pass.exploration.rate(at: step), seen: seen, first: first, batch: batch, shard: shard,
            acting: policy, parameters: pass.parameters)
        let sent = environmentActions.mutableRows(of: batch.actionWidth)[range.lowerBound]
        if case .box(let box) = policy.actionSpace {
            policy.actionTransform.apply(rows: rows, space: box, from: actions, into: sent)
            if let fault = faultInActions(of: shard, width: batch.actionWidth) {
                shard.fault = fault
                return false
            }
        } else {
            sent.update(from: actions, count: rows * batch.actionWidth)
        }
        do {
            try environments.beginStep(range, actions: environmentActions.pointer)
            return true
        } catch {
            shard.fault = error
            return false
        }
    }

    /// Finishes a step that was begun, and records what came of it.
    ///
    /// - Returns: false after a fault, which is the shard's then.
    private func finish(_ step: Int, of pass: RolloutPass, acting policy: Policy, shard: RolloutShard) -> Bool {
        let batch = pass.batch
        let finalMasks =
            batch.keepsFinalObservations ? batch.finalMasks.mutableRows(of: batch.maskWidth)[step * lanes] : nil
        let statuses = batch.statuses.mutableRows(of: lanes)[step]
        do {
            try environments.finishStep(
                shard.lanes, actions: environmentActions.pointer, observations: observations.pointer,
                finalObservations: finalObservations.pointer, rewards: rewards.pointer, statuses: statuses,
                masks: masks.pointer, finalMasks: finalMasks)
        } catch {
            shard.fault = error
            return false
        }
        if let fault = fault(in: shard, statuses: statuses, finalMasks: finalMasks.map { UnsafePointer($0) }) {
            shard.fault = fault
            return false
        }
        record(step: step, into: batch, shard: shard, acting: policy, parameters: pass.parameters)
        return true
    }

    /// Writes the observations after the last step, whose values the estimates at the cut are bootstrapped from.
    private func close(_ pass: RolloutPass, acting policy: Policy, shard: RolloutShard) {
        let batch = pass.batch
        let (first, rows) = (shard.lanes.lowerBound, shard.lanes.count)
        let (width, maskWidth) = (batch.observationWidth, batch.maskWidth)
        let last = batch.observations.mutableRows(of: width)[pass.steps * lanes + first]
        shard.normalize(
            observations.mutableRows(of: width)[first], rows: rows, for: policy, into: last)
        recurrentLanes?.close(
            shard, seen: last, step: pass.steps, batch: batch, policy: policy, parameters: pass.parameters)
        batch.masks.mutableRows(of: maskWidth)[pass.steps * lanes + first]
            .update(from: masks.mutableRows(of: maskWidth)[first], count: rows * maskWidth)
    }
}
