public import ReinCheckpoints
import ReinRandom

/// A search that learns from the trials that have ended, by tree-structured Parzen estimators (Bergstra and others,
/// "Algorithms for Hyper-Parameter Optimization", 2011; "Making a Science of Model Search", 2013; the estimators and
/// defaults of Optuna 5).
///
/// The best tenth of the trials, 25 at the most, are the good ones. One density is made of them, another of all the rest;
/// candidates are drawn from the first, and the one is suggested whose density among the good ones is the highest in
/// proportion to that among the others. Parameters that exist under the same condition are drawn together, and those that
/// depend on a choice after the choice, from the trials that have them.
///
///     var searcher = try TPESearcher(
///         [SearchParameter("lr", .logUniform(1e-5...1e-2)), SearchParameter("layers", .integers(1...4))],
///         metric: "return", order: .max, seed: 1)
///
/// What is believed before the first trial is part of both densities: any number of a range, around its middle; the
/// weights of a choice; of a normally distributed number its distribution, which is not cut off anywhere and which no
/// kernel is wider than.
///
/// A trial that fails, or whose metric is NaN, missing or no number, counts as worse than all others: it is never good, but
/// keeps the search away from there.
public struct TPESearcher: Searcher {
    /// The metric that is made as high or low as possible; with slashes, one of maps inside one another.
    public let metric: String
    /// The same.
    public var searchedMetric: String? { metric }
    /// Whether high or low scores are the better ones.
    public let order: ScoreOrder
    /// How the search goes about it.
    public let options: TPEOptions
    let tree: ParameterTree
    var random: RandomStream
    /// Points that are still to be suggested, before anything else.
    var points: [[Double]] = []
    var history: TPEHistory

    /// Makes a search.
    ///
    /// - Parameters:
    ///   - parameters: what is searched for. A parameter with a condition comes after the one that it depends on.
    ///   - metric: the metric that is made as high or low as possible.
    ///   - order: whether high or low scores are the better ones.
    ///   - pointsToEvaluate: settings that are suggested first, by path. What they leave open is drawn at random.
    ///   - options: how the search goes about it.
    ///   - seed: what random numbers are made from.
    /// - Throws: `StateError` for parameters or conditions that do not go together, for points outside the domains, and for
    ///   options that make no sense.
    public init(
        _ parameters: [SearchParameter], metric: String, order: ScoreOrder, pointsToEvaluate: [StateMap] = [],
        options: TPEOptions = TPEOptions(), seed: UInt64
    ) throws(StateError) {
        guard options.startupTrials >= 0 else {
            throw StateError(.outOfRange, "the number is negative: \(options.startupTrials)", path: "startupTrials")
        }
        guard (1...100_000).contains(options.candidates) else {
            throw StateError(
                .outOfRange, "there are 1 to 100000 candidates, not \(options.candidates)", path: "candidates")
        }
        tree = try ParameterTree(parameters)
        history = TPEHistory(try tree.makeGroups(), order: order)
        self.metric = metric
        self.order = order
        self.options = options
        random = RandomStream(seed: seed, name: "tree-structured Parzen estimators")
        for (place, point) in pointsToEvaluate.enumerated() {
            do { points.append(try tree.numbers(of: point, isWhole: false)) } catch {
                throw error.nested(under: "pointsToEvaluate/\(place)")
            }
        }
    }

    /// Makes a search that knows trials of an earlier one.
    ///
    /// - Parameters:
    ///   - evaluated: the trials, the oldest first.
    ///   - parameters: what is searched for.
    ///   - metric: the metric that is made as high or low as possible.
    ///   - order: whether high or low scores are the better ones.
    ///   - pointsToEvaluate: settings that are suggested first, by path.
    ///   - options: how the search goes about it.
    ///   - seed: what random numbers are made from.
    /// - Throws: `StateError` as for any search, and for trials whose settings do not belong to the parameters.
    public init(
        warmStartedFrom evaluated: [EvaluatedPoint], _ parameters: [SearchParameter], metric: String,
        order: ScoreOrder, pointsToEvaluate: [StateMap] = [], options: TPEOptions = TPEOptions(), seed: UInt64
    ) throws(StateError) {
        try self.init(
            parameters, metric: metric, order: order, pointsToEvaluate: pointsToEvaluate, options: options, seed: seed)
        for (place, point) in evaluated.enumerated() {
            do { try add(point) } catch { throw error.nested(under: "warmStartedFrom/\(place)") }
        }
    }

