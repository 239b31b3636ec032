public import ReinCheckpoints

/// What makes environments of names with a scheme, such as `gymnasium:HalfCheetah-v5`: those that live outside of this
/// program.
///
///     EnvironmentRegistry.register(GymnasiumProvider())
///     let environment = try TrainingEnvironment(named: "gymnasium:HalfCheetah-v5", settings: ["workers": 2])
public protocol EnvironmentProvider: Sendable {
    /// The words before the colon that are its own, the first of which stands for it in messages.
    var schemes: [String] { get }

    /// Makes the environment of a name.
    ///
    /// - Parameters:
    ///   - id: the whole name, with its scheme.
    ///   - settings: what there is to say about it; a key that the provider does not know is an error that names the
    ///     nearest one.
    ///   - record: what a checkpoint knows of the environment, where it is made again: what is not said in `settings` is
    ///     as it was.
    /// - Throws: `EnvironmentError` when there is no such environment, and for what is wrong with the settings.
    func environment(
        _ id: String, settings: StateMap, record: StateTree?
    ) throws(EnvironmentError) -> TrainingEnvironment
}
