import ArgumentParser
import Rein

/// `rein evaluate`: how good a policy is.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Run whole episodes with a policy and report the returns.",
        discussion: """
            Episode i starts from the seed plus i, so that results repeat. The environment is the one of the \
            checkpoint; a policy checkpoint does not know one, so it has to be named.

              rein evaluate runs/CartPole-v1-ppo-seed0 --episodes 20
              rein evaluate cartpole/policies/default_policy --environment CartPole-v1 --json
            """)

    @OptionGroup var source: CheckpointArgument
    @OptionGroup var policy: PolicyOption

    @Option(help: "The environment, when the checkpoint does not know it or another one is wanted.")
    var environment: EnvironmentArgument?

    @Option(help: "The number of episodes.")
    var episodes = CountArgument(100)

    @Option(help: "The seed of the first episode.")
    var seed = SeedArgument(0)

    @Flag(help: "Draw actions at random as in training, instead of taking the most likely ones.")
    var explore = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let directory = try source.open()
        let id = try policy.choose(in: directory)
        let specification = try specification(for: directory)
        let restored = try Policy(restoring: directory.policyState(id))
        let evaluator = Evaluator(environment: specification, seed: seed.value, explores: explore)
        guard let summary = try EpisodeSummary(evaluator.episodes(episodes.value, of: restored)) else { return }
        if json {
            return try StandardStream.output.writeLine(
                JSON.text(tree(summary, directory, id, specification), pretty: true))
        }
        let name = id.map { "policy \($0)" } ?? "the policy"
        var table = TextTable(["", "mean", "deviation", "minimum", "maximum"])
        table.add([
            "return", Wording.decimal(summary.returnMean, 2), Wording.decimal(summary.returnDeviation, 2),
            Wording.decimal(summary.returnMinimum, 2), Wording.decimal(summary.returnMaximum, 2),
        ])
        table.add(["length", Wording.decimal(summary.lengthMean, 2)])
        try StandardStream.output.writeLine(
            "\(specification.id), \(name) of \(directory.path), "
                + "\(Wording.count(summary.count, "episode", "episodes")), "
                + "seeds \(seed.value) to \(seed.value + summary.count - 1)\n" + table.text())
    }

    private func specification(for directory: CheckpointDirectory) throws -> EnvironmentSpecification {
        if let environment { return try environment.specification() }
        guard directory.kind == .algorithm else {
            throw ValidationError(
                "a policy checkpoint does not know its environment; name one with --environment, such as "
                    + EnvironmentArgument.allValueStrings.prefix(3).joined(separator: ", "))
        }
        let id = try StateReader(directory.algorithmState(), path: "algorithm_state").string("environment")
        return try EnvironmentRegistry.specification(id)
    }

    private func tree(
        _ summary: EpisodeSummary, _ directory: CheckpointDirectory, _ id: PolicyID?,
        _ specification: EnvironmentSpecification
    ) -> StateTree {
        [
            "checkpoint": .string(directory.path),
            "policy": id.map { .string($0.description) } ?? .null,
            "environment": .string(specification.id),
            "episodes": .int(Int64(summary.count)),
            "seed": .int(Int64(seed.value)),
            "explore": .bool(explore),
            "returnMean": .double(summary.returnMean),
            "returnDeviation": .double(summary.returnDeviation),
            "returnMinimum": .double(summary.returnMinimum),
            "returnMaximum": .double(summary.returnMaximum),
            "lengthMean": .double(summary.lengthMean),
        ]
    }
}
