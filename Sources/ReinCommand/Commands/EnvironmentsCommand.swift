import ArgumentParser
import Rein

/// `rein environments`: what there is to train on.
struct EnvironmentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environments",
        abstract: "List the environments that are known by name.",
        discussion: """
            For each: the spaces of observations and actions, the number of steps after which an episode is cut off, \
            and the mean return at which it counts as solved.

              rein environments
              rein environments --json
            """)

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let single = EnvironmentRegistry.all
        let shared = EnvironmentRegistry.allMultiAgent
        if json {
            let list = single.map(Self.tree) + shared.map(Self.tree)
            return try StandardStream.output.writeLine(JSON.text(.list(list), pretty: true))
        }
        var table = TextTable(["environment", "agents", "observations", "actions", "time limit", "solved at"])
        for environment in single {
            table.add([
                environment.id, "1", Wording.space(environment.observationSpace),
                Wording.space(environment.actionSpace), Self.limit(environment.timeLimit),
                Self.threshold(environment.rewardThreshold),
            ])
        }
        for environment in shared {
            table.add([
                environment.id, "\(environment.agents.count)",
                Self.together(environment.observationSpaces.map(Wording.space)),
                Self.together(environment.actionSpaces.map(Wording.space)), Self.limit(environment.timeLimit),
                Self.threshold(environment.rewardThreshold),
            ])
        }
        try StandardStream.output.writeLine(table.text())
    }

    /// The spaces of several agents, each once.
    private static func together(_ spaces: [String]) -> String {
        var seen: Set<String> = []
        return spaces.filter { seen.insert($0).inserted }.joined(separator: " or ")
    }

    private static func limit(_ steps: Int?) -> String { steps.map(Wording.grouped) ?? "-" }

    private static func threshold(_ value: Double?) -> String {
        value.map { Wording.decimal($0, 3).trimmingZeros } ?? "-"
    }

    private static func tree(_ environment: EnvironmentSpecification) -> StateTree {
        [
            "id": .string(environment.id),
            "observationSpace": StateEncoder().encode(environment.observationSpace),
            "actionSpace": StateEncoder().encode(environment.actionSpace),
            "masksActions": .bool(environment.masksActions),
            "timeLimit": environment.timeLimit.map { .int(Int64($0)) } ?? .null,
            "rewardThreshold": environment.rewardThreshold.map { .double($0) } ?? .null,
        ]
    }

    private static func tree(_ environment: MultiAgentSpecification) -> StateTree {
        [
            "id": .string(environment.id),
            "agents": StateEncoder().encode(environment.agents),
            "observationSpaces": .list(environment.observationSpaces.map { StateEncoder().encode($0) }),
            "actionSpaces": .list(environment.actionSpaces.map { StateEncoder().encode($0) }),
            "masksActions": .bool(environment.masksActions),
            "timeLimit": environment.timeLimit.map { .int(Int64($0)) } ?? .null,
            "rewardThreshold": environment.rewardThreshold.map { .double($0) } ?? .null,
        ]
    }
}
