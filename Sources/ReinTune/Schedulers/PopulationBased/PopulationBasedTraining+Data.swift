public import ReinCheckpoints

/// Settings as data.
extension PopulationBasedTraining.Configuration {
    private enum Key: String, CaseIterable {
        case interval, burnIn, mutations, quantile, resampleProbability, factors, staysInDomain, isSynchronous
        case requiresMetrics, isLogging
    }

    /// Reads settings; those that are missing have their standard values, except `metric`, `order` and `mutations`.
    ///
    ///     {"metric": "returnMean", "order": "max", "timeAttribute": "training_iteration", "interval": 10,
    ///      "mutations": {"learningRate": {"logUniform": [1e-5, 1e-2]}, "batchSize": [16, 32, 64],
    ///                    "network/activation": {"choice": ["tanh", "relu"]}}}
    ///
    /// A mutation is a domain, as a space has it, or a list of values in their order; see `Mutation`.
    ///
    /// - Throws: `StateError` that names the place: a key that is unknown, with the nearest one, a value of another
    ///   type, or out of range.
    public init(_ settings: StateReader) throws(StateError) {
        self = try TrialObjective.settings(settings, Key.self, timeAttribute: MetricName.secondsTotal) {
            value, objective throws(StateError) in
            try Self(
                metric: objective.metric, order: objective.order, timeAttribute: objective.timeAttribute,
                interval: value(.interval)?.double() ?? 60, burnIn: value(.burnIn)?.double() ?? 0,
                mutations: value(.mutations).map { place throws(StateError) in try Mutation.read(place) } ?? [:],
                quantile: value(.quantile)?.double() ?? 0.25,
                resampleProbability: value(.resampleProbability)?.double() ?? 0.25,
                factors: value(.factors)?.doubles() ?? [1.2, 0.8],
                staysInDomain: value(.staysInDomain)?.bool() ?? true,
                isSynchronous: value(.isSynchronous)?.bool() ?? false,
                requiresMetrics: value(.requiresMetrics)?.bool() ?? true,
                isLogging: value(.isLogging)?.bool() ?? true)
        }
    }

    /// The settings as data, every key present.
    ///
    /// - Throws: `StateError` with `.unsupportedFormat` when there is a closure that changes settings, which cannot be
    ///   written.
    public func tree() throws(StateError) -> StateTree {
        guard exploring == nil else {
            throw StateError(.unsupportedFormat, "a closure that changes settings cannot be written", path: "exploring")
        }
        var mutations = StateMap()
        for (path, mutation) in exploration.parameters { mutations[path.description] = try mutation.tree() }
        return objective.tree([
            (Key.interval, .double(interval)), (.burnIn, .double(burnIn)), (.mutations, .map(mutations)),
            (.quantile, .double(quantile)), (.resampleProbability, .double(exploration.resampleProbability)),
            (.factors, .numbers(exploration.factors)), (.staysInDomain, .bool(exploration.staysInDomain)),
            (.isSynchronous, .bool(isSynchronous)), (.requiresMetrics, .bool(requiresMetrics)),
            (.isLogging, .bool(isLogging)),
        ])
    }
}
