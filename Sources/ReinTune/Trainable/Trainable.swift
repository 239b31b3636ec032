public import ReinCheckpoints

/// Something that is trained step by step, saved, and gone on with: an algorithm, a model, a simulation, anything that gets
/// better with time.
///
/// Conform to `StatefulTrainable` when the state is a value, or to `DirectoryTrainable` when it is written to files; both
/// leave `init` and `step` to be written. A structure is as good as a class. `TrainableDriver` does the rest: it counts,
/// measures, saves, restores and stops.
///
///     struct Halving: StatefulTrainable {
///         var error = 1.0
///         init(configuration: StateMap, context: TrainableContext) {}
///         mutating func step() -> StepResult {
///             error /= 2
///             return StepResult(["error": .double(error)], done: error < 0.01)
///         }
///         var state: StateMap { ["error": .double(error)] }
///         mutating func load(_ state: StateReader) throws { error = try state.child("error").double() }
///     }
///
/// What else a trainable can do, it says by conforming: `Resettable`, `Exporting`, `Cleaning`, `ResourceRequesting`,
/// `ResultLogging`, `CountingTrainable`, `AtomicallyLoading`.
public protocol Trainable: SendableMetatype {
    /// Prepares for the first step.
    ///
    /// - Parameters:
    ///   - configuration: the settings. A key that is not known should be an error.
    ///   - context: where it runs, and what is shared with it.
    /// - Throws: what is wrong with the settings.
    init(configuration: StateMap, context: TrainableContext) async throws

    /// Does a piece of work that is worth a result: seconds to minutes of training, an epoch, an iteration.
    ///
    /// - Throws: what went wrong. Nothing is then counted.
    mutating func step() async throws -> StepResult

    /// Everything that is needed to go on from here.
    ///
    /// - Throws: what cannot be saved.
    func checkpoint() async throws -> Checkpoint

    /// Takes over what `checkpoint()` gave, also in another process, and from a directory that has been moved. An object that
    /// has changed when this throws gets back what `checkpoint()` gave before; see `AtomicallyLoading`.
    ///
    /// - Throws: what does not fit.
    mutating func load(_ checkpoint: Checkpoint) async throws
}
