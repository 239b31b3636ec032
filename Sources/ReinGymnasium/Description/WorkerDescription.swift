import ReinCheckpoints
import ReinSpaces

/// What a worker says of its environment, as far as it can be true.
///
/// All numbers are claims: none is a size before it was found to be one that can be.
struct WorkerDescription: Sendable, Equatable {
    /// The largest number of agents.
    private static let agentLimit = 1 << 12

    /// The agents; one without a name where there is one.
    let agents: [AgentDescription]
    /// Whether several agents share the environment.
    let hasSeveralAgents: Bool
    /// Whether they act in turns.
    let takesTurns: Bool
    /// The number of steps after which the environment truncates its episodes, if it is known.
    let timeLimit: Int?
    /// The mean return at which the task counts as solved, if there is one.
    let rewardThreshold: Double?
    /// How long a step takes, in seconds.
    let stepSeconds: Double
    /// The versions of the interpreter and of packages.
    let versions: StateMap
    /// What there was to warn of.
    let notes: [String]
    /// Whether an episode can be replayed in a lane by its seed and actions.
    let replaysEpisodes: Bool

    /// Reads what a worker says.
    ///
    /// - Throws: `StateError` with the place of what cannot be true.
    init(_ reader: StateReader) throws(StateError) {
        let list = try reader.list("agents")
        guard !list.isEmpty, list.count <= Self.agentLimit else {
            throw try reader.child("agents").error(
                .outOfRange, "\(list.count) agents (allowed: 1...\(Self.agentLimit))")
        }
        var agents: [AgentDescription] = []
        for agent in list { agents.append(try AgentDescription(agent)) }
        hasSeveralAgents = try reader.bool("several")
        takesTurns = try reader.bool("turns")
        guard hasSeveralAgents || agents.count == 1 else {
            throw try reader.child("agents").error(.outOfRange, "\(agents.count) agents, though there is one")
        }
        guard Set(agents.map(\.name)).count == agents.count else {
            throw try reader.child("agents").error(.outOfRange, "two agents have the same name")
        }
        guard !hasSeveralAgents || agents.allSatisfy({ !$0.name.isEmpty }) else {
            throw try reader.child("agents").error(.outOfRange, "an agent of several has no name")
        }
        for (kind, width) in [
            ("observations", agents.reduce(0) { $0 + $1.observationWidth }),
            ("actions", agents.reduce(0) { $0 + $1.actionSpace.width }),
            ("masks", agents.reduce(0) { $0 + $1.maskWidth }),
        ] where width > AgentDescription.widthLimit {
            throw try reader.child("agents").error(.outOfRange, "\(kind) of too many numbers together")
        }
        self.agents = agents
        timeLimit = try reader.optionalChild("timeLimit").map { limit throws(StateError) in
            let value = try limit.int()
            guard value > 0 else { throw limit.error(.outOfRange, "\(value) is out of range (allowed: at least 1)") }
            return value
        }
        rewardThreshold = try reader.optionalChild("rewardThreshold")?.double()
        let seconds = try reader.optionalChild("stepSeconds")?.double() ?? 0
        stepSeconds = seconds.isFinite ? min(max(seconds, 0), 3600) : 0
        var versions: StateMap = [:]
        for (name, version) in try reader.optionalChild("versions")?.map() ?? [] {
            versions[name.shortened] = .string(try version.string().shortened)
        }
        self.versions = versions
        var notes: [String] = []
        for note in try reader.optionalChild("notes")?.list() ?? .init() { notes.append(try note.string()) }
        self.notes = notes
        replaysEpisodes = try reader.optionalChild("replays")?.bool() ?? true
    }

    /// Whether rows of the one fit the other, and mean the same.
    func hasSameSpaces(as other: WorkerDescription) -> Bool {
        agents == other.agents && hasSeveralAgents == other.hasSeveralAgents && takesTurns == other.takesTurns
    }
}
