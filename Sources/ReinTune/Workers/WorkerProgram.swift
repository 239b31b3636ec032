public import ReinCheckpoints

/// The program whose processes train trials. It says at its beginning what it can train; see `TrialWorker`.
public struct WorkerProgram: Sendable, Hashable {
    /// The path of the program.
    public var executable: String
    /// Its arguments, without its name.
    public var arguments: [String]
    /// How long it may take until it calls `TrialWorker.runIfStarted`.
    public var startLimit = Duration.seconds(60)

    /// Names a program. It is told what to do by one more argument, at the end.
    public init(executable: String, arguments: [String] = []) {
        self.executable = executable
        self.arguments = arguments
    }

    /// This program once more, with the same arguments.
    ///
    /// - Throws: `StateError` when the system does not tell where it lies, and in a process that was started to train
    ///   trials, but has not called `TrialWorker.runIfStarted`: it would start itself without an end.
    public static func again() throws(StateError) -> WorkerProgram {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if TrialWorker.wasStarted {
            guard TrialWorker.isRunning else {
                throw StateError(
                    .unavailable,
                    "this process was started to train trials: the program has to call "
                        + "TrialWorker.runIfStarted at its beginning", path: CommandLine.arguments.first ?? "")
            }
            arguments.removeLast()
        }
        return WorkerProgram(executable: try RunningProgram.path(), arguments: arguments)
    }
}
