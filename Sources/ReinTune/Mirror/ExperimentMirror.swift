import ReinCheckpoints

/// Mirrors the folder of an experiment to an address while the experiment runs. One task at a time uses it.
final class ExperimentMirror {
    /// The path of the folder in which the experiment works.
    let folder: String
    /// The checkpoints of trials that are still at work when the experiment ends with an error.
    var openStores: [CheckpointStore] = []
    private var mirror: FolderMirror
    private var pace: WritePace
    private var isFailing = false
    private var warned: Set<String> = []
    private var warnings: [String]

    /// Goes on with a mirror.
    ///
    /// - Parameters:
    ///   - interval: the shortest time between two times, in seconds; 0 for each turn, whatever it costs.
    ///   - warnings: what a person should know so far.
    init(_ mirror: FolderMirror, interval: Double, warnings: [String]) {
        self.mirror = mirror
        self.warnings = warnings
        folder = mirror.folder
        pace = WritePace(interval: interval, share: interval > 0 ? 0.05 : 1)
    }

    /// What a person should know since the last call.
    func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    /// Whether it is time to bring over what has changed.
    func isDue(at seconds: Double) -> Bool { pace.isDue(at: seconds) }

    /// Brings over what has changed. What fails is a warning, and is tried again the next time.
    ///
    /// - Parameters:
    ///   - stores: the checkpoints of trials at work.
    ///   - seconds: now.
    /// - Throws: `StateError` with `.inUse` when somebody else has gone on with the experiment.
    func bring(holding stores: [CheckpointStore], at seconds: Double) async throws(StateError) {
        let begun = ContinuousClock.now
        let error = await attempt(holding: stores, isLast: false)
        pace.note(from: seconds, to: seconds + (ContinuousClock.now - begun) / .seconds(1))
        guard let error else {
            if isFailing { warnings.append("\(mirror.storage.uri.place): the experiment is brought there again") }
            isFailing = false
            return
        }
        if error.code == .inUse { throw error }
        // A task that is cancelled comes to its end, and brings the rest then.
        guard error.code != .cancelled, !isFailing else { return }
        isFailing = true
        warnings.append("\(error); the experiment goes on, and is brought there later")
    }

    /// Brings everything over, and says that nobody works on the experiment any more.
    ///
    /// - Returns: why that was not possible; nil when everything is there.
    func finish() async -> StateError? { await attempt(holding: openStores, isLast: true) }

    /// Says that nobody works on an experiment that was not even begun.
    func abandon() async {
        let mirror = mirror
        try? await WaitingThread.run { _ throws(StateError) in
            try mirror.end(by: StorageDeadline(after: nil) { false })
        }
    }

    /// Tries to bring over what has changed, away from the threads that tasks share.
    private func attempt(holding stores: [CheckpointStore], isLast: Bool) async -> StateError? {
        let mirror = mirror
        do throws(StateError) {
            let (next, error) = try await Self.brought(mirror, holding: stores, isLast: isLast)
            self.mirror = next
            for warning in next.passedOver where warned.insert(warning).inserted { warnings.append(warning) }
            return error
        } catch {
            return error
        }
    }

    private static func brought(
        _ mirror: FolderMirror, holding stores: [CheckpointStore], isLast: Bool
    ) async throws(StateError) -> (FolderMirror, StateError?) {
        try await WaitingThread.run { isCancelled throws(StateError) in
            // What comes last is brought also for a task that is cancelled.
            let deadline = StorageDeadline(after: nil) { !isLast && isCancelled() }
            var next = mirror
            do throws(StateError) {
                try next.bring(MirrorSnapshot(holding: stores), isLast: isLast, by: deadline)
                if isLast { try next.end(by: deadline) }
                return (next, nil)
            } catch {
                return (next, error)
            }
        }
    }
}
