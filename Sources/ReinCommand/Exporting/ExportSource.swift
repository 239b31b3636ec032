import ArgumentParser
import Rein
import ReinInterop

/// The policies that a command exports, and where they come from.
struct ExportSource {
    /// A policy, what it is called in its file, and where it lies.
    final class SavedPolicy {
        let id: PolicyID?
        let policy: Policy
        let location: String

        init(id: PolicyID?, policy: Policy, location: String) {
            self.id = id
            self.policy = policy
            self.location = location
        }
    }

    /// The policies, at least one.
    let policies: [SavedPolicy]
    /// Whether they were asked for by a pattern, so that each goes into a folder.
    let isMany: Bool
    /// The path of what was opened.
    let path: String
    /// What somebody has to know who uses the files; nil for nothing.
    var remark: String? {
        guard let encoding = policies.lazy.map(\.policy.observationEncoding).first(where: { $0 != .numbers }),
            let width = encoding.width.map({ Wording.count($0, "number", "numbers") })
        else { return nil }
        guard encoding.counts == nil else {
            return "observations are indices; the file takes \(width) for them, 1 at the index and 0 elsewhere"
        }
        return "observations have parts; the file takes their \(width) side by side: \(Wording.parts(encoding))"
    }

    /// Opens a checkpoint of Rein's or RLlib's, or an agent of Stable-Baselines3, and reads the policies.
    ///
    /// - Throws: `CommandFailure` for paths that lead elsewhere, `ValidationError` for ids that are not there, `StateError`
    ///   for files that are damaged.
    init(opening path: String, normalization: String?, _ option: PolicyPatternOption) throws {
        guard try LocalFile.exists(path) else {
            throw CommandFailure.wrongPath(path, "there is no such file or directory")
        }
        let isDirectory = try LocalFile.isDirectory(path)
        if try !isDirectory || StableBaselines3Agent.isUnpacked(in: path) {
            guard option.pattern == nil else {
                throw ValidationError(
                    "\(path) is an agent of Stable-Baselines3, which is one policy; leave --policy out")
            }
            let agent =
                isDirectory
                ? try StableBaselines3Agent(restoring: Checkpoint(directory: path), normalization: normalization)
                : try StableBaselines3Agent(opening: path, normalization: normalization)
            policies = [SavedPolicy(id: nil, policy: agent.policy, location: path)]
            (isMany, self.path) = (false, path)
            return
        }
        guard normalization == nil else {
            throw ValidationError("--normalization belongs to an agent of Stable-Baselines3, and \(path) is none")
        }
        let directory = try CheckpointDirectory(opening: CheckpointArgument.resolve(path))
        let ids: [PolicyID?]
        switch try option.choose(in: directory) {
        case .one(let id): (ids, isMany) = ([id], false)
        case .matching(let matching): (ids, isMany) = (matching, true)
        }
        self.path = directory.path
        policies = try ids.map { id in
            SavedPolicy(
                id: id, policy: try Policy(of: directory, id: id), location: directory.location(of: id))
        }
    }
}
