import Rein

/// Makes the checkpoints of a claimed run: each under the next number, one after the other. Those that are replaceable
/// go when a later one is complete, also one that a killed process made.
struct RunCheckpoints {
    private let run: RunDirectory
    private var status: RunStatus
    /// What a person should know of the run's status, which a run does not depend on.
    let warnings: [String]

    /// Goes on with the checkpoints of a run, which is in training from now on. A status that cannot be read is set
    /// aside.
    ///
    /// - Throws: `StateError` when that cannot be written down.
    init(of run: RunDirectory) throws {
        self.run = run
        (status, warnings) = try Self.status(of: run)
        try status.replaceableCheckpoints.removeAll { try !LocalFile.exists(run.path(ofCheckpoint: $0)) }
        status.state = .training
        try status.write(to: run)
    }

    private static func status(of run: RunDirectory) throws -> (RunStatus, [String]) {
        do throws(StateError) {
            return (try RunStatus(of: run), [])
        } catch {
            let place = try LocalFile.setAside(run.statusPath)
            return (
                RunStatus(), ["\(error): it is now \(place); checkpoints that only the clock made before stay"]
            )
        }
    }

    /// Makes the next checkpoint. A number that somebody else takes in the meantime is passed over.
    ///
    /// - Parameters:
    ///   - isReplaceable: whether it goes when a later one is complete.
    ///   - write: writes it to a path; it may share files with an earlier one.
    /// - Returns: its path.
    /// - Throws: what `write` throws, and `StateError` when it cannot be noted that the checkpoint is replaceable.
    mutating func make(
        replaceable isReplaceable: Bool, _ write: (_ path: String, _ earlier: String?) throws -> Void
    ) throws -> String {
        let earlier = try run.newestCheckpoint
        var path = try run.nextCheckpoint
        while true {
            do {
                try note(path, isReplaceable)
                try write(path, earlier)
                break
            } catch let error as StateError where error.code == .alreadyExists {
                guard try LocalFile.exists(path) else { throw error }
                // Not ours: it stays.
                status.replaceableCheckpoints.removeAll { run.path(ofCheckpoint: $0) == path }
                let next = try run.nextCheckpoint
                guard next != path else { throw error }
                path = next
            }
        }
        removeReplaced(by: path)
        return path
    }

    /// Writes down what became of the run, if it can be done.
    ///
    /// - Parameter path: the checkpoint of the end, which stays even if it was made as a replaceable one.
    mutating func end(as state: RunStatus.State, keeping path: String? = nil) {
        status.state = state
        status.replaceableCheckpoints.removeAll { run.path(ofCheckpoint: $0) == path }
        try? status.write(to: run)
    }

    /// Notes before a checkpoint is made whether it may be removed later: a process that is killed afterwards leaves
    /// none that would stay for ever, and none of another kind that would be removed.
    private mutating func note(_ path: String, _ isReplaceable: Bool) throws {
        var names = status.replaceableCheckpoints.filter { run.path(ofCheckpoint: $0) != path }
        if isReplaceable, let name = run.checkpointName(of: path) { names.append(name) }
        guard names != status.replaceableCheckpoints else { return }
        var noted = status
        noted.replaceableCheckpoints = names
        try noted.write(to: run)
        status = noted
    }

    /// Removes the replaceable checkpoints but the one that was made last. What cannot be removed is tried again after
    /// the next one.
    private mutating func removeReplaced(by path: String) {
        let before = status
        status.replaceableCheckpoints.removeAll { name in
            let other = run.path(ofCheckpoint: name)
            guard other != path else { return false }
            do throws(StateError) {
                try CheckpointDirectory.remove(at: other)
                return true
            } catch {
                return error.code == .notFound
            }
        }
        if status != before { try? status.write(to: run) }
    }
}
