public import Foundation
public import Rein

extension Policy {
    /// Reads a policy from a policy checkpoint, or from an algorithm checkpoint and an id; see
    /// `init(restoring:id:verifyingChecksum:)` with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public init(restoring url: URL, id: PolicyID? = nil, verifyingChecksum: Bool = true) throws(StateError) {
        try self.init(restoring: url.requirePath(), id: id, verifyingChecksum: verifyingChecksum)
    }

    /// Takes over a policy from a checkpoint; see `restore(from:id:verifyingChecksum:)` with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public mutating func restore(
        from url: URL, id: PolicyID? = nil, verifyingChecksum: Bool = true
    ) throws(StateError) {
        try restore(from: url.requirePath(), id: id, verifyingChecksum: verifyingChecksum)
    }

    /// Writes a policy checkpoint; see `save(to:format:replacingExisting:)` with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public func save(
        to url: URL, format: CheckpointFormat = .native, replacingExisting: Bool = false
    ) throws(StateError) {
        try save(to: url.requirePath(), format: format, replacingExisting: replacingExisting)
    }
}
