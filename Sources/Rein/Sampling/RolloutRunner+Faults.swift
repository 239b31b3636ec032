import ReinEnvironments
import ReinNumerics

/// Looking at the numbers that environments give, and going on after one that is none.
extension RolloutRunner {
    /// The first number of the present observations of a piece that is none: they may be those of a reset, or of a
    /// restored state.
    func faultInObservations(of piece: RolloutPiece) -> EnvironmentFault? {
        let lanes = piece.lanes
        let width = observations.count / self.lanes
        guard
            let place = Kernels.firstNotFinite(
                observations.pointer + lanes.lowerBound * width, count: lanes.count * width)
        else { return nil }
        let lane = lanes.lowerBound + place / width
        return fault(
            .observation(element: place % width), lane: lane, step: Int(lengths.pointer[lane]),
            value: Double(observations.pointer[lane * width + place % width]))
    }

    /// The first number that a step brought to the lanes of a piece and that is none: a reward, or an element of an
    /// observation, be it the last one of an episode or the first one of the next.
    ///
    /// - Parameter statuses: how the episodes stand after the step, `[lanes]`.
    func fault(in piece: RolloutPiece, statuses: UnsafePointer<Status>) -> EnvironmentFault? {
        let first = piece.lanes.lowerBound
        let width = observations.count / lanes
        if let place = Kernels.firstBeyondFloats(rewards.pointer + first, count: piece.lanes.count) {
            return fault(.reward, lane: first + place, value: rewards.pointer[first + place])
        }
        for lane in piece.lanes where statuses[lane] != .running {
            let observation = finalObservations.pointer + lane * width
            if let element = Kernels.firstNotFinite(observation, count: width) {
                return fault(.observation(element: element), lane: lane, value: Double(observation[element]))
            }
        }
        let observation = observations.pointer + first * width
        guard let place = Kernels.firstNotFinite(observation, count: piece.lanes.count * width) else { return nil }
        let lane = first + place / width
        return fault(
            .observation(element: place % width), lane: lane,
            step: statuses[lane] == .running ? Int(lengths.pointer[lane]) + 1 : 0, value: Double(observation[place]))
    }

    /// The first number of the continuous actions on their way to the lanes of a piece that is none.
    func faultInActions(of piece: RolloutPiece, width: Int) -> EnvironmentFault? {
        let actions = environmentActions.pointer + piece.lanes.lowerBound * width
        guard let place = Kernels.firstNotFinite(actions, count: piece.lanes.count * width) else { return nil }
        return fault(
            .action(element: place % width), lane: piece.lanes.lowerBound + place / width,
            value: Double(actions[place]))
    }

    /// - Parameter step: the number of the step; the one that is being taken when nil.
    private func fault(
        _ quantity: EnvironmentFault.Quantity, lane: Int, step: Int? = nil, value: Double
    ) -> EnvironmentFault {
        EnvironmentFault(
            environment: environmentID, episode: .copy(lane), step: step ?? Int(lengths.pointer[lane]) + 1,
            quantity: quantity, value: value)
    }

    /// Begins a new episode in every environment.
    public func restartEpisodes() {
        environments.reset(0..<lanes, observations: observations.pointer, masks: masks.pointer)
        returns.clear()
        lengths.clear()
        discountedReturns.clear()
        for lane in 0..<lanes { recurrentLanes?.forget(lane) }
    }
}
