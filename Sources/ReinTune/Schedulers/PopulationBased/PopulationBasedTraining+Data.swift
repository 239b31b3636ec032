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
    /// - Throws: `StateError` that names the place: a key that is unknown, with the nearest one, a value of another type,
    ///   or out of range.
    public init(_ settings: StateReader) throws(StateError) {
        try settings.expectKeys(TrialObjective.Key.allCases.map(\.rawValue) + Key.allCases.map(\.rawValue))
        func value(_ key: Key) -> StateReader? { settings.optionalChild(key.rawValue) }
        let objective = try TrialObjective(settings, timeAttribute: MetricName.secondsTotal)
        let (interval, burnIn) = (try value(.interval)?.double(), try value(.burnIn)?.double())
        let mutations = try value(.mutations).map { place throws(StateError) in try Mutation.read(place) }
        let (quantile, resampling) = (try value(.quantile)?.double(), try value(.resampleProbability)?.double())
        let (factors, stays) = (try value(.factors)?.doubles(), try value(.staysInDomain)?.bool())
        let (isSynchronous, isLogging) = (try value(.isSynchronous)?.bool(), try value(.isLogging)?.bool())
        let requiresMetrics = try value(.requiresMetrics)?.bool()
        do throws(StateError) {
            try self.init(
                metric: objective.metric, order: objective.order, timeAttribute: objective.timeAttribute,
                interval: interval ?? 60, burnIn: burnIn ?? 0, mutations: mutations ?? [:], quantile: quantile ?? 0.25,
                resampleProbability: resampling ?? 0.25, factors: factors ?? [1.2, 0.8], staysInDomain: stays ?? true,
                isSynchronous: isSynchronous ?? false, requiresMetrics: requiresMetrics ?? true,
                isLogging: isLogging ?? true)
        } catch {
            throw error.below(settings)
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
        return .map(
            StateMap(
                uniqueEntries: objective.entries + [
                    (Key.interval.rawValue, .double(interval)), (Key.burnIn.rawValue, .double(burnIn)),
                    (Key.mutations.rawValue, .map(mutations)), (Key.quantile.rawValue, .double(quantile)),
                    (Key.resampleProbability.rawValue, .double(exploration.resampleProbability)),
                    (Key.factors.rawValue, .numbers(exploration.factors)),
                    (Key.staysInDomain.rawValue, .bool(exploration.staysInDomain)),
                    (Key.isSynchronous.rawValue, .bool(isSynchronous)),
                    (Key.requiresMetrics.rawValue, .bool(requiresMetrics)),
                    (Key.isLogging.rawValue, .bool(isLogging)),
                ]))
    }
}
