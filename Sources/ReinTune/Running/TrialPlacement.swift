/// Where trials are trained.
public enum TrialPlacement: Sendable {
    /// On threads of this process. What a trial does to its process, it does to all.
    case threads
    /// In processes of their own, so that a crash, an endless loop or a lack of memory costs one trial only.
    ///
    /// The program begins with `TrialWorker.runIfStarted`; `.again()` is this one.
    case processes(WorkerProgram)
}
