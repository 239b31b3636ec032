import ArgumentParser
import Rein

/// Whether policies are evaluated while they are trained.
struct EvaluationOptions: ParsableArguments {
    /// What `--evaluate-every` says.
    enum Interval: Equatable {
        case iterations(Int)
        case never
    }

    @Option(
        name: .customLong("evaluate-every"), parsing: .unconditional,
        help: ArgumentHelp(
            "Play whole episodes with the most likely actions after every so many iterations; or never. (default: never, "
                + "or as in the run that is resumed)",
            valueName: "iterations|never"),
        transform: { try $0 == "never" ? .never : .iterations(WholeNumber.count($0)) })
    var interval: Interval?

    @Option(
        name: .customLong("evaluation-episodes"), parsing: .unconditional,
        help: ArgumentHelp("The number of episodes of an evaluation. (default: 10)", valueName: "episodes"),
        transform: WholeNumber.count)
    var episodes: Int?

    func validate() throws {
        guard episodes != nil else { return }
        if case .iterations = interval { return }
        throw ValidationError("--evaluation-episodes belongs to --evaluate-every")
    }

    /// What they say in the place of what was said before.
    func schedule(insteadOf earlier: EvaluationSchedule?) -> EvaluationSchedule? {
        switch interval {
        case nil: earlier
        case .never: nil
        case .iterations(let count):
            episodes.map { EvaluationSchedule(every: count, episodes: $0) } ?? EvaluationSchedule(every: count)
        }
    }
}
