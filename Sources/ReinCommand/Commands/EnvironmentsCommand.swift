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
        let environments = EnvironmentRegistry.all
        if json {
            let list = environments.map { environment -> StateTree in
                [
                    "id": .string(environment.id),
                    "observationSpace": StateEncoder().encode(environment.observationSpace),
                    "actionSpace": StateEncoder().encode(environment.actionSpace),
                    "masksActions": .bool(environment.masksActions),
                    "timeLimit": environment.timeLimit.map { .int(Int64($0)) } ?? .null,
                    "rewardThreshold": environment.rewardThreshold.map { .double($0) } ?? .null,
                ]
            }
            return try StandardStream.output.writeLine(JSON.text(.list(list), pretty: true))
        }
        var table = TextTable(["environment", "observations", "actions", "time limit", "solved at"])
        for environment in environments {
            table.add([
                environment.id, Wording.space(environment.observationSpace), Wording.space(environment.actionSpace),
                environment.timeLimit.map(Wording.grouped) ?? "-",
                environment.rewardThreshold.map { Wording.decimal($0, 3).trimmingZeros } ?? "-",
            ])
        }
        try StandardStream.output.writeLine(table.text())
    }
}
