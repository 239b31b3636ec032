import ArgumentParser
import Rein

/// `rein train`: begins a run or continues one.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train policies, and leave checkpoints and records in a run directory.",
        discussion: """
            Without options: PPO on CartPole-v1 until it is solved.

              rein train
              rein train --environment Pendulum-v1 --stop-steps 200000 --set discount=0.9
              rein train --seed 7 --set network.hidden=[32,32] --set epochs=4
              rein train --set 'learningRate=[[0,1e-3],[100000,0]]'
              rein train --algorithm dqn --preset zoo/CartPole-v1
              rein train --environment gymnasium:HalfCheetah-v5 --python .venv/bin/python --stop-steps 1000000
              rein train --config runs/CartPole-v1-ppo-seed0/params.json
              rein train --evaluate-every 20 --checkpoint-every 20 --keep 3 --keep-best evaluation/returnMean
              rein train --evaluate-every 10 --evaluation-episodes 20 --patience 5
              rein train --tensorboard
              rein train --resume runs/latest --stop-steps 1000000
              rein train --resume runs/latest --set learningRate=1e-4
              rein train --resume CHECKPOINT --policies 'pol[01]' --mapping 'agent_[01]=pol0,*=pol1'

            The methods are \(AlgorithmKind.all.map { $0.name.lowercased() }.joined(separator: ", ")); \
            rein settings ALGORITHM lists what can be set with --set and --config, with defaults and ranges.

            Environments of Python have a scheme: gymnasium:NAME or gymnasium:PACKAGE:NAME, python:MODULE:FUNCTION, \
            pettingzoo:MODULE and envpool:NAME. They run in processes of the interpreter that has them, where nothing \
            of Rein's has to be installed; those that cannot be put where they were begin new episodes with --resume, \
            which says so.

            The run directory, runs/latest for the run begun or resumed last, holds params.json (everything that \
            determines the run: --config repeats it bit for bit), progress.csv, result.json (one JSON object a line) \
            and checkpoint_000000, checkpoint_000001 ... \
            There is always a checkpoint of the end, and until then one of the last five minutes (--checkpoint-every). \
            --keep 3 deletes all others but the newest three, and with --keep-best episodeReturnMean all but the best \
            three and the newest; those of other runs, of people, and of times without --keep stay. \
            When a checkpoint cannot be saved, training goes on, and it is tried again. One process at a time trains in \
            a run directory; reading it is always possible.

            --tensorboard writes the numbers of progress.csv to event files in the run directory, under the names of its \
            columns, at the steps of the environments: tensorboard --logdir runs shows them while training goes on. \
            A run that is resumed goes on with a new file, in place of what the old one has of later steps.

            Checkpoints of a run share the files of policies that did not change, where the file system has clones or \
            hard links; each is complete, and may be moved or deleted alone. Their files are read-only, since what is \
            written into a hard link changes all checkpoints that share it; --no-sharing gives each its own.

            Training ends at the mean return (over the last 100 episodes) or the number of steps that is asked for; \
            without either, at the return that solves the environment. Stop options replace those of --config or of \
            the run that is resumed as a whole. Ctrl-C saves a checkpoint within a second or two, also in the middle of \
            an iteration, which --resume goes on with, bit for bit, and leaves with exit code 130; a second Ctrl-C \
            leaves at once. SIGTERM, SIGHUP, SIGXCPU and SIGUSR1 do as the first one does.

            --evaluate-every N plays --evaluation-episodes M whole episodes after every N iterations, with the most \
            likely actions, in environments and with seeds of its own: training has the same bits with it and without. \
            What they come to is in result.json and progress.csv of these iterations, as evaluation/returnMean and so \
            on, with the seed that makes rein evaluate repeat it and the time that it took, which no other timer has in \
            it. Its seed depends on the run's seed and the iteration alone. --stop-evaluation-return ends training at a \
            mean return of one evaluation, --patience after so many without a better one; both go on counting with \
            --resume.

            --resume takes all settings from the checkpoint; --set, --set-policy, --seed and --config change some, as \
            rein settings says of each: at once, with new environments, or not at all. Changes are in params.json, \
            which has the settings as they are now, and in result.json where they begin. --environment puts another environment with the same \
            spaces in the place of its own, or of one of RLlib's that has no name here. A checkpoint in a run \
            directory continues that run, unless --output names another one, or --environment, --policies, --mapping, \
            --evaluation-mapping or --policies-to-train change who plays what. A run that was killed before its first \
            checkpoint starts from its beginning, one whose newest checkpoint is damaged goes on from the one before \
            (--newest-only refuses), and one that has reached its end needs another one: --stop-steps, for instance.
            """)

    @OptionGroup(title: "A new run") var begin: BeginOptions
    @OptionGroup(title: "Continue a run") var resume: ResumeOptions
    @OptionGroup(title: "Policies") var lineup: LineupOptions
    @OptionGroup(title: "End") var stop: StopOptions
    @OptionGroup(title: "Evaluation while training") var evaluation: EvaluationOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func validate() throws {
        if begin.preset != nil, begin.config != nil {
            throw ValidationError("--preset and --config are two ways to say the same; give one of them")
        }
        guard resume.checkpoint != nil, let option = begin.given.first(where: ["--algorithm", "--preset"].contains)
        else { return }
        throw ValidationError(
            "\(option) cannot be used with --resume, which takes the settings from the checkpoint; --set changes some")
    }

    func run() throws {
        let planned =
            try resume.checkpoint.map {
                try PlannedRun.resuming(
                    $0, newestOnly: resume.newestOnly, begin: begin, lineup: lineup, stop: stop,
                    evaluation: evaluation, output: output)
            }
            ?? PlannedRun.beginning(begin, lineup: lineup, stop: stop, evaluation: evaluation, output: output)
        defer { planned.claim.release() }
        Signals.outliveClosedPipes()
        Signals.outliveFileSizeLimits()
        Signals.noteEndRequests(speaks: !output.quiet)
        if let reason = planned.endReason {
            let run = planned.directory
            if let checkpoint = planned.checkpoint, let told = try? RunParameters(readingFrom: run.parametersPath) {
                RunCheckpoints.settle(run, at: checkpoint, keeping: told.keep)
            }
            return try TrainingReport(planned, .nothingToDo(planned, because: reason)).write(
                json: output.json, quiet: output.quiet)
        }
        let outcome = try train(planned)
        try TrainingReport(planned, outcome).write(json: output.json, quiet: output.quiet)
        if outcome.reason == .interrupted { throw ExitCode(ExitStatus.interrupted) }
    }

    private func train(_ planned: PlannedRun) throws -> TrainingSession.Outcome {
        let session = try TrainingSession(planned, sharesFiles: !output.sharesNothing, quiet: output.quiet)
        return try session.train()
    }
}
