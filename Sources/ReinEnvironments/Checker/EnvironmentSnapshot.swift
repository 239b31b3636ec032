/// What a check saw of an environment after one reset or step; two are equal if they have the same bits.
struct EnvironmentSnapshot: Equatable, CustomStringConvertible {
    /// A quiet NaN of our own, by which elements that were not written are known.
    static var unwritten: UInt32 { 0x7fc0_5e1f }

    /// A row of an observation before it is written.
    static func emptyRow(_ space: Box) -> [Float] {
        [Float](repeating: Float(bitPattern: unwritten), count: space.count)
    }

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
    /// The agents; the only one of an environment of one agent.
    var agents: [Agent]
    /// Whether a reset paid rewards.
    var isPaidReset = false

    /// What is seen of an environment of several agents.
    init(index: Int, status: Status, agents: [Agent]) {
        self.index = index
        self.status = status
        self.agents = agents
    }

    /// What is seen of an environment of one agent.
    ///
    /// - Parameter mask: which actions are valid; nil when the environment does not say, or nothing follows.
    init(index: Int, observation: [Float], step: Step = Step(reward: 0), mask: [Bool]?) {
        let isRunning = step.status == .running
        self.init(
            index: index, status: step.status,
            agents: [
                Agent(
                    observation: observation, mask: mask, reward: step.reward, status: step.status, acts: isRunning,
                    isInPlay: isRunning)
            ])
    }

    static func == (left: EnvironmentSnapshot, right: EnvironmentSnapshot) -> Bool {
        left.status == right.status && left.agents == right.agents
    }

    /// Whether the episode goes on, but nobody acts.
    var isDeserted: Bool { status == .running && !agents.contains { $0.acts } }

    var description: String {
        let seen = agents.map { $0.observation.map(Self.words) ?? "-" }.joined(separator: ", ")
        guard index > 0 else { return "reset \(seen)" }
        guard agents.count > 1 else { return "step \(index) \(seen), reward \(agents.map(\.reward).first ?? 0)" }
        return "step \(index) \(seen), rewards \(agents.map(\.reward)), \(status)"
    }

    /// An observation, of which eight numbers are enough to know it again.
    private static func words(_ observation: [Float]) -> String {
        guard observation.count > 8 else { return "\(observation)" }
        return "[\(observation.prefix(8).map(\.description).joined(separator: ", ")), ...]"
    }

    /// The first place where two recordings differ, or one of them is over; nil when they are equal.
    static func firstDifference(_ first: [EnvironmentSnapshot], _ second: [EnvironmentSnapshot]) -> Int? {
        firstDifferenceWhileBoth(first, second) ?? (first.count == second.count ? nil : min(first.count, second.count))
    }

    /// The first place where two recordings differ as long as both go on; nil when there is none.
    static func firstDifferenceWhileBoth(_ first: [EnvironmentSnapshot], _ second: [EnvironmentSnapshot]) -> Int? {
        zip(first, second).enumerated().first { $1.0 != $1.1 }?.offset
    }
}
