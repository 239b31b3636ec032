public import ReinCheckpoints
public import ReinTune

extension AlgorithmTrainable {
    /// Checks the configuration of a trial without making an algorithm of it: its keys, its settings and its environment.
    /// Whether the method can learn there, and whether the policies fit one another, is found out when it is made.
    ///
    /// - Parameters:
    ///   - configuration: the configuration, as `init(configuration:context:)` takes it.
    ///   - parameters: the values that are shared with it.
    /// - Throws: `StateError` and `ConfigurationError` as there.
    public static func check(
        _ configuration: StateMap, parameters: TrainableParameters = TrainableParameters()
    ) throws {
        _ = try AlgorithmPlan(configuration, parameters)
    }
}
