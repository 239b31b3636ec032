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
        for step in part {
            for index in shards where !hasFault(index) {
                if step > part.lowerBound { finishStep(shard: index) }
                if !hasFault(index) { beginStep(step, shard: index) }
            }
        }
        for index in shards where !hasFault(index) && !part.isEmpty { finishStep(shard: index) }
    }

    private func hasFault(_ index: Int) -> Bool {
        episodes[index].fault != nil || playing.contains { $0.shards[index].fault != nil }
    }

    /// Chooses the actions of a step of a shard, and begins it.
    private func beginStep(_ step: Int, shard index: Int) {
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
        for actor in playing { guard act(actor, actor.shards[index], step: step) else { return } }
        do {
            try vector.beginStep(environments)
        } catch {
            episodes[index].fault = error
        }
    }

    /// Finishes a step of a shard that was begun, and takes in what it brought.
    private func finishStep(shard index: Int) {
        let environments = division[index]
        do {
            try vector.finishStep(environments)
        } catch {
            episodes[index].fault = error
            return
        }
        if let fault = faultInStep(of: environments) {
            episodes[index].fault = fault
            return
        }
        for environment in environments { guard settle(environment, shard: index) else { return } }
    }
}
