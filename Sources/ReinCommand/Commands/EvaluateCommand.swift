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
              rein evaluate cheetah/policies/default_policy --environment gymnasium:HalfCheetah-v5

            --record leaves a video of each episode of an environment of Gymnasium or PettingZoo, or numbered pictures:

              rein evaluate runs/latest --episodes 3 --record videos

            In an environment of several agents all of them play, under the mapping that was saved for evaluation or \
            else that of training; --policy lets one policy act for everybody. The table counts the episodes in which \
            an agent's return was above, at and below 0, which in games are won, drawn and lost.

              rein evaluate runs/ConnectFour-v3-ppo-seed0 --random luck --mapping 'player_0=main,*=luck'
            """)

    @OptionGroup var source: CheckpointArgument
    @OptionGroup var policy: PolicyOption
    @OptionGroup(title: "Several agents") var opponents: OpponentOptions

    @Option(help: "The environment, when the checkpoint does not know it or another one is wanted.")
    var environment: EnvironmentArgument?

    @OptionGroup(title: "Environments outside of this program") var outside: EnvironmentOptions

    @OptionGroup var recording: RecordingOptions

    @Option(
        parsing: .unconditional, help: "The number of episodes. (default: 100)", transform: WholeNumber.count)
    var episodes = 100

    @Option(parsing: .unconditional, help: "The seed of the first episode. (default: 0)", transform: WholeNumber.seed)
    var seed = 0

    @Flag(help: "Draw actions at random as in training, instead of taking the most likely ones.")
    var explore = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let directory = try source.open()
        let checkpoint = SavedCheckpoint(DirectorySource(directory))
        switch try trainingEnvironment(for: checkpoint) {
        case .singleAgent(let specification):
            if let option = opponents.given.first {
                throw ValidationError(
                    "\(option) is for environments of several agents, and \(specification.id) has one")
            }
            let evaluation = SoloEvaluation(
                directory: directory, policy: try policy.choose(in: directory), environment: specification,
                seed: seed, episodes: episodes, explores: explore, episodesAtOnce: recording.episodesAtOnce)
            do {
                try print(evaluation.summary().map { (evaluation.tree($0), evaluation.text($0)) })
            } catch let error as StateError where environment != nil && error.path == "policy" {
                throw CommandFailure.wrongChoice("\(error)")
            }
        case .multiAgent(let specification):
            let evaluation = try SharedEvaluation(
                directory: directory, checkpoint: checkpoint, policy: policy.id, opponents: opponents,
                environment: specification, seed: seed, episodes: episodes, explores: explore,
                episodesAtOnce: recording.episodesAtOnce)
            let result = try evaluation.result()
            try print((evaluation.tree(result), evaluation.text(result)))
        }
    }

    private func print(_ report: (tree: StateTree, text: String)?) throws {
        guard let report else { return }
        try StandardStream.output.writeLine(json ? JSON.text(report.tree, pretty: true) : report.text)
    }

    private func trainingEnvironment(for checkpoint: SavedCheckpoint) throws -> TrainingEnvironment {
        let settings = try recording.settings(over: outside.settings())
        if let environment {
            return try asUsageError { try TrainingEnvironment(named: environment.id, settings: settings) }
        }
        guard checkpoint.kind == .algorithm else {
            throw ValidationError(
                "a policy checkpoint does not know its environment; name one with --environment, such as "
                    + EnvironmentArgument.allValueStrings.prefix(3).joined(separator: ", "))
        }
        return try TrainingEnvironment(of: checkpoint, saying: settings)
    }
}
