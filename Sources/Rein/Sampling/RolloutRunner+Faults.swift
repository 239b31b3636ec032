import ReinEnvironments
import ReinNumerics

/// Looking at the numbers and masks that environments give, and going on after one that is none.
extension RolloutRunner {
    /// The first number of the present observations of a shard that is none, or mask: they may be those of a reset, or of
    /// a restored state.
    func faultInObservations(of shard: RolloutShard) -> EnvironmentFault? {
        let lanes = shard.lanes
        let width = observations.count / self.lanes
        guard
            let place = Kernels.firstNotFinite(
                observations.mutableRows(of: width)[lanes.lowerBound], count: lanes.count * width)
        else { return faultInMasks(of: shard) { Int(self.lengths.pointer[$0]) } }
        let lane = lanes.lowerBound + place / width
        return fault(
            .observation(element: place % width), lane: lane, step: Int(lengths.pointer[lane]),
            value: Double(observations.pointer[lane * width + place % width]))
    }

    /// The first number that a step brought to the lanes of a shard and that is none: a reward, or an element of an
    /// observation, be it the last one of an episode or the first one of the next; or the first such mask.
    ///
    /// - Parameters:
    ///   - statuses: how the episodes stand after the step, `[lanes]`.
    ///   - finalMasks: the masks of the last observations, `[lanes, maskWidth]`, where they are asked for.
    func fault(
        in shard: RolloutShard, statuses: UnsafePointer<Status>, finalMasks: UnsafePointer<Bool>?
    ) -> EnvironmentFault? {
        let first = shard.lanes.lowerBound
        let width = observations.count / lanes
        if let place = Kernels.firstBeyondFloats(rewards.pointer + first, count: shard.lanes.count) {
            return fault(.reward, lane: first + place, value: rewards.pointer[first + place])
        }
        for lane in shard.lanes where statuses[lane] != .running {
            let observation = finalObservations.mutableRows(of: width)[lane]
            if let element = Kernels.firstNotFinite(observation, count: width) {
                return fault(.observation(element: element), lane: lane, value: Double(observation[element]))
            }
            if let finalMasks, let quantity = maskParts.fault(of: finalMasks + lane * maskParts.width) {
                return fault(quantity, lane: lane)
            }
        }
        let observation = observations.mutableRows(of: width)[first]
        func step(_ lane: Int) -> Int { statuses[lane] == .running ? Int(lengths.pointer[lane]) + 1 : 0 }
        guard let place = Kernels.firstNotFinite(observation, count: shard.lanes.count * width) else {
            return faultInMasks(of: shard, step: step)
        }
        let lane = first + place / width
        return fault(
            .observation(element: place % width), lane: lane, step: step(lane), value: Double(observation[place]))
    }

    private var maskParts: MaskParts { environments.maskParts }

    /// The first mask of the present states of a shard that leaves no valid action.
    ///
    /// - Parameter step: the number of the step that led to the state of a lane.
    private func faultInMasks(of shard: RolloutShard, step: (Int) -> Int) -> EnvironmentFault? {
        let first = shard.lanes.lowerBound
        let present = masks.rows(of: maskParts.width)[first]
        return maskParts.firstFault(of: present, rows: shard.lanes.count).map { row, quantity in
            fault(quantity, lane: first + row, step: step(first + row))
        }
    }

    /// The first number of the continuous actions on their way to the lanes of a shard that is none.
    func faultInActions(of shard: RolloutShard, width: Int) -> EnvironmentFault? {
        let actions = environmentActions.mutableRows(of: width)[shard.lanes.lowerBound]
        guard let place = Kernels.firstNotFinite(actions, count: shard.lanes.count * width) else { return nil }
        return fault(
            .action(element: place % width), lane: shard.lanes.lowerBound + place / width,
            value: Double(actions[place]))
    }

    /// - Parameter step: the number of the step; the one that is being taken when nil.
    private func fault(
        _ quantity: EnvironmentFault.Quantity, lane: Int, step: Int? = nil, value: Double = 0
    ) -> EnvironmentFault {
        EnvironmentFault(
            environment: environmentID, episode: .copy(lane), step: step ?? Int(lengths.pointer[lane]) + 1,
            quantity: quantity, value: value)
    }

    /// Begins a new episode in every environment; in those outside of this program with the next rollout, since that may
    /// fail.
    public func restartEpisodes() {
        environments.forgetEpisodes()
        beginEpisodes()
        returns.clear()
        lengths.clear()
        discountedReturns.clear()
        for lane in 0..<lanes { recurrentLanes?.forget(lane) }
    }

    /// Begins episodes where that cannot fail, and otherwise leaves it to the next rollout.
    func beginEpisodes() {
        beginsEpisodes = environments.stepsElsewhere
        guard !beginsEpisodes else { return }
        do {
            try beginAwaitedEpisodes()
        } catch {
            beginsEpisodes = true
        }
    }

    /// Begins an episode in every environment.
    ///
    /// - Throws: `EnvironmentFault` when an environment fails.
    func beginAwaitedEpisodes() throws(EnvironmentFault) {
        try environments.reset(0..<lanes, observations: observations.pointer, masks: masks.pointer)
        beginsEpisodes = false
    }
}
