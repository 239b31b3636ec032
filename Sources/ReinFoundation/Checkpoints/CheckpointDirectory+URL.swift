public import Foundation
public import Rein

extension CheckpointDirectory {
    /// Opens a checkpoint; see `init(opening:)` with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public init(opening url: URL) throws(StateError) { try self.init(opening: url.requirePath()) }

    /// The place by which the checkpoint was opened.
    public var url: URL { URL(filePath: path, directoryHint: .isDirectory) }

    /// Whether there is a checkpoint at a URL, of any version or format.
    ///
    /// - Throws: `StateError` when the system does not tell, and for a URL that is not of a file.
    public static func exists(at url: URL) throws(StateError) -> Bool { try exists(at: url.requirePath()) }

    /// Writes a checkpoint once more, in another format; see `convert` with paths.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public static func convert(
        from source: URL, to destination: URL, format: CheckpointFormat, replacingExisting: Bool = false,
        synchronizing: Bool = true
    ) throws(StateError) {
        try convert(
            from: source.requirePath(), to: destination.requirePath(), format: format,
            replacingExisting: replacingExisting, synchronizing: synchronizing)
    }

    /// Writes the checkpoint of an algorithm; see `writeAlgorithm` with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public static func writeAlgorithm(
        to url: URL, format: CheckpointFormat, algorithm: StateTree, policies: [(PolicyID, StateTree)],
        replays: [PolicyID: ReplayState] = [:], sharingWith earlier: URL? = nil, replacingExisting: Bool = false,
        synchronizing: Bool = true
    ) throws(StateError) {
        try writeAlgorithm(
            to: url.requirePath(), format: format, algorithm: algorithm, policies: policies, replays: replays,
            sharingWith: earlier?.requirePath(), replacingExisting: replacingExisting, synchronizing: synchronizing)
    }

    /// Writes the checkpoint of a policy; see `writePolicy` with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public static func writePolicy(
        to url: URL, format: CheckpointFormat, policy: StateTree, replacingExisting: Bool = false,
        synchronizing: Bool = true
    ) throws(StateError) {
        try writePolicy(
            to: url.requirePath(), format: format, policy: policy, replacingExisting: replacingExisting,
            synchronizing: synchronizing)
    }
}
