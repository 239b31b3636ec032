public import ReinCheckpoints
import ReinProcesses
import Synchronization

/// What a program does at its beginning so that a tuner can train trials in processes of it:
///
///     static func main() async throws {
///         if try await TrialWorker.runIfStarted([TrainableDefinition(Regression.self)]) { return }
///         // what the program does otherwise
///     }
///
/// A process that was started for trials is told so by its last argument, `--rein-trial-worker=3`, which nobody else should
/// read before. It trains one trial after the other, and ends with the process that has started it, in the middle of a
/// step if need be. What a trainable prints goes where the tuner says; standard input is empty.
public enum TrialWorker {
    /// The number of the stream by which a process is told what to do.
    static let descriptor: Int32 = 3
    /// The argument that tells a process what it is.
    static let argument = "--rein-trial-worker=\(descriptor)"
    /// What to do about a program that does not do as it should.
    static let advice = "the program has to call TrialWorker.runIfStarted at its beginning"

    private static let hasBegun = Atomic(false)

    /// Whether this process was started to train trials.
    package static var wasStarted: Bool { CommandLine.arguments.dropFirst().last == argument }
    /// Whether it does.
    static var isRunning: Bool { hasBegun.load(ordering: .relaxed) }

    /// Trains trials, if this process was started to do that.
    ///
    /// A process that does so ends here, so that it never comes back; it is written as if it did.
    ///
    /// - Parameter definitions: what the program can train. Their parameters are those of this process: values do not come
    ///   from one to the other.
    /// - Returns: whether it was started for that, so that the program has nothing else to do.
    /// - Throws: `StateError` when somebody else gave the argument.
    public static func runIfStarted(_ definitions: [TrainableDefinition]) async throws(StateError) -> Bool {
        guard wasStarted else { return false }
        guard let socket = OpenStream(inherited: descriptor), let output = OutputFiles() else {
            throw StateError(.unavailable, "is for a program that is started by a tuner", path: argument)
        }
        hasBegun.store(true, ordering: .relaxed)
        // A trial that takes all memory should not cost the tuner its life.
        MemoryShortage.giveWay()
        await WorkerServer(socket, definitions).run(printingBy: output)
    }
}
