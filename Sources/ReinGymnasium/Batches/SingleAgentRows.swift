import ReinEnvironments
import ReinNumerics

/// The rows of lanes of one agent.
final class SingleAgentRows: LaneRows {
    typealias Arrays = SingleAgentArrays

    let widths: SingleAgentArrays.Widths
    /// The present observations, `[count, observation width]`.
    private let observations: AlignedBuffer<Float>
    /// The present masks, `[count, mask width]`.
    private let masks: AlignedBuffer<Bool>

    /// Rows for a number of lanes.
    init(_ agent: AgentDescription, lanes: Int) {
        widths = SingleAgentArrays.Widths(
            observation: agent.observationWidth, action: agent.actionSpace.width, mask: agent.maskWidth)
        observations = AlignedBuffer(count: lanes * widths.observation)
        masks = AlignedBuffer(count: lanes * widths.mask)
        masks.mutableElements.update(repeating: true)
    }

    var actionWidth: Int { widths.action }

    func write(_ action: UnsafePointer<Float>, of lane: Int, into row: UnsafeMutablePointer<Float>) {
        row.update(from: action, count: widths.action)
    }

    func checkStep(_ lane: Int, _ row: Int, _ arrays: SingleAgentArrays.Pointers) throws(BrokenRow) {
        let code = arrays.statuses[row]
        if Status(rawValue: code) == nil { throw BrokenRow(words: "the status \(code)") }
    }

    func checkPresent(_ lane: Int, _ row: Int, _ arrays: SingleAgentArrays.Pointers) {}

    func takeStep(
        _ lane: Int, _ row: Int, _ arrays: SingleAgentArrays.Pointers, into destination: EnvironmentBatchRows
    ) -> Bool {
        let status = Status(rawValue: arrays.statuses[row]) ?? .terminated
        destination.statuses[lane] = status
        destination.rewards[lane] = arrays.rewards[row]
        if status != .running {
            let width = widths.observation
            (destination.finalObservations + lane * width).update(from: arrays.finals + row * width, count: width)
            if let masks = destination.finalMasks {
                // Nothing lies beyond termination: then all is valid.
                for entry in 0..<widths.mask {
                    masks[lane * widths.mask + entry] =
                        status == .terminated || arrays.finalMasks[row * widths.mask + entry] != 0
                }
            }
        }
        takePresent(lane, row, arrays)
        handOn(lane, to: destination)
        return status != .running
    }

    func takePresent(_ lane: Int, _ row: Int, _ arrays: SingleAgentArrays.Pointers) {
        let width = widths.observation
        (observations.pointer + lane * width).update(from: arrays.observations + row * width, count: width)
        // Bytes of somebody else, which need not be 0 or 1.
        for entry in 0..<widths.mask {
            masks.pointer[lane * widths.mask + entry] = arrays.masks[row * widths.mask + entry] != 0
        }
    }

    func takeReplayed(_ lane: Int, _ row: Int, _ arrays: SingleAgentArrays.Pointers) {
        takePresent(lane, row, arrays)
    }

    func cutOff(_ lane: Int, into destination: EnvironmentBatchRows) {
        writeObservations(lane..<lane + 1, into: destination.finalObservations)
        if let masks = destination.finalMasks { writeMasks(lane..<lane + 1, into: masks) }
        (destination.statuses[lane], destination.rewards[lane]) = (.truncated, 0)
    }

    func takeNext(
        _ lane: Int, _ row: Int, _ arrays: SingleAgentArrays.Pointers, into destination: EnvironmentBatchRows
    ) {
        takePresent(lane, row, arrays)
        handOn(lane, to: destination)
    }

    private func handOn(_ lane: Int, to destination: EnvironmentBatchRows) {
        writeObservations(lane..<lane + 1, into: destination.observations)
        if let masks = destination.masks { writeMasks(lane..<lane + 1, into: masks) }
    }

    /// Writes the present observations of lanes, `[count, observation width]`.
    func writeObservations(_ range: Range<Int>, into observations: UnsafeMutablePointer<Float>) {
        let (start, size) = (range.lowerBound * widths.observation, range.count * widths.observation)
        (observations + start).update(from: self.observations.pointer + start, count: size)
    }

    /// Writes the present masks of lanes, `[count, mask width]`.
    func writeMasks(_ range: Range<Int>, into masks: UnsafeMutablePointer<Bool>) {
        let (start, size) = (range.lowerBound * widths.mask, range.count * widths.mask)
        (masks + start).update(from: self.masks.pointer + start, count: size)
    }

    var savedSizes: SavedRows.Sizes {
        SavedRows.Sizes(observation: widths.observation, mask: widths.mask, turns: 0)
    }

    func saved(_ lane: Int) -> SavedRows {
        SavedRows(
            observation: Array(
                observations.elements[lane * widths.observation..<(lane + 1) * widths.observation]),
            mask: masks.elements[lane * widths.mask..<(lane + 1) * widths.mask].map { $0 ? 1 : 0 }, turns: [])
    }

    func difference(_ lane: Int, from saved: SavedRows) -> String? { self.saved(lane).difference(from: saved) }
}
