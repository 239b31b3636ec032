import ArgumentParser
import Rein

/// How many of a run's checkpoints stay, and which.
struct KeepRule: Equatable {
    /// How many stay; the newest stays besides.
    var count: Int
    /// The key of the run's results that says how good a checkpoint is; nil when newer ones are better.
    var key: String?
    /// Whether high or low values are the better ones.
    var order = ScoreOrder.max

    /// The range of the number.
    static let range = 1...1_000_000_000

    /// The rule as settings of checkpoints.
    ///
    /// - Throws: `StateError` for a key that can be none.
    var config: CheckpointConfig {
        get throws(StateError) { try CheckpointConfig(numToKeep: count, scoreAttribute: key, scoreOrder: order) }
    }

    /// Checks that the results of an algorithm will have the key.
    ///
    /// - Parameter isEvaluated: whether it is evaluated while it trains.
    /// - Throws: `ValidationError` that names the nearest key.
    func requireKey(of algorithm: AnyAlgorithm, evaluated isEvaluated: Bool) throws {
        let keys = ResultKeys.all(of: algorithm, evaluated: isEvaluated)
        guard let key, !keys.contains(key), !(isEvaluated && ResultKeys.isOfAgent(key)) else { return }
        if !isEvaluated, key.hasPrefix("evaluation/") {
            throw ValidationError(
                "\"\(key.shortened)\" of --keep-best needs evaluations while training; say how often with "
                    + "--evaluate-every")
        }
        // Of thousands of policies, those of one show what there is.
        let shown = keys.filter { !$0.hasPrefix("policies/") }
        throw ValidationError(
            unknownName(
                "\"\(key.shortened)\" of --keep-best is no key of this run's results",
                nearest: nearestName(to: key, in: keys),
                rest: "the keys are \(shown.joined(separator: ", ")), and those of policies, which progress.csv has as "
                    + "columns"))
    }
}

extension KeepRule {
    /// The rule as data.
    var tree: StateTree {
        [
            "checkpoints": .int(Int64(count)), "best": key.map { .string($0) } ?? .null,
            "order": .string(order.rawValue),
        ]
    }

    /// Reads what `tree` made.
    ///
    /// - Throws: `StateError` for anything else.
    init(_ reader: StateReader) throws(StateError) {
        try reader.expectKeys(["checkpoints", "best", "order"])
        let number = try reader.child("checkpoints")
        count = try number.int()
        guard Self.range.contains(count) else {
            throw number.error(.outOfRange, "\(count) is out of range (allowed: \(Self.range))")
        }
        key = try reader.optionalChild("best")?.string()
        if let word = reader.optionalChild("order") {
            guard let order = ScoreOrder(rawValue: try word.string()) else {
                throw word.error(.outOfRange, "expected max or min, found \(word.tree)")
            }
            self.order = order
        }
    }
}

/// What options say about which checkpoints stay.
struct KeepOptions: ParsableArguments {
    /// How many checkpoints stay.
    enum Count: Equatable {
        case all
        case number(Int)
    }

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many of the checkpoints that the run makes from then on stay, or all; the newest always does. "
                + "(default: all)",
            valueName: "number|all"),
        transform: { text in
            if text == "all" { return .all }
            guard let number = text.wholeNumber, KeepRule.range.contains(number) else {
                throw ValidationError("\"\(text)\" is not a number from 1 up, or all")
            }
            return .number(number)
        })
    var keep: Count?

    @Option(
        help: ArgumentHelp(
            "Which ones stay: those with the best value of a key of the results, such as episodeReturnMean, instead of "
                + "the newest.",
            valueName: "key"))
    var keepBest: String?

    @Option(
        help: ArgumentHelp("Whether high or low values of the key are the best. (default: max)", valueName: "max|min"),
        completion: .list(ScoreOrder.allCases.map(\.rawValue)),
        transform: { text in
            guard let order = ScoreOrder(rawValue: text) else {
                throw ValidationError("\"\(text)\" is neither max nor min")
            }
            return order
        })
    var keepOrder: ScoreOrder?

    /// The rule that holds; nil when all checkpoints stay.
    ///
    /// - Parameter earlier: the rule that held before, or that a file says.
    /// - Throws: `ValidationError` for options that do not go together.
    func rule(over earlier: KeepRule?) throws -> KeepRule? {
        if keep == .all {
            guard keepBest == nil, keepOrder == nil else {
                throw ValidationError("--keep all leaves nothing to --keep-best and --keep-order")
            }
            return nil
        }
        let key = keepBest ?? earlier?.key
        guard keepOrder == nil || key != nil else { throw ValidationError("--keep-order belongs to --keep-best") }
        let number = if case .number(let number) = keep { number } else { earlier?.count }
        guard let number else {
            guard key == nil else {
                throw ValidationError("--keep-best belongs to --keep, the number of checkpoints that stay")
            }
            return nil
        }
        let rule = KeepRule(
            count: number, key: key, order: keepOrder ?? (keepBest == nil ? earlier?.order : nil) ?? .max)
        do { _ = try rule.config } catch { throw ValidationError("--keep-best: \(error.message)") }
        return rule
    }
}
