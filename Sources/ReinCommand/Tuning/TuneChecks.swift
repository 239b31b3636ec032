import ArgumentParser
import Rein
import ReinTrainables
import ReinTune

/// What is checked before the first trial: everything that a trial would be made with.
final class TuneChecks {
    private let plan: ExperimentPlan
    private let definition: TrainableDefinition
    private let machine: MachineResources
    /// What an algorithm was made of already, but for its settings.
    private var made: Set<String> = []
    /// The numbers that results will have.
    private var metrics: Set<String> = []

    /// The largest number of algorithms that are made to see whether they can be.
    private static let limit = 16

    private init(_ plan: ExperimentPlan, of base: TrainableDefinition) throws(StateError) {
        self.plan = plan
        definition = try plan.definition(of: base)
        machine = try MachineResources()
    }

    /// Checks the plan that is carried out.
    ///
    /// - Parameter base: what is trained with one seed.
    /// - Throws: `StateError` that names the place: a setting that the method does not know, with the nearest one, or
    ///   refuses; resources that this machine does not have; a metric that no result will have.
    static func check(_ plan: ExperimentPlan, of base: TrainableDefinition) throws(StateError) {
        let checks = try TuneChecks(plan, of: base)
        try checks.checkSettings()
        try checks.checkMetrics()
    }

    private func checkSettings() throws(StateError) {
        let space = plan.space
        try space.check { configuration throws(StateError) in try checkTrial(configuration) }
        for point in plan.searcher.pointsToEvaluate.indices { try checkPoint(point) }
    }

    /// Checks a point, with values that are drawn for what it leaves out.
    private func checkPoint(_ index: Int) throws(StateError) {
        var single = plan
        single.searcher = SearcherPlan(pointsToEvaluate: [plan.searcher.pointsToEvaluate[index]])
        single.samples = 1
        var searcher = try single.makeSearcher()
        guard case .configuration(let configuration) = try searcher.suggest("check") else { return }
        do throws(StateError) {
            try checkTrial(configuration)
        } catch {
            throw error.nested(under: "searcher/pointsToEvaluate/\(index)")
        }
    }

    private func checkTrial(_ configuration: StateMap) throws(StateError) {
        var configuration = configuration
        if let seeds = plan.seeds, configuration[seeds.key] == nil {
            configuration[seeds.key] = .int(Int64(seeds.firstSeed))
        }
        do {
            try AlgorithmTrainable.check(configuration)
            try make(configuration)
            try definition.resources(for: configuration).requireFits(on: [machine.amounts])
        } catch let error as StateError {
            throw error
        } catch {
            throw StateError(.malformed, "\(error)")
        }
    }

    /// Makes an algorithm, unless one of the same method and environment was made.
    private func make(_ configuration: StateMap) throws {
        var parts = StateMap()
        for key in AlgorithmTrainable.Key.allCases { parts[key.rawValue] = configuration[key.rawValue] }
        guard made.count < Self.limit, made.insert(JSON.text(.map(parts))).inserted else { return }
        let trainable = try AlgorithmTrainable(configuration: configuration, context: TrainableContext())
        let keys = ResultKeys.all(
            of: trainable.algorithm, evaluated: configuration[AlgorithmTrainable.Key.evaluation.rawValue] != nil)
        metrics.formUnion(keys)
    }

    private func checkMetrics() throws(StateError) {
        let known = metrics.subtracting(["iteration", ResultKeys.elapsed]).union(MetricName.numbers)
        for name in plan.metricNames where !known.contains(name) && !ResultKeys.isOfAgent(name) {
            if plan.seeds != nil, name.hasPrefix("seeds/") { continue }
            throw StateError(.unknownKey, problem(with: name, known), path: name.shortened)
        }
    }

    private func problem(with name: String, _ known: Set<String>) -> String {
        let problem = "no result has this metric"
        if name.hasPrefix("evaluation/"), !known.contains(where: { $0.hasPrefix("evaluation/") }) {
            return problem
                + "; \"trainable\" says when there are evaluations: {\"evaluation\": {\"every\": 1, \"episodes\": 10}}"
        }
        let names = known.sortedByBytes
        return unknownName(
            problem, nearest: nearestName(to: name, in: names), rest: "the metrics are \(names.joined(separator: ", "))"
        )
    }
}
