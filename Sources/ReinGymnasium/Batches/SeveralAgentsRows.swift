import ReinEnvironments
import ReinNumerics

/// The rows of lanes of several agents, most of which are those of a ``MultiAgentVector``.
///
/// When an episode ends, the worker begins the next at once. What is seen of it is put aside until the vector's owner
/// resets the lane.
final class SeveralAgentsRows: LaneRows {
    typealias Arrays = SeveralAgentsArrays

    let widths: SeveralAgentsArrays.Widths
    /// The rows that are shared with the vector.
    private let shared: MultiAgentRows
    private let present: AgentViews
    private let next: AgentViews
    /// Whether the next episode of a lane has begun, and is to be shown.
    private let hasNext: AlignedBuffer<Bool>
    /// Where the action of each agent begins in a row, and the end of the last one.
    private let actionOffsets: [Int]

    /// Rows for a number of lanes.
    init(_ agents: [AgentDescription], lanes: Int, _ shared: MultiAgentRows) {
        widths = SeveralAgentsArrays.Widths(
            agents: agents.count, observation: agents.reduce(0) { $0 + $1.observationWidth },
            action: agents.reduce(0) { $0 + $1.actionSpace.width }, mask: agents.reduce(0) { $0 + $1.maskWidth })
        self.shared = shared
        present = AgentViews(agents, lanes: lanes)
        next = AgentViews(agents, lanes: lanes)
        hasNext = AlignedBuffer(count: lanes)
        actionOffsets = agents.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.actionSpace.width) }
    }

    var actionWidth: Int { widths.action }

    /// Actions of agents who do not act are zeros: what is left of earlier ones does not matter, and is not saved.
    func write(_ action: UnsafePointer<Float>, of lane: Int, into row: UnsafeMutablePointer<Float>) {
        for agent in 0..<widths.agents {
            let acts = shared.acts.pointer[lane * widths.agents + agent]
            for place in actionOffsets[agent]..<actionOffsets[agent + 1] { row[place] = acts ? action[place] : 0 }
        }
    }

    // MARK: What workers write

    func checkStep(_ lane: Int, _ row: Int, _ arrays: SeveralAgentsArrays.Pointers) throws(BrokenRow) {
        guard let episode = Status(rawValue: arrays.episodes[row]) else {
            throw BrokenRow(words: "the status \(arrays.episodes[row]) of an episode")
        }
        try check(row, episode == .running ? arrays.present : arrays.next)
        for agent in 0..<widths.agents {
            let place = row * widths.agents + agent
            let (code, wasInPlay) = (arrays.statuses[place], shared.inPlay.pointer[lane * widths.agents + agent])
            guard let status = Status(rawValue: code), status == .running || wasInPlay else {
                throw BrokenRow(words: "the status \(code) of agent \(agent)")
            }
            // What an agent has earned is closed when it leaves.
            let stays = episode == .running && arrays.present.inPlay[place] != 0
            guard status != .running || stays || !wasInPlay else {
                throw BrokenRow(words: "agent \(agent), who is gone and has not left,")
            }
        }
    }

    func checkPresent(_ lane: Int, _ row: Int, _ arrays: SeveralAgentsArrays.Pointers) throws(BrokenRow) {
        try check(row, arrays.present)
    }

    /// Looks at who acts in an episode that goes on.
    private func check(_ row: Int, _ side: SeveralAgentsArrays.Side) throws(BrokenRow) {
        var isAnyoneActing = false
        for agent in 0..<widths.agents where side.acts[row * widths.agents + agent] != 0 {
            isAnyoneActing = true
            guard side.inPlay[row * widths.agents + agent] != 0 else {
                throw BrokenRow(words: "agent \(agent), who acts and is not in play,")
            }
        }
        guard isAnyoneActing else { throw BrokenRow(words: "an episode without anybody who acts") }
    }

    func takeStep(
        _ lane: Int, _ row: Int, _ arrays: SeveralAgentsArrays.Pointers, into destination: Void
    ) -> Bool {
        let episode = Status(rawValue: arrays.episodes[row]) ?? .terminated
        let (first, from) = (lane * widths.agents, row * widths.agents)
        for agent in 0..<widths.agents {
            // An agent is paid while it is in play, the step in which it leaves included.
            let isPaid = shared.inPlay.pointer[first + agent] || arrays.present.inPlay[from + agent] != 0
            shared.rewards.pointer[first + agent] = isPaid ? arrays.rewards[from + agent] : 0
            shared.statuses.pointer[first + agent] = Status(rawValue: arrays.statuses[from + agent]) ?? .terminated
        }
        present.take(lane, row, arrays.present, leaving: shared.statuses.pointer + first)
        shared.episodeStatuses.pointer[lane] = episode
        hasNext.pointer[lane] = episode != .running
        guard episode != .running else {
            show(present, lane)
            return false
        }
        showNobody(lane)
        next.take(lane, row, arrays.next, leaving: nil)
        return true
    }

    func takePresent(_ lane: Int, _ row: Int, _ arrays: SeveralAgentsArrays.Pointers) {
        present.take(lane, row, arrays.present, leaving: nil)
        begin(lane)
    }

    func takeReplayed(_ lane: Int, _ row: Int, _ arrays: SeveralAgentsArrays.Pointers) {
        present.takeAll(lane, row, arrays.present)
        begin(lane)
    }

    func cutOff(_ lane: Int, into destination: Void) {
        for place in lane * widths.agents..<(lane + 1) * widths.agents {
            shared.statuses.pointer[place] = shared.inPlay.pointer[place] ? .truncated : .running
            shared.rewards.pointer[place] = 0
        }
        shared.episodeStatuses.pointer[lane] = .truncated
        showNobody(lane)
    }

    func takeNext(_ lane: Int, _ row: Int, _ arrays: SeveralAgentsArrays.Pointers, into destination: Void) {
        next.take(lane, row, arrays.present, leaving: nil)
        hasNext.pointer[lane] = true
    }

    // MARK: What the vector shows

    /// Whether the episode of a lane has ended, and the next one waits to be shown.
    func awaitsReset(_ lane: Int) -> Bool { hasNext.pointer[lane] }

    /// Shows the beginning of the episode that has begun after one that ended.
    func showNext(_ lane: Int) {
        present.copy(lane, from: next)
        begin(lane)
    }

    /// Shows the beginning of an episode, which `present` has.
    private func begin(_ lane: Int) {
        for place in lane * widths.agents..<(lane + 1) * widths.agents {
            shared.statuses.pointer[place] = .running
            shared.rewards.pointer[place] = 0
        }
        shared.episodeStatuses.pointer[lane] = .running
        hasNext.pointer[lane] = false
        show(present, lane)
    }

    private func show(_ views: AgentViews, _ lane: Int) {
        for place in lane * widths.agents..<(lane + 1) * widths.agents {
            shared.acts.pointer[place] = views.acts.pointer[place]
            shared.inPlay.pointer[place] = views.inPlay.pointer[place]
        }
    }

    private func showNobody(_ lane: Int) {
        for place in lane * widths.agents..<(lane + 1) * widths.agents {
            (shared.acts.pointer[place], shared.inPlay.pointer[place]) = (false, false)
        }
    }

    /// Writes what agents see now; see `MultiAgentBatch`.
    func observe(
        _ places: UnsafeBufferPointer<AgentPlace>, observations: UnsafeMutablePointer<Float>,
        masks: UnsafeMutablePointer<Bool>?
    ) {
        for row in 0..<places.count { present.write(places[row], row, observations, masks) }
    }

    // MARK: State

    var savedSizes: SavedRows.Sizes {
        SavedRows.Sizes(observation: widths.observation, mask: widths.mask, turns: 2 * widths.agents)
    }

    func saved(_ lane: Int) -> SavedRows { (hasNext.pointer[lane] ? next : present).saved(lane) }

    func difference(_ lane: Int, from saved: SavedRows) -> String? { self.saved(lane).difference(from: saved) }
}
