import ArgumentParser
import Rein

/// The `rein` command: arguments in, library calls, words out.
@main
struct ReinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rein",
        abstract: "Reinforcement learning in Swift.",
        discussion: """
            A first run, and what can be done with it:

              rein train
              rein evaluate runs/CartPole-v1-ppo-seed0
              rein predict runs/CartPole-v1-ppo-seed0 < observations.jsonl

            Wherever CHECKPOINT is asked for, give an algorithm checkpoint, a policy checkpoint, or the directory of a \
            run for its newest checkpoint.

            Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted after saving.
            """,
        version: ReinVersion.current,
        subcommands: [
            TrainCommand.self, EvaluateCommand.self, PredictCommand.self, InspectCommand.self, VerifyCommand.self,
            ConvertCheckpointCommand.self, EnvironmentsCommand.self, PresetsCommand.self,
        ])

    static func main() {
        Signals.standardize()
        var kind: any ParsableCommand.Type = Self.self
        do {
            var command = try parseAsRoot()
            kind = type(of: command)
            try command.run()
        } catch {
            Departure.leave(kind, because: error)
        }
    }
}
