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
        let all =
            EnvironmentRegistry.all.map { TrainingEnvironment.singleAgent($0) }
            + EnvironmentRegistry.allMultiAgent.map { .multiAgent($0) }
        if json {
            let list = all.map { StateTree.map(EnvironmentDescription($0).map) }
            return try StandardStream.output.writeLine(JSON.text(.list(list), pretty: true))
        }
        var table = TextTable(["environment", "agents", "observations", "actions", "time limit", "solved at"])
        for environment in all {
            let words = EnvironmentDescription(environment)
            table.add([
                environment.id, "\(words.agents?.count ?? 1)", words.observations, words.actions, words.timeLimit,
                words.rewardThreshold,
            ])
        }
        try StandardStream.output.writeLine(table.text())
    }
}
