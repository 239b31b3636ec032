import ArgumentParser
import Rein
import ReinTune

/// What is different from what the plan says.
struct TunePlanOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How often the grid is gone through, or the number of trials; -1 for no end.", valueName: "number"))
    var samples: Int?

    @Option(
        parsing: .unconditional, help: "What all random numbers of the search are made from.",
        transform: WholeNumber.seed)
    var seed: Int?

    @Option(
        parsing: .unconditional, help: "The largest number of trials that run at once.",
        transform: WholeNumber.count)
    var maxConcurrent: Int?

    @Flag(help: "Take results in an order that does not depend on how long trials take, so that it can be repeated.")
    var deterministic = false

    @Option(
        help: ArgumentHelp("Where trials run: in threads or each in a process of its own.", valueName: "place"),
        completion: .list(ExperimentPlan.TrialPlace.allCases.map(\.rawValue)),
        transform: { text in
            guard let place = ExperimentPlan.TrialPlace(rawValue: text) else {
                throw ValidationError("\"\(text)\" is neither threads nor processes")
            }
            return place
        })
    var trialsIn: ExperimentPlan.TrialPlace?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("How long a step of a trial may take.", valueName: "seconds"))
    var stepTimeLimit: Double?

    @Option(
        name: .customLong("stop"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "End a trial when a metric is at least this; may be repeated. It takes the place of the plan's rule.",
            valueName: "metric=value"),
        transform: StopBound.init)
    var stop: [StopBound] = []

    /// Those that are given and belong to the beginning of an experiment.
    var givenForBeginning: [String] {
        [
            samples.map { _ in "--samples" }, seed.map { _ in "--seed" }, maxConcurrent.map { _ in "--max-concurrent" },
            deterministic ? "--deterministic" : nil,
        ].compactMap(\.self)
    }

    /// Lets a plan say the same.
    ///
    /// - Throws: `ValidationError` for a rule that makes no sense, and for what does not go together.
    func apply(to plan: inout ExperimentPlan) throws {
        if let samples { plan.samples = samples }
        if let seed { plan.seed = seed }
        if let maxConcurrent { plan.maxConcurrent = maxConcurrent }
        if deterministic { plan.isDeterministic = true }
        if let trialsIn { plan.trialsIn = trialsIn }
        if let stepTimeLimit { plan.stepTimeLimit = stepTimeLimit }
        if !stop.isEmpty { plan.stop = try StopBound.rule(of: stop) }
    }
}

/// A metric and the value at which it is enough, as an argument.
struct StopBound {
    private let metric: String
    private let value: Double

    /// Reads `metric=value`.
    ///
    /// - Throws: `ValidationError` for anything else.
    init(_ text: String) throws {
        guard let sign = text.lastIndex(of: "="), sign > text.startIndex,
            let value = Double(text[text.index(after: sign)...]), !value.isNaN
        else { throw ValidationError("\"\(text)\" is not metric=number, as in training_iteration=100") }
        metric = String(text[..<sign])
        self.value = value
    }

    /// The rule that any of some bounds ends a trial.
    ///
    /// - Throws: `ValidationError` for a metric that is there twice.
    static func rule(of bounds: [StopBound]) throws -> StopRule {
        var metrics: Set<String> = []
        for bound in bounds where !metrics.insert(bound.metric).inserted {
            throw ValidationError("--stop \(bound.metric) is there twice")
        }
        return .anyOf(bounds.map { .atLeast($0.metric, $0.value) })
    }
}

/// How an experiment goes on.
struct TuneResumeOptions: ParsableArguments {
    @Option(
        name: .customLong("resume"),
        help: ArgumentHelp("The folder of the experiment to continue, or its address.", valueName: "directory"),
        completion: .directory)
    var directory: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("So many samples more than before.", valueName: "number"), transform: WholeNumber.count)
    var moreSamples: Int?

    @Flag(help: "Let trials that have failed go on from their checkpoints.")
    var resumeErrored = false

    @Flag(help: "Begin new trials with the settings of those that have failed.")
    var restartErrored = false

    @Flag(help: "End the trials that have not come to their end.")
    var terminateUnfinished = false

    func validate() throws {
        if resumeErrored, restartErrored {
            throw ValidationError("--resume-errored and --restart-errored do not go together")
        }
        guard directory == nil else { return }
        let given = [
            moreSamples.map { _ in "--more-samples" }, resumeErrored ? "--resume-errored" : nil,
            restartErrored ? "--restart-errored" : nil, terminateUnfinished ? "--terminate-unfinished" : nil,
        ].compactMap(\.self)
        if let option = given.first { throw ValidationError("\(option) belongs to --resume") }
    }

    /// What is to be different.
    ///
    /// - Parameter continuesStopped: whether trials go on that a stop rule has ended.
    func revision(continuesStopped: Bool) -> ExperimentRevision {
        ExperimentRevision(
            unfinished: terminateUnfinished ? .terminate : .resume,
            errored: resumeErrored ? .resume : restartErrored ? .restart : .keep, continuesStopped: continuesStopped)
    }
}

/// Where the results of an experiment go.
struct TuneOutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The folder of the experiment, or an address. (default: runs/ and the name of the file)"),
        completion: .directory)
    var directory: String?

    @Flag(help: "Write what each trial's process prints to stdout and stderr in the trial's folder.")
    var logToFile = false

    @Flag(help: "Do not wait until decisions and checkpoints are on the disk.")
    var noSync = false

    @Flag(help: "Show no progress, and nothing at the end.")
    var quiet = false

    @Flag(help: "Print a JSON object a line for everything that happens to a trial, and one at the end.")
    var json = false
}
