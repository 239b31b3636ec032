import ArgumentParser
import Rein

/// The argument CHECKPOINT: an algorithm checkpoint, a policy checkpoint, or the directory of a run.
struct CheckpointArgument: ParsableArguments {
    @Argument(
        help: "An algorithm checkpoint, a policy checkpoint, or the directory of a run (then its newest checkpoint).",
        completion: .directory)
    var checkpoint: String

    /// The checkpoint's manifest.
    ///
    /// - Throws: `CommandFailure` when there is no checkpoint, `StateError` when its manifest cannot be used.
    func open() throws -> CheckpointDirectory { try CheckpointDirectory(opening: Self.resolve(checkpoint)) }

    /// The directory of the checkpoint that `path` stands for.
    ///
    /// - Throws: `CommandFailure` when there is none.
    static func resolve(_ path: String) throws -> String {
        let candidates = try candidates(path)
        return candidates[candidates.startIndex]
    }

    /// The checkpoint at `path`, or all those of the run that is there, the newest first; at least one.
    ///
    /// - Throws: `CommandFailure` when there is none.
    static func candidates(_ path: String) throws -> [String] {
        guard try LocalFile.exists(path) else { throw CommandFailure.wrongPath(path, "there is no such directory") }
        guard try LocalFile.isDirectory(path) else {
            let hint = path.hasSuffix(".zip") ? "; rein convert-checkpoint makes one of a Stable-Baselines3 agent" : ""
            throw CommandFailure.wrongPath(path, "a checkpoint is a directory, and this is a file\(hint)")
        }
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        if try CheckpointDirectory.exists(at: trimmed) { return [trimmed] }
        let checkpoints = try RunDirectory(path: trimmed).checkpoints
        if !checkpoints.isEmpty { return checkpoints }
        throw CommandFailure.wrongPath(
            path,
            "neither a checkpoint (there is no rllib_checkpoint.json) nor the directory of a run "
                + "(there is no checkpoint_000000 or later)")
    }
}

/// The option `--policy`.
struct PolicyOption: ParsableArguments {
    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp("The policy; may be left out when there is only one.", valueName: "id"),
        transform: { try PolicyID($0) })
    var id: PolicyID?

    /// The policy that is meant; nil for the only one of a policy checkpoint.
    ///
    /// - Throws: `ValidationError` that lists the ids there are when it is unknown or has to be named.
    func choose(in directory: CheckpointDirectory) throws -> PolicyID? {
        switch directory.kind {
        case .policy:
            guard let id else { return nil }
            throw ValidationError(
                "\(directory.path) is a checkpoint of a single policy; leave --policy \(id) out")
        case .algorithm:
            guard let id else { return try Self.only(in: directory) }
            if try !directory.contains(policy: id) {
                let ids = try directory.policyIDs
                try asUsageError(directory.path) { _ = try PolicySelection([id]).ids(in: ids) }
            }
            return id
        }
    }

    /// The only policy of a checkpoint; nil for that of a policy checkpoint.
    ///
    /// - Throws: `ValidationError` that lists the ids when there are several.
    static func only(in directory: CheckpointDirectory) throws -> PolicyID? {
        guard directory.kind == .algorithm else { return nil }
        let ids = try directory.policyIDs
        if ids.count == 1 { return ids[0] }
        throw ValidationError(
            "\(directory.path) holds \(Wording.count(ids.count, "policy", "policies")); choose one with "
                + "--policy: \(Wording.list(ids))")
    }
}
