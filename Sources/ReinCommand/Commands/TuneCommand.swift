import ArgumentParser
import Rein
import ReinTune

/// `rein tune`: searches for good settings.
struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Search for the settings with which a method learns best.",
        discussion: """
            The file is a plan in JSON: what is trained, what is searched, how, and until when.

              {"trainable": {"algorithm": "PPO", "environment": "CartPole-v1"},
               "space": {"learningRate": {"logUniform": [1e-4, 1e-2]}, "epochs": {"choice": [4, 10]}},
               "metric": "episodeReturnMean", "mode": "max", "samples": 20,
               "scheduler": {"type": "asha", "maxTime": 50}, "stop": {"training_iteration": 50}}

              rein tune search.json --check
              rein tune search.json
              rein tune search.json --samples 100 --max-concurrent 4 --trials-in processes
              rein tune --resume runs/search
              rein tune --resume runs/search --more-samples 20
              rein tune --resume runs/search --stop training_iteration=100

            "trainable" has what all trials have in common: the algorithm, the environment, settings of the method, \
            "evaluation", "policies" and so on, as the params.json of rein train has them; "space" has what they \
            differ in. A value there is {"grid": [...]}, {"choice": [...]}, {"uniform": [0, 1]}, {"logUniform": \
            [1e-5, 1e-2]}, {"int": [1, 8]}, {"logInt": [16, 512]}, {"normal": [0, 1]}, {"cases": ...} or {"derived": ...}. \
            Other keys are "scheduler" (fifo, asha, hyperBand, medianStopping, populationBased, replay), "searcher" \
            (random, tpe), "seeds", "resources", "maxConcurrent", "checkpoints", "failures", "seed", "timeBudget", \
            "stepTimeLimit", "trialsIn" and "deterministic". --check says what would be done, or what is wrong; the \
            same is checked before the first trial: keys, and values that the method refuses.

            The folder, runs/search for search.json, has the plan (tune.json), a journal from which the search goes on, \
            and a folder for each trial with params.json, result.json, progress.csv, event files for TensorBoard and \
            checkpoints, in the layout of Ray Tune. --directory and --resume also take an address in a storage, of a \
            scheme that the program knows (file, memory): the experiment works in a temporary folder then, and is \
            brought there once a minute and at the end.

            Ctrl-C makes checkpoints of the trials that run, after the step that each is at, and leaves with exit code \
            130; a second Ctrl-C leaves at once. SIGTERM, SIGHUP, SIGXCPU and SIGUSR1 do as the first one does. --resume \
            goes on, also after the process was killed, with the decisions that would have been made, and needs \
            nothing but the folder. Options change what the plan says from then on; \
            --stop takes the place of its rule, and lets trials go on that the rule before has ended. --log-to-file \
            and --no-sync hold for one call.

            --ask-tell is for a loop of one's own, in any language: a request a line in JSON, such as {"ask": {}}, \
            {"tell": {"trial": "abcde_00000", "metrics": {"loss": 0.5}}}, {"end": {"trial": ...}}, {"fail": {"trial": \
            ..., "reason": ...}}, {"best": {}} and {"close": {}}, and an answer a line: the trial and its settings, \
            whether it is to go on, or what is wrong. The plan then has no "trainable", and nothing else that is for \
            trials that Rein trains.

            The exit code is 1 when all trials have failed, or when "failures" ends the search with the first.
            """)

    @Argument(help: "The plan.", completion: .file(extensions: ["json"]))
    var plan: String?

    @Flag(help: "Check the plan and say what would be done, without doing it.")
    var check = false

    @Flag(help: "Train nothing: answer requests for trials from standard input, for a training loop of one's own.")
    var askTell = false

    @OptionGroup(title: "Instead of what the plan says") var changes: TunePlanOptions
    @OptionGroup(title: "Continue an experiment") var resume: TuneResumeOptions
    @OptionGroup(title: "Output") var output: TuneOutputOptions

    func validate() throws {
        if askTell, check { throw ValidationError("--check is for what Rein trains, not for --ask-tell") }
        if askTell, output.json || output.logToFile {
            throw ValidationError("--ask-tell answers requests, and shows nothing else")
        }
        guard let directory = resume.directory else {
            guard plan != nil else { throw ValidationError("a plan is missing, such as search.json; or --resume") }
            return
        }
        if plan != nil {
            throw ValidationError("--resume needs no plan: \(directory)/\(TuneFolder.planName) has it")
        }
        if check { throw ValidationError("--check is for a plan, not for --resume") }
        if let option = changes.givenForBeginning.first {
            let advice = option == "--samples" ? "; --more-samples adds some" : ""
            throw ValidationError("\(option) is decided when an experiment begins, and cannot be changed\(advice)")
        }
        if output.directory != nil { throw ValidationError("--resume goes on where it is; leave --directory out") }
    }

    func run() throws {
        if askTell { return try answerRequests() }
        if let directory = resume.directory { return try goOn(in: TuneFolder(directory)) }
        guard let path = plan else { return }
        var plan = try TunePlan(readingFrom: path)
        try changes.apply(to: &plan.plan)
        let merged = try checked(plan, named: path)
        if check { return try writeOutline(plan, merged, named: path) }
        let folder = try output.directory.map { try TuneFolder($0) } ?? TuneFolder.standard(for: path)
        try tune(plan, merged, in: folder, .new)
    }

    private func goOn(in folder: TuneFolder) throws {
        let plan = try continuedPlan(in: folder)
        let merged = try checked(plan, named: folder.planPath)
        // One that was killed before it began has nothing to go on with.
        let isBegun = try folder.holdsExperiment
        try tune(
            plan, merged, in: folder,
            isBegun ? .resumed(resume.revision(continuesStopped: !changes.stop.isEmpty)) : .new)
    }

    /// The plan of an experiment that goes on, with what is to be different.
    private func continuedPlan(in folder: TuneFolder) throws -> TunePlan {
        guard try folder.uri != nil || LocalFile.isDirectory(folder.path) else {
            throw CommandFailure.wrongPath(folder.path, "there is no such directory")
        }
        guard try folder.holdsPlan else {
            throw CommandFailure.wrongPath(
                folder.path, "there is no \(TuneFolder.planName), which an experiment of rein tune has")
        }
        var plan = try folder.plan()
        try changes.apply(to: &plan.plan)
        if let more = resume.moreSamples {
            guard plan.plan.samples >= 0 else {
                throw ValidationError("--more-samples: there is no end to the samples of this experiment")
            }
            let before = max(plan.plan.samples, plan.plan.searcher.pointsToEvaluate.count)
            plan.plan.samples = before.addingReportingOverflow(more).overflow ? .max : before + more
        }
        return plan
    }

    /// Gives trials to a loop of somebody else's.
    private func answerRequests() throws {
        let folder: TuneFolder
        let plan: TunePlan
        var revision: ExperimentRevision?
        if let directory = resume.directory {
            folder = try Self.localFolder(directory)
            plan = try continuedPlan(in: folder)
            if try folder.holdsExperiment { revision = resume.revision(continuesStopped: !changes.stop.isEmpty) }
        } else {
            guard let path = self.plan else { return }
            var read = try TunePlan(readingFrom: path)
            try changes.apply(to: &read.plan)
            // What is wrong is said before anything is written.
            _ = try asUsageError(path) { try AskTellTuner(read.plan) }
            plan = read
            folder = try output.directory.map(Self.localFolder) ?? TuneFolder.standard(for: path)
            try folder.begin(plan)
        }
        Signals.outliveClosedPipes()
        let speaks = !output.quiet
        _ = try AskTellServer.serve(plan.plan, in: folder.path, resuming: revision, input: 0, output: 1) { warning in
            if speaks { StandardStream.error.log("rein: \(warning)") }
        }
        if revision != nil { try folder.write(plan) }
    }

    /// A folder for those who have a loop of their own.
    ///
    /// - Throws: `ValidationError` for an address in a storage.
    private static func localFolder(_ text: String) throws -> TuneFolder {
        let folder = try TuneFolder(text)
        guard folder.uri == nil else {
            throw ValidationError("--ask-tell works in a folder of this machine, not at an address: \(text.shortened)")
        }
        return folder
    }

    /// The plan that is carried out.
    ///
    /// - Throws: `ValidationError` for what is wrong with it.
    private func checked(_ plan: TunePlan, named name: String) throws -> ExperimentPlan {
        if output.logToFile, plan.plan.trialsIn == .threads {
            throw ValidationError("--log-to-file needs --trials-in processes: what threads print cannot be told apart")
        }
        return try asUsageError(name) {
            try plan.plan.check()
            let merged = try plan.merged()
            try TuneChecks.check(merged, of: plan.definition())
            return merged
        }
    }

    private func writeOutline(_ plan: TunePlan, _ merged: ExperimentPlan, named name: String) throws {
        let outline = try asUsageError(name) { try TuneOutline(merged, of: plan.definition()) }
        try StandardStream.output.writeLine(output.json ? JSON.text(outline.tree(), pretty: true) : outline.text)
    }

    private func tune(
        _ plan: TunePlan, _ merged: ExperimentPlan, in folder: TuneFolder, _ beginning: TuneSession.Beginning
    ) throws {
        var tuner = try asUsageError { try Tuner(merged, of: plan.definition()) }
        if merged.trialsIn == .processes { tuner.placement = .processes(try TuneWorker.program(for: plan)) }
        tuner.logsToFile = output.logToFile
        tuner.synchronizes = !output.noSync
        if case .new = beginning { try folder.begin(plan) }
        Signals.outliveClosedPipes()
        Signals.outliveFileSizeLimits()
        Signals.noteEndRequests(speaks: !output.quiet)
        var display = try TuneDisplay(merged, json: output.json, quiet: output.quiet)
        display.note("Experiment: \(folder.path)")
        let stopwatch = Stopwatch()
        let session = TuneSession(tuner, plan, in: folder, beginning, display: display)
        let outcome = try session.run()
        let isInterrupted = Signals.isEndRequested && !outcome.isFinished
        let report = try TuneReport(
            merged, folder, outcome, seconds: stopwatch.elapsed, isInterrupted: isInterrupted)
        try report.write(json: output.json, quiet: output.quiet)
        if isInterrupted { throw ExitCode(ExitStatus.interrupted) }
        if report.hasFailed || !outcome.isFinished { throw ExitCode(ExitStatus.failed) }
    }
}
