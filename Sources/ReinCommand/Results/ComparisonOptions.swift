import ArgumentParser
import Rein
import ReinTune

/// How the trials of an experiment are compared.
struct ComparisonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What trials are compared by: a metric of their results, with slashes between the keys of maps. Given "
                + "again, another column of the table. (default: that of the experiment)", valueName: "name"))
    var metric: [String] = []

    @Option(
        help: ArgumentHelp(
            "Whether high or low values of it are the best. (default: as the experiment says)", valueName: "max|min"),
        completion: .list(ScoreOrder.allCases.map(\.rawValue)),
        transform: { text in
            guard let order = ScoreOrder(rawValue: text) else {
                throw ValidationError("\"\(text.shortened)\" is neither max nor min")
            }
            return order
        })
    var mode: ScoreOrder?

    @Option(
        help: ArgumentHelp(
            "Which results of a trial count: the best one that has a checkpoint, the last one, the mean of all, of the "
                + "last five or ten, or the best one. (default: checkpoint, or all where no trial has one)",
            valueName: GridScope.allCases.map(\.rawValue).joined(separator: "|")),
        completion: .list(GridScope.allCases.map(\.rawValue)),
        transform: { text in
            guard let scope = GridScope(rawValue: text) else {
                let names = GridScope.allCases.map(\.rawValue)
                throw ValidationError(
                    unknownName(
                        "there is no scope \"\(text.shortened)\"", nearest: nearestName(to: text, in: names),
                        rest: "the scopes are \(names.joined(separator: ", "))"))
            }
            return scope
        })
    var scope: GridScope?

    @Flag(help: "Let trials that have failed take part.")
    var includeErrored = false

    /// How the trials are compared, as far as the options and the experiment say.
    ///
    /// - Returns: nil when neither names a metric.
    /// - Throws: `ValidationError` when it is not said which values are the better ones, or when it is said of nothing.
    func comparison(of grid: ResultGrid, by plan: ExperimentPlanFile) throws -> Comparison? {
        guard let main = metric.first ?? plan.metric else {
            if mode != nil { throw ValidationError("--mode says which values are better, but of which --metric?") }
            if scope != nil { throw ValidationError("--scope says which results count, but of which --metric?") }
            return nil
        }
        guard let order = mode ?? (main == plan.metric ? plan.order : nil) else {
            throw ValidationError(
                "--metric \(main.shortened) needs --mode: whether max or min values of it are the best")
        }
        return Comparison(
            of: grid, metric: main, others: Array(metric.dropFirst()), order: order, scope: scope,
            includesErrored: includeErrored)
    }
}
