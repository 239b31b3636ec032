import ArgumentParser
import Rein

/// The option `--policy` of a command that takes several policies at once.
struct PolicyPatternOption: ParsableArguments {
    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp(
            """
            The policy; may be left out when there is only one. A name with * ? or [ that is no policy's id is a pattern, \
            and means all policies that it matches.
            """, valueName: "id"),
        transform: { text in
            let pattern = GlobPattern(text)
            if pattern.isLiteral { _ = try PolicyID(text) }
            return pattern
        })
    var pattern: GlobPattern?

    /// Which policies are meant.
    enum Choice {
        /// One: by its id, or the only one, without an id in the checkpoint of a policy.
        case one(PolicyID?)
        /// All that match a pattern, at least one.
        case matching([PolicyID])
    }

    /// The policies that are meant.
    ///
    /// - Throws: `ValidationError` that lists the ids there are when there is none like it, or when one has to be named.
    func choose(in directory: CheckpointDirectory) throws -> Choice {
        guard let pattern else { return .one(try PolicyOption.only(in: directory)) }
        guard directory.kind == .algorithm else {
            throw ValidationError(
                "\(directory.path) is a checkpoint of a single policy; leave --policy \(pattern.text.shortened) out")
        }
        let known = try directory.policyIDs
        let ids = try asUsageError(directory.path) { try PolicySelection(patterns: [pattern]).ids(in: known) }
        return ids.count == 1 && ids[0].string == pattern.text ? .one(ids[0]) : .matching(ids)
    }
}
