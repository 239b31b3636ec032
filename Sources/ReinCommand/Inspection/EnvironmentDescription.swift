import Rein

/// What an environment is, in words and as data.
struct EnvironmentDescription {
    private let environment: TrainingEnvironment

    init(_ environment: TrainingEnvironment) { self.environment = environment }

    /// The names of the agents; nil for an environment of one agent.
    var agents: [AgentID]? {
        if case .multiAgent(let specification) = environment { specification.agents } else { nil }
    }

    /// The spaces of observations, each once.
    var observations: String {
        switch environment {
        case .singleAgent(let specification): Wording.space(specification.observationSpace)
        case .multiAgent(let specification): Self.together(specification.observationSpaces.map(Wording.space))
        }
    }

    /// What observations are made of, each once; nil where they are numbers.
    var parts: String? {
        let encodings: [ObservationEncoding] =
            switch environment {
            case .singleAgent(let specification): [specification.observationEncoding]
            case .multiAgent(let specification): specification.observationEncodings
            }
        guard encodings.contains(where: { $0 != .numbers }) else { return nil }
        return Self.together(encodings.map { $0 == .numbers ? "numbers" : Wording.parts($0) })
    }

    /// The spaces of actions, each once.
    var actions: String {
        switch environment {
        case .singleAgent(let specification): Wording.space(specification.actionSpace)
        case .multiAgent(let specification): Self.together(specification.actionSpaces.map(Wording.space))
        }
    }

    /// The number of steps after which an episode is cut off; a dash for none.
    var timeLimit: String { environment.timeLimit.map(Wording.grouped) ?? "-" }

    /// The mean return at which it counts as solved; a dash for none.
    var rewardThreshold: String {
        environment.rewardThreshold.map { Wording.decimal($0, 3).trimmingZeros } ?? "-"
    }

    private static func together(_ words: [String]) -> String {
        var seen: Set<String> = []
        return words.filter { seen.insert($0).inserted }.joined(separator: " or ")
    }

    /// The environment as data.
    var map: StateMap {
        let encoder = StateEncoder()
        func tree(_ encoding: ObservationEncoding) -> StateTree {
            encoding == .numbers ? .null : encoder.encode(encoding)
        }
        var map: StateMap = ["id": .string(environment.id)]
        switch environment {
        case .singleAgent(let specification):
            map["observationSpace"] = encoder.encode(specification.observationSpace)
            map["observationEncoding"] = tree(specification.observationEncoding)
            map["actionSpace"] = encoder.encode(specification.actionSpace)
        case .multiAgent(let specification):
            map["agents"] = encoder.encode(specification.agents)
            map["observationSpaces"] = .list(specification.observationSpaces.map { encoder.encode($0) })
            map["observationEncodings"] = .list(specification.observationEncodings.map(tree))
            map["actionSpaces"] = .list(specification.actionSpaces.map { encoder.encode($0) })
        }
        map["masksActions"] = .bool(environment.masksActions)
        map["timeLimit"] = environment.timeLimit.map { .int(Int64($0)) } ?? StateTree.null
        map["rewardThreshold"] = environment.rewardThreshold.map { .double($0) } ?? StateTree.null
        return map
    }
}
