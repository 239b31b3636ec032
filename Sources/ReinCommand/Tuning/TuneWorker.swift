import Rein
import ReinTrainables
import ReinTune

/// A process that trains trials of `rein tune`. It is told by its arguments what it trains.
enum TuneWorker {
    private static let word = "trial-of"

    /// The program whose processes train the trials of a plan: this one.
    ///
    /// - Throws: `StateError` when the system does not tell where it lies.
    static func program(for plan: TunePlan) throws(StateError) -> WorkerProgram {
        var program = try WorkerProgram.again()
        program.arguments = [word, JSON.text(try description(of: plan))]
        return program
    }

    /// Trains trials and ends with whoever has started this process, if it was started for that.
    static func endProcessIfStarted() {
        guard TrialWorker.wasStarted else { return }
        // What is wrong with the arguments is said where the trial is trained: only there somebody hears of it.
        let definitions = (try? definition(of: CommandLine.arguments)).map { [$0] } ?? []
        let work = BackgroundWork { try await TrialWorker.runIfStarted(definitions) }
        if case .failure(let error) = work.wait() { StandardStream.error.log("rein: \(error)") }
        ExitStatus.endProcess(ExitStatus.wrongUsage)
    }

    /// What of a plan a process has to know that trains its trials: the settings come with each of them.
    private static func description(of plan: TunePlan) throws(StateError) -> StateTree {
        let key = AlgorithmTrainable.Key.algorithm.rawValue
        // One of several methods goes by another name than one alone.
        let isSearched = plan.plan.space.entries.contains { $0.key == key }
        var part = ExperimentPlan(space: isSearched ? [key: .fixed(.null)] : [:])
        part.trainable[key] = plan.plan.trainable[key]
        part.seeds = plan.plan.seeds
        return try part.tree()
    }

    private static func definition(of arguments: [String]) throws(StateError) -> TrainableDefinition? {
        guard arguments.count > 2, arguments[1] == word else { return nil }
        let plan = TunePlan(try ExperimentPlan(json: arguments[2]))
        return try plan.plan.definition(of: plan.definition())
    }
}
