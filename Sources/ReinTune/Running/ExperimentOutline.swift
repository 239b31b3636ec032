import ReinCheckpoints

/// What an experiment is made of but for what is trained: what its decisions follow from, whoever trains.
struct ExperimentOutline {
    /// The name of what is trained.
    var trainable: String
    var searcher: any Searcher
    var space: SearchSpace?
    var scheduler: any TrialScheduler
    var stopRule: StopRule?
    var failures: FailurePolicy
    var maximumTrials: Int?
    var isDeterministic = false
    var seed: UInt64

    /// Begins an experiment in a folder, which is made.
    ///
    /// - Throws: as `ExperimentFolder.init(beginningAt:_:)`, and `StateError` for settings that make no sense.
    func begin(in folder: String, concurrency: Int) throws(StateError) -> (ExperimentFolder, ExperimentState) {
        var time = LocalTime()
        let description = ExperimentDescription(
            code: TrialID.experimentCode(lastComponent(of: folder), seed: seed), trainable: trainable,
            date: time.text(of: LocalTime.secondsNow), isDeterministic: isDeterministic, concurrency: concurrency)
        let state = try beginning(description)
        return (try ExperimentFolder(beginningAt: folder, description), state)
    }

    /// Opens the folder of an experiment to go on with it.
    ///
    /// - Parameters:
    ///   - revision: what is to be different from now on.
    ///   - warning: gets what was dropped at the end of the journal.
    /// - Throws: `StateError` when there is no experiment, when it is another one's, when its journal is damaged, and when
    ///   somebody else has the folder.
    func open(
        _ folder: String, revising revision: ExperimentRevision, warning: inout String?
    ) throws(StateError) -> (ExperimentFolder, ExperimentState) {
        var opened: ExperimentState?
        let experiment = try ExperimentFolder(openingAt: folder, state: &opened, warning: &warning) {
            description throws(StateError) in
            guard description.trainable == trainable else {
                throw StateError(
                    .malformed,
                    "is an experiment with \"\(description.trainable.shortened)\", not with "
                        + "\"\(trainable.shortened)\"", path: folder)
            }
            guard description.isDeterministic == isDeterministic else {
                throw StateError(
                    .malformed,
                    "was begun \(description.isDeterministic ? "deterministic" : "as it comes") and goes on that way",
                    path: folder)
            }
            return try beginning(description)
        } changing: { state throws(StateError) in
            try state.revise(revision)
        }
        guard let state = opened else { throw StateError(.notFound, "there is no experiment", path: folder) }
        return (experiment, state)
    }

    /// What decides at the beginning of an experiment.
    private func beginning(_ description: ExperimentDescription) throws(StateError) -> ExperimentState {
        // A grid may be looked at far ahead; who learns is asked as late as possible.
        let lookahead = searcher.learnsFromResults ? 1 : 200
        let settings = try ControllerSettings(
            experiment: description.code, concurrency: description.concurrency, lookahead: lookahead,
            maximumTrials: maximumTrials, failures: failures)
        let controller = try TrialController(
            searching: searcher, scheduling: scheduler, stopping: stopRule, settings, space: space)
        return ExperimentState(controller, trainable: description.trainable, date: description.date)
    }
}
