import Rein

/// Makes the checkpoints of a claimed run: each under the next number, one after the other. Those that are replaceable
/// go when a later one is complete, also one that a killed process made. Of the others a number stays if a rule says so:
/// each is noted in the run's status before it is made, and goes only if it is noted there.
final class RunCheckpoints {
    private let run: RunDirectory
    private var status: RunStatus
    private let rule: KeepRule?
    private var retention: RunRetention?
    /// What a person should know of the run's status, which a run does not depend on.
    let warnings: [String]

    /// Goes on with the checkpoints of a run, which is in training from now on. A status that cannot be read is set
    /// aside.
    ///
    /// - Parameter rule: how many stay; nil for all.
    /// - Throws: `StateError` when that cannot be written down.
    init(of run: RunDirectory, keeping rule: KeepRule? = nil) throws {
        self.run = run
        self.rule = rule
        (status, warnings) = try Self.status(of: run)
        try status.replaceableCheckpoints.removeAll { try !LocalFile.exists(run.path(ofCheckpoint: $0)) }
        if let rule {
            var surplus: [String] = []
            retention = try RunRetention(
                rule, in: run, &status.keptCheckpoints, scoredBy: status.keptBy, surplus: &surplus)
            status.replaceableCheckpoints += surplus
        } else {
            status.keptCheckpoints = []
        }
        status.keptBy = rule?.key
        status.state = .training
        try status.write(to: run)
    }

    /// Removes what a process was about to remove that was killed after it had made the last checkpoint of a run. Nothing is
    /// done unless a process was killed there.
    ///
    /// - Parameters:
    ///   - run: the run, in which nobody else writes.
    ///   - path: that checkpoint; nothing is done, either, when there are newer ones.
    ///   - rule: how many stay, as the run was told; nil for all.
    static func settle(_ run: RunDirectory, at path: String, keeping rule: KeepRule?) {
        guard let status = try? RunStatus(of: run), status.state == .training,
            let newest = try? run.newestCheckpoint, run.checkpointName(of: newest) == run.checkpointName(of: path),
            let checkpoints = try? RunCheckpoints(of: run, keeping: rule)
        else { return }
        checkpoints.removeReplaced(by: newest)
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
    ///   - row: the last result before it.
    ///   - write: writes it to a path; it may share files with an earlier one.
    /// - Returns: its path.
    /// - Throws: what `write` throws, and `StateError` when it cannot be noted that the checkpoint is replaceable.
    func make(
        replaceable isReplaceable: Bool, after row: StateTree? = nil,
        _ write: (_ path: String, _ earlier: String?) throws -> Void
    ) throws -> String {
        let earlier = try run.newestCheckpoint
        var path = try run.nextCheckpoint
        while true {
            do {
                try note(path, isReplaceable, row)
                try write(path, earlier)
                break
            } catch let error as StateError where error.code == .alreadyExists {
                guard try LocalFile.exists(path) else { throw error }
                // Not ours: it stays.
                status.replaceableCheckpoints.removeAll { run.path(ofCheckpoint: $0) == path }
                status.keptCheckpoints.removeAll { run.path(ofCheckpoint: $0.name) == path }
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
    /// - Parameters:
    ///   - path: the checkpoint of the end, which stays even if it was made as a replaceable one.
    ///   - row: the last result before it.
    func end(as state: RunStatus.State, keeping path: String? = nil, after row: StateTree? = nil) {
        status.state = state
        status.replaceableCheckpoints.removeAll { run.path(ofCheckpoint: $0) == path }
        if let path, let name = run.checkpointName(of: path), rule != nil,
            !status.keptCheckpoints.contains(where: { $0.name == name })
        {
            status.keptCheckpoints.append(KeptCheckpoint(name, after: row, by: rule?.key))
            try? status.write(to: run)
            removeReplaced(by: path)
        } else {
            try? status.write(to: run)
        }
    }

    /// What a person should know of scores, once.
    func takeWarning() -> String? { retention?.takeWarning() }

    /// Notes before a checkpoint is made whether it may be removed later: a process that is killed afterwards leaves
    /// none that would stay for ever, and none of another kind that would be removed.
    private func note(_ path: String, _ isReplaceable: Bool, _ row: StateTree?) throws {
        var noted = status
        noted.replaceableCheckpoints.removeAll { run.path(ofCheckpoint: $0) == path }
        noted.keptCheckpoints.removeAll { run.path(ofCheckpoint: $0.name) == path }
        if let name = run.checkpointName(of: path) {
            if isReplaceable {
                noted.replaceableCheckpoints.append(name)
            } else if let rule {
                noted.keptCheckpoints.append(KeptCheckpoint(name, after: row, by: rule.key))
            }
        }
        guard noted != status else { return }
        try noted.write(to: run)
        status = noted
    }

    /// Removes the replaceable checkpoints but the one that was made last, and those that the rule does not keep. What
    /// cannot be removed is tried again after the next one.
    private func removeReplaced(by path: String) {
        let before = status
        if let note = status.keptCheckpoints.last(where: { run.path(ofCheckpoint: $0.name) == path }) {
            status.replaceableCheckpoints += retention?.add(note, to: &status.keptCheckpoints) ?? []
        }
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
