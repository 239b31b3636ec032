import ReinEnvironments
import ReinNumerics

/// Looking at the numbers and masks that environments give, and going on after one that is none.
extension MultiAgentRunner {
    /// The first number or mask that was none in the present rollout, if there was one.
    var fault: EnvironmentFault? {
        for index in division.indices {
            if let fault = episodes[index].fault { return fault }
            for actor in playing {
                if let fault = actor.shards[index].fault { return fault }
            }
        }
        return nil
    }

    /// The first reward of a step in the environments of a shard that is none, or the first environment that the step
    /// left without agents, though its episode goes on.
    func faultInStep(of environments: Range<Int>) -> EnvironmentFault? {
        let first = environments.lowerBound * agentCount
        let rewards = vector.rewards.pointer + first
        guard let place = Kernels.firstBeyondFloats(rewards, count: environments.count * agentCount) else {
            return environments.first { vector.isDeserted($0) }.map {
                EnvironmentFault(
                    environment: environmentID, episode: .copy($0), step: Int(episodeLengths.pointer[$0]) + 1,
                    quantity: .actors)
            }
        }
        let environment = (first + place) / agentCount
        return fault(
            .reward, slot: first + place, step: Int(episodeLengths.pointer[environment]) + 1, value: rewards[place])
    }

    /// The first number of what agents see that is none, or the first mask that leaves them no valid action.
    ///
    /// - Parameters:
    ///   - observations: `[places, width]`.
    ///   - masks: `[places, mask width]`, where they are asked for.
    func fault(
        in observations: UnsafePointer<Float>, _ masks: UnsafePointer<Bool>?,
        of places: UnsafeBufferPointer<AgentPlace>, width: Int
    ) -> EnvironmentFault? {
        guard let place = Kernels.firstNotFinite(observations, count: places.count * width) else {
            guard let masks, let agent = places.first?.agent else { return nil }
            return vector.maskParts[Int(agent)].firstFault(of: masks, rows: places.count).map { row, quantity in
                fault(
                    quantity, slot: slot(places[row]),
                    step: Int(episodeLengths.pointer[Int(places[row].environment)]))
            }
        }
        return fault(
            .observation(element: place % width), slot: slot(places[place / width]),
            step: Int(episodeLengths.pointer[Int(places[place / width].environment)]),
            value: Double(observations[place]))
    }

    /// The first number of continuous actions that is none.
    ///
    /// - Parameter actions: `[places, width]`.
    func fault(
        inActions actions: UnsafePointer<Float>, of places: UnsafeBufferPointer<AgentPlace>, width: Int
    ) -> EnvironmentFault? {
        guard let place = Kernels.firstNotFinite(actions, count: places.count * width) else { return nil }
        return fault(
            .action(element: place % width), slot: slot(places[place / width]),
            step: Int(episodeLengths.pointer[Int(places[place / width].environment)]) + 1,
            value: Double(actions[place]))
    }

    /// What an agent earned from one action to the next, which no float holds.
    func faultInOutcome(of slot: Int) -> EnvironmentFault {
        fault(
            .reward, slot: slot, step: Int(episodeLengths.pointer[slot / agentCount]), value: pending.pointer[slot])
    }

    /// - Parameter slot: the place of the agent among those of all environments.
    private func fault(
        _ quantity: EnvironmentFault.Quantity, slot: Int, step: Int, value: Double = 0
    ) -> EnvironmentFault {
        EnvironmentFault(
            environment: environmentID, episode: .copy(slot / agentCount), agent: vector.agents[slot % agentCount],
            step: step, quantity: quantity, value: value)
    }

    /// Begins episodes where that cannot fail, and otherwise leaves it to the next rollout.
    func beginEpisodes() {
        beginning.isAwaited = vector.stepsElsewhere
        guard !beginning.isAwaited else { return }
        do {
            try beginAwaitedEpisodes()
        } catch {
            beginning.isAwaited = true
        }
    }

    /// Begins an episode in every environment.
    ///
    /// - Throws: `EnvironmentFault` when an environment fails.
    func beginAwaitedEpisodes() throws(EnvironmentFault) {
        try vector.reset(0..<count)
        beginning.isAwaited = false
    }

    /// Begins a new episode in every environment, with the policies that the mapping gives; in those outside of this
    /// program with the next rollout, since that may fail.
    func restartEpisodes() {
        vector.forgetEpisodes()
        beginEpisodes()
        for actor in actors { actor.carry?.removeAll() }
        for slot in 0..<count * agentCount {
            openRows.pointer[slot] = -1
            clear(slot)
        }
        episodeReturns.clear()
        episodeLengths.clear()
        for environment in 0..<count {
            episodeNumbers.pointer[environment] += 1
            assignActors(environment)
        }
    }
}
