public import ReinCheckpoints

/// Rules as data.
extension StopRule {
    /// The key that says what kind of a rule it is.
    static let kindKey = "rule"

    private static let kinds = [
        "atLeast", "atMost", "iterations", "trialPlateau", "experimentPlateau", "timeBudget",
    ]

    /// Reads a rule from data: one rule, a list of which any one ends a trial, or a dictionary as Ray Tune's, whose metrics
    /// have to be at least their values.
    ///
    ///     {"training_iteration": 100, "evaluation/returnMean": 475}
    ///     [{"rule": "atMost", "metric": "loss", "value": 0.1}, {"rule": "iterations", "count": 200},
    ///      {"rule": "trialPlateau", "metric": "loss", "deviation": 0.01, "threshold": 0.5, "order": "min"},
    ///      {"rule": "experimentPlateau", "metric": "loss", "top": 10}, {"rule": "timeBudget", "seconds": 3600}]
    ///
    /// - Throws: `StateError` that names the place: a kind or a key that is unknown, with the nearest one, a value of another
    ///   type, or out of range.
    public init(_ reader: StateReader) throws(StateError) {
        if case .list = reader.tree {
            var rules: [StopRule] = []
            for element in try reader.list() { rules.append(try StopRule(element)) }
            self = .anyOf(rules)
        } else if case .map(let map) = reader.tree, case .string(let kind)? = map[Self.kindKey] {
            self = try Self.rule(of: kind, reader)
        } else {
            self = try Self.dictionary(reader)
        }
        do throws(StateError) {
            _ = try judges()
        } catch {
            throw error.below(reader)
        }
    }

    /// The rule as data.
    ///
    /// - Throws: `StateError` with `.unsupportedFormat` for a closure, which cannot be written down, and errors for what is
    ///   out of range.
    public func tree() throws(StateError) -> StateTree {
        if case .anyOf(let rules) = self {
            var trees: [StateTree] = []
            for rule in rules { trees.append(try rule.tree()) }
            return .list(trees)
        }
        guard let tree = try judges().first?.rule else {
            throw StateError(
                .unsupportedFormat, "a closure cannot be written as data; name what it does as other rules")
        }
        return tree
    }

    private static func rule(of kind: String, _ reader: StateReader) throws(StateError) -> StopRule {
        switch kind {
        case "atLeast", "atMost":
            try reader.expectKeys([kindKey, "metric", "value"])
            let (metric, bound) = (try reader.string("metric"), try reader.child("value").bound())
            return kind == "atLeast" ? .atLeast(metric, bound) : .atMost(metric, bound)
        case "iterations":
            try reader.expectKeys([kindKey, "count"])
            return .iterations(try reader.int("count"))
        case "trialPlateau": return .trialPlateau(try TrialPlateau(reader))
        case "experimentPlateau": return .experimentPlateau(try ExperimentPlateau(reader))
        case "timeBudget":
            try reader.expectKeys([kindKey, "seconds"])
            return .timeBudget(seconds: try reader.double("seconds"))
        default:
            throw try reader.child(kindKey).error(
                .unknownKey,
                unknownName(
                    "there is no rule \"\(kind.shortened)\"", nearest: nearestName(to: kind, in: kinds),
                    rest: "the rules are \(kinds.joined(separator: ", "))"))
        }
    }

    private static func dictionary(_ reader: StateReader) throws(StateError) -> StopRule {
        var rules: [StopRule] = []
        for (metric, value) in try reader.map() { rules.append(.atLeast(metric, try value.bound())) }
        return .anyOf(rules)
    }
}

extension StateReader {
    /// The bound at this place: a number, or a truth value for 0 or 1.
    fileprivate func bound() throws(StateError) -> Double {
        switch tree {
        case .bool(let value): return value ? 1 : 0
        case .map:
            throw error(
                .wrongType, "expected a number; metrics of maps inside one another are written as \"map/metric\"")
        default: return try double()
        }
    }
}
