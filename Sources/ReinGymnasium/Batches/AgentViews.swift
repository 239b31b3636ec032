import ReinEnvironments
import ReinNumerics

/// What the agents of lanes see, who acts and who is in play.
struct AgentViews {
    private let count: Int
    /// Where the observation of each agent begins in a row, and the end of the last one.
    private let observationOffsets: [Int]
    /// Where the mask of each agent begins in a row, and the end of the last one.
    private let maskOffsets: [Int]
    /// `[lanes, widths of observations]`.
    private let observations: AlignedBuffer<Float>
    /// `[lanes, widths of masks]`.
    private let masks: AlignedBuffer<Bool>
    /// Who acts next, `[lanes, agents]`.
    let acts: AlignedBuffer<Bool>
    /// Who is in play, `[lanes, agents]`.
    let inPlay: AlignedBuffer<Bool>

    init(_ agents: [AgentDescription], lanes: Int) {
        count = agents.count
        observationOffsets = agents.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.observationWidth) }
        maskOffsets = agents.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.maskWidth) }
        observations = AlignedBuffer(count: lanes * observationOffsets[count])
        masks = AlignedBuffer(count: lanes * maskOffsets[count])
        masks.mutableElements.update(repeating: true)
        acts = AlignedBuffer(count: lanes * count)
        inPlay = AlignedBuffer(count: lanes * count)
    }

    /// Takes over a row of a worker's. Of agents who neither act nor were truncated stays what they saw last, which is
    /// nothing where an episode begins.
    ///
    /// - Parameter statuses: how agents left in the step; nil where an episode begins.
    func take(
        _ lane: Int, _ row: Int, _ side: SeveralAgentsArrays.Side, leaving statuses: UnsafePointer<Status>?
    ) {
        for agent in 0..<count {
            // Bytes of somebody else, which need not be 0 or 1.
            let (isActing, isPlaying) = (side.acts[row * count + agent] != 0, side.inPlay[row * count + agent] != 0)
            acts.pointer[lane * count + agent] = isActing
            inPlay.pointer[lane * count + agent] = isPlaying
            if isActing || statuses?[agent] == .truncated {
                take(agent, lane, row, side)
            } else if statuses == nil {
                clear(agent, lane)
            }
        }
    }

    /// Takes over a row of a worker's after a replay, in which those who wait have seen what they saw last.
    func takeAll(_ lane: Int, _ row: Int, _ side: SeveralAgentsArrays.Side) {
        take(lane, row, side, leaving: nil)
        for agent in 0..<count { take(agent, lane, row, side) }
    }

    private func take(_ agent: Int, _ lane: Int, _ row: Int, _ side: SeveralAgentsArrays.Side) {
        let width = observationOffsets[count]
        let (start, size) = (observationOffsets[agent], observationOffsets[agent + 1] - observationOffsets[agent])
        (observations.pointer + lane * width + start).update(
            from: side.observations + row * width + start, count: size)
        let maskWidth = maskOffsets[count]
        for entry in maskOffsets[agent]..<maskOffsets[agent + 1] {
            masks.pointer[lane * maskWidth + entry] = side.masks[row * maskWidth + entry] != 0
        }
    }

    private func clear(_ agent: Int, _ lane: Int) {
        let (width, maskWidth) = (observationOffsets[count], maskOffsets[count])
        for place in observationOffsets[agent]..<observationOffsets[agent + 1] {
            observations.pointer[lane * width + place] = 0
        }
        for entry in maskOffsets[agent]..<maskOffsets[agent + 1] { masks.pointer[lane * maskWidth + entry] = true }
    }

    /// Takes over a lane of other views of as many lanes of the same agents.
    func copy(_ lane: Int, from other: AgentViews) {
        Self.copy(lane, from: other.observations, to: observations, width: observationOffsets[count])
        Self.copy(lane, from: other.masks, to: masks, width: maskOffsets[count])
        Self.copy(lane, from: other.acts, to: acts, width: count)
        Self.copy(lane, from: other.inPlay, to: inPlay, width: count)
    }

    private static func copy<Element>(
        _ lane: Int, from source: AlignedBuffer<Element>, to buffer: AlignedBuffer<Element>, width: Int
    ) {
        (buffer.pointer + lane * width).update(from: source.pointer + lane * width, count: width)
    }

    /// Writes what an agent sees into a row of its own.
    func write(
        _ place: AgentPlace, _ row: Int, _ observations: UnsafeMutablePointer<Float>,
        _ masks: UnsafeMutablePointer<Bool>?
    ) {
        let (lane, agent) = (Int(place.environment), Int(place.agent))
        precondition(agent >= 0 && agent < count, "there is no agent \(agent)")
        precondition(lane >= 0 && lane * count < acts.count, "there is no environment \(lane)")
        let (start, size) = (observationOffsets[agent], observationOffsets[agent + 1] - observationOffsets[agent])
        (observations + row * size).update(
            from: self.observations.pointer + lane * observationOffsets[count] + start, count: size)
        guard let masks else { return }
        let entries = maskOffsets[agent + 1] - maskOffsets[agent]
        (masks + row * entries).update(
            from: self.masks.pointer + lane * maskOffsets[count] + maskOffsets[agent], count: entries)
    }

    /// What is saved of a lane: what those see who act, and nothing of others.
    func saved(_ lane: Int) -> SavedRows {
        var observation = [Float](repeating: 0, count: observationOffsets[count])
        var mask = [UInt8](repeating: 1, count: maskOffsets[count])
        for agent in 0..<count where acts.pointer[lane * count + agent] {
            for place in observationOffsets[agent]..<observationOffsets[agent + 1] {
                observation[place] = observations.pointer[lane * observationOffsets[count] + place]
            }
            for entry in maskOffsets[agent]..<maskOffsets[agent + 1] {
                mask[entry] = masks.pointer[lane * maskOffsets[count] + entry] ? 1 : 0
            }
        }
        let turns = [acts, inPlay].flatMap {
            $0.elements[lane * count..<(lane + 1) * count].map { $0 ? 1 : 0 as UInt8 }
        }
        return SavedRows(observation: observation, mask: mask, turns: turns)
    }
}
