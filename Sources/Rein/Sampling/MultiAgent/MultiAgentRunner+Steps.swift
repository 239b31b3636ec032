import ReinEnvironments

/// Steps, each in two halves.
extension MultiAgentRunner {
    /// Takes steps in the environments of some shards, in turns: those of each are stepped while the others have theirs.
    func takeSteps(_ part: Range<Int>, shards: [Int]) {
        for index in shards {
            episodes[index].fault = nil
            guard part.lowerBound == 0 else { continue }
            for actor in playing { release(actor, actor.shards[index], division[index]) }
        }
        vector.takeTurns {
            StepTurns.take(
                part, in: shards.count, lanes: { division[shards[$0]] }, wait: vector.awaitStep,
                begin: { !hasFault(shards[$0]) && beginStep($1, shard: shards[$0]) },
                finish: { piece, _ in finishStep(shard: shards[piece]) })
        }
    }

    private func hasFault(_ index: Int) -> Bool {
        episodes[index].fault != nil || playing.contains { $0.shards[index].fault != nil }
    }

    /// Chooses the actions of a step of a shard, and begins it.
    ///
    /// - Returns: false after a fault, which is the shard's then.
    private func beginStep(_ step: Int, shard index: Int) -> Bool {
        let environments = division[index]
        let acts = vector.acts.pointer
        for actor in playing { actor.shards[index].placeCount = 0 }
        for environment in environments {
            let first = environment * agentCount
            for agent in 0..<agentCount where acts[first + agent] {
                actors[Int(assignedActors.pointer[first + agent])].shards[index].add(
                    environment: environment, agent: agent)
            }
        }
        for actor in playing { guard act(actor, actor.shards[index], step: step) else { return false } }
        do {
            try vector.beginStep(environments)
            return true
        } catch {
            episodes[index].fault = error
            return false
        }
    }

    /// Finishes a step of a shard that was begun, and takes in what it brought.
    ///
    /// - Returns: false after a fault, which is the shard's then.
    private func finishStep(shard index: Int) -> Bool {
        let environments = division[index]
        do {
            try vector.finishStep(environments)
        } catch {
            episodes[index].fault = error
            return false
        }
        if let fault = faultInStep(of: environments) {
            episodes[index].fault = fault
            return false
        }
        for environment in environments { guard settle(environment, shard: index) else { return false } }
        return !hasFault(index)
    }
}