    /// The parameters that are searched for.
    public var parameters: [SearchParameter] { tree.parameters }

    /// Takes note of settings whose score is known from elsewhere, as if a trial of this search had ended with it.
    ///
    /// - Throws: `StateError` for settings that lack a parameter, have one too many, or a value outside its domain.
    public mutating func add(_ point: EvaluatedPoint) throws(StateError) {
        let numbers = try tree.numbers(of: point.configuration, isWhole: true)
        history.append(numbers, id: nil, outcome: TrialOutcome(point.score))
    }

    /// Settings for the next trial: a given point, random ones, or what the trials so far let hope for the most.
    public mutating func suggest(_ id: TrialID) throws(StateError) -> Suggestion {
        guard !history.isRunning(id) else {
            throw StateError(.alreadyExists, "the trial has settings and has not ended", path: id.string)
        }
        let numbers = nextNumbers()
        history.append(numbers, id: id, outcome: .running)
        return .configuration(tree.configuration(numbers))
    }

    /// Does nothing: only last results count.
    public mutating func observe(_ result: StateTree, of id: TrialID) {}

    /// Takes note of a trial's end. One that was not suggested, or has ended already, makes no difference.
    public mutating func complete(_ id: TrialID, result: StateTree?, hasFailed: Bool) {
        history.complete(id, TrialOutcome(metric, in: result, hasFailed: hasFailed))
    }

    private mutating func nextNumbers() -> [Double] {
        if !points.isEmpty {
            var point = points.removeFirst()
            tree.fill(&point, using: &random)
            return point
        }
        var numbers = [Double](repeating: .nan, count: tree.parameters.count)
        guard history.completedCount >= options.startupTrials else {
            tree.fill(&numbers, using: &random)
            return numbers
        }
        tree.fillConstants(&numbers)
        for group in history.groups.indices where tree.exists(history.groups[group].parameters[0], in: numbers) {
            choose(group, into: &numbers)
            tree.fillConstants(&numbers)
        }
        return numbers
    }

    /// Chooses the values of a group's parameters.
    private mutating func choose(_ group: Int, into numbers: inout [Double]) {
        let (good, bad) = history.estimators(of: group, constantLiar: options.constantLiar)
        let members = history.groups[group].parameters
        var best: (gain: Double, numbers: [Double])?
        for _ in 0..<options.candidates {
            let drawn = good.sample(using: &random)
            let candidate = members.indices.map { place in
                tree.parameters[members[place]].nearest(to: good.axes[place].number(at: drawn[place]))
            }
            let gain = good.logDensity(candidate) - bad.logDensity(candidate)
            if best.map({ gain > $0.gain }) ?? true { best = (gain, candidate) }
        }
        for (place, number) in (best?.numbers ?? []).enumerated() { numbers[members[place]] = number }
    }
}

extension ParameterTree {
    /// The histories of the groups, in which no trial is.
    ///
    /// - Throws: `StateError` for a range that numbers cannot tell the width of.
    func makeGroups() throws(StateError) -> [GroupHistory] {
        var histories: [GroupHistory] = []
        for group in groups {
            var axes: [ParzenAxis] = []
            for place in group {
                let axis = ParzenAxis(parameters[place].domain)
                guard axis.categories != nil || (1e-280...1e280).contains(axis.priorWidth) else {
                    throw StateError(
                        .outOfRange, "the range is too wide or too narrow to be searched",
                        path: parameters[place].path)
                }
                axes.append(axis)
            }
            histories.append(GroupHistory(group, axes: axes))
        }
        return histories
    }
}
