public import Foundation
public import Rein

extension Algorithm {
    /// Writes a policy as a file of another program; see `exportPolicyModel(_:to:as:replacingExisting:)` with a path.
    ///
    /// - Returns: the file.
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    @discardableResult
    public func exportPolicyModel(
        _ id: PolicyID? = nil, to directory: URL, as form: ModelForm, replacingExisting: Bool = false
    ) throws(StateError) -> URL {
        let path = try directory.requirePath()
        return URL(
            filePath: try exportPolicyModel(id, to: path, as: form, replacingExisting: replacingExisting),
            directoryHint: .notDirectory)
    }

    /// Writes a checkpoint of one policy, which stands alone; see `exportPolicyCheckpoint(_:to:format:replacingExisting:)`
    /// with a path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public func exportPolicyCheckpoint(
        _ id: PolicyID? = nil, to url: URL, format: CheckpointFormat = .native, replacingExisting: Bool = false
    ) throws(StateError) {
        try exportPolicyCheckpoint(
            id, to: url.requirePath(), format: format, replacingExisting: replacingExisting)
    }
}
