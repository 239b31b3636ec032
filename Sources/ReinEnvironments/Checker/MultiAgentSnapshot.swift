/// What a check of an environment for several agents saw after one reset or step; two are equal if they have the same
/// bits.
struct MultiAgentSnapshot: Equatable, CustomStringConvertible {
    /// A quiet NaN of our own, by which elements that were not written are known.
    static var unwritten: UInt32 { 0x7fc0_5e1f }

    /// One agent after the step.
    struct Agent: Equatable {
        /// What it sees, if it is in play or has just left.
        var observation: [Float]?
        /// Which of its actions are valid, if it acts next or was truncated and the environment says.
        var mask: [Bool]?
        var reward = 0.0
        var status = Status.running
        var acts = false
        var isInPlay = false
        /// What was said about it that makes no sense.
        var faults: AgentMarks = []

        static func == (left: Agent, right: Agent) -> Bool {
            left.observation?.map(\.bitPattern) == right.observation?.map(\.bitPattern) && left.mask == right.mask
                && left.reward.bitPattern == right.reward.bitPattern && left.status == right.status
                && left.acts == right.acts && left.isInPlay == right.isInPlay
        }
    }

    /// The number of the step in its recording, 0 for a reset.
    let index: Int
    /// How the episode stands.
    var status: Status
    var agents: [Agent]
    /// Whether a reset paid rewards.
    var isPaidReset = false

    static func == (left: MultiAgentSnapshot, right: MultiAgentSnapshot) -> Bool {
        left.status == right.status && left.agents == right.agents
    }

    /// Whether the episode goes on, but nobody acts.
    var isDeserted: Bool { status == .running && !agents.contains { $0.acts } }

    var description: String {
        let seen = agents.map { $0.observation.map(String.init(describing:)) ?? "-" }.joined(separator: ", ")
        guard index > 0 else { return "reset \(seen)" }
        return "step \(index) \(seen), rewards \(agents.map(\.reward)), \(status)"
    }
}
