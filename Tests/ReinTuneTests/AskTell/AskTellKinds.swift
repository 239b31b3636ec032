import ReinCheckpoints
import ReinRandom

@testable import ReinTune

/// Experiments of all kinds that decide in different ways.
enum AskTellKind: String, CaseIterable, Sendable {
    case random, asha, hyperBand, median, population, synchronousPopulation, parzen

    /// The experiment as one that is asked.
    func asked(concurrency: Int) throws -> AskTellTuner {
        let tuner = try tuner(concurrency: concurrency)
        var asked = AskTellTuner(
            named: tuner.definition.name, searcher: tuner.searcher, space: tuner.space, seed: tuner.seed)
        asked.scheduler = tuner.scheduler
        asked.stopRule = tuner.stopRule
        asked.failures = tuner.failures
        asked.maximumTrials = tuner.maximumTrials
        asked.concurrency = concurrency
        asked.synchronizes = false
        asked.writesEvents = false
        return asked
    }

    /// The experiment as one that trains itself.
    func tuner(concurrency: Int) throws -> Tuner {
        let space: SearchSpace = ["rate": .uniform(0.1...1)]
        let definition = TrainableDefinition(Climber.self)
        var tuner: Tuner
        if self == .parzen {
            tuner = Tuner(
                definition,
                searcher: try SpaceSearcher(
                    searching: space, metric: "height", order: .max, options: TPEOptions(startupTrials: 3), seed: 3),
                space: space, seed: 3)
            tuner.maximumTrials = 7
        } else {
            tuner = try Tuner(definition, searching: space, samples: self == .hyperBand ? 8 : 6, seed: 3)
        }
        switch self {
        case .asha, .parzen:
            tuner.scheduler = ASHAScheduler(
                try .init(metric: "height", order: .max, maxTime: 9, reductionFactor: 3))
        case .hyperBand:
            tuner.scheduler = HyperBandScheduler(
                try .init(metric: "height", order: .max, maxTime: 9, reductionFactor: 3))
        case .median:
            tuner.scheduler = MedianStoppingRule(
                try .init(
                    metric: "height", order: .max, timeAttribute: "training_iteration", gracePeriod: 2,
                    minSamples: 2))
        case .population, .synchronousPopulation:
            tuner.scheduler = PopulationBasedTraining(
                try .init(
                    metric: "height", order: .max, timeAttribute: "training_iteration", interval: 2,
                    mutations: ["rate": .domain(.uniform(0.1...1))], quantile: 0.4,
                    isSynchronous: self == .synchronousPopulation),
                random: RandomStream(seed: 5, name: "population"))
        case .random: break
        }
        tuner.stopRule = .iterations(self == .random ? 3 : 9)
        tuner.isDeterministic = true
        tuner.maximumConcurrency = concurrency
        tuner.synchronizes = false
        return tuner
    }
}

/// What was decided: what became of each trial, and with which settings, without what measures time.
func decisions(_ trials: [TrialRecord]) -> [String] {
    trials.map { trial in
        let height = trial.lastResult.flatMap { try? $0.number(of: "height") }
        return "\(trial.id) \(trial.tag) \(trial.status.rawValue) \(JSON.text(.map(trial.configuration))) "
            + "\(trial.lastResult?.iteration ?? 0) \(height ?? .nan)"
    }
}
