import Rein
public import ReinCheckpoints
import ReinTune

extension AlgorithmTrainable {
    /// The configuration of a trial in the form of the parameters of a run: what `rein train --config` takes, so that the
    /// best trial of an experiment can be repeated.
    ///
    ///     let best = try ResultGrid(reading: "experiments/cartpole").bestResult("episodeReturnMean", .max)
    ///     let parameters = try AlgorithmTrainable.runParameters(of: best.configuration)
    ///     print(JSON.text(.map(parameters), pretty: true))
    ///
    /// What the configuration says beside the method, the environment and the settings is in it by the same keys, but for the
    /// number of threads, which has no effect on results.
    ///
    /// - Throws: `StateError` and `ConfigurationError` as `init(configuration:context:)`: for keys that nobody knows, for
    ///   values that do not suit, and for an environment that was given as a parameter, which no file can name.
    public static func runParameters(of configuration: StateMap) throws -> StateMap {
        let plan = try AlgorithmPlan(configuration, TrainableParameters())
        var parameters: StateMap = ["algorithm": .string(plan.kind.name)]
        for key in Key.allCases where key != .algorithm && key != .threads {
            parameters[key.rawValue] = configuration[key.rawValue]
        }
        parameters["configuration"] = .map(plan.settings)
        return parameters
    }
}
