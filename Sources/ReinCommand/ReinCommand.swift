import ArgumentParser
import Rein
import ReinGymnasium

/// The `rein` command as a library, so that a program of one's own has all of it, for one's own methods and
/// environments beside Rein's.
///
///     @main struct Program {
///         static func main() throws {
///             try EnvironmentRegistry.register(EnvironmentSpecification(Corridor.self))
///             try AlgorithmKind.register(Reinforce.self)  // rein train --algorithm reinforce --environment Corridor
///             ReinCommand.main()
///         }
///     }
public enum ReinCommand {
    /// Runs the command with the arguments of this process, and leaves the process with its exit code: 0 done, 1
    /// failed, 2 wrong arguments or settings, 130 interrupted after saving. A process that `rein tune` has started trains
    /// trials instead, with the methods and environments that were registered before.
    public static func main() -> Never {
        Signals.standardize()
        EnvironmentRegistry.register(GymnasiumProvider())
        TuneWorker.endProcessIfStarted()
        let arguments = Array(CommandLine.arguments.dropFirst())
        ExitStatus.endProcessUnlessKnown(arguments)
        var kind: any ParsableCommand.Type = RootCommand.self
        do {
            var command = try RootCommand.parseAsRoot()
            kind = type(of: command)
            try asUsageError { try Arithmetic.checkEnvironment() }
            try command.run()
        } catch {
            ExitStatus.endProcess(kind, because: error, arguments: arguments)
        }
        RootCommand.exit()
    }
}

/// The command without a subcommand: arguments in, library calls, words out.
struct RootCommand: ParsableCommand {
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

            Exit codes: 0 done; 1 failed; 2 other arguments or settings are needed, which includes paths that lead \
            nowhere, to something of another kind or to a place that is taken; 130 interrupted after saving.
            """,
        version: ReinVersion.current,
        subcommands: [
            TrainCommand.self, EvaluateCommand.self, PredictCommand.self, InspectCommand.self,
            VerifyCommand.self,
            ConvertCheckpointCommand.self, ExtractCommand.self, MergeCommand.self, ExportCommand.self,
            EnvironmentsCommand.self, CheckEnvironmentCommand.self,
            SettingsCommand.self, PresetsCommand.self, RunsCommand.self, TuneCommand.self, ResultsCommand.self,
        ])
}
