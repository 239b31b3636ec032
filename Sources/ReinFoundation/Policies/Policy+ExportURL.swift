public import Foundation
public import Rein

extension Policy {
    /// Writes the policy as a file of another program; see `exportModel(to:as:id:replacingExisting:)` with a path.
    ///
    /// - Returns: the file.
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    @discardableResult
    public func exportModel(
        to directory: URL, as form: ModelForm, id: String = "policy", replacingExisting: Bool = false
    ) throws(StateError) -> URL {
        let path = try directory.requirePath()
        return URL(
            filePath: try exportModel(to: path, as: form, id: id, replacingExisting: replacingExisting),
            directoryHint: .notDirectory)
    }

    /// Writes a policy checkpoint that stands alone; see `exportCheckpoint(to:format:models:id:replacingExisting:)` with a
    /// path.
    ///
    /// - Throws: `StateError` as there, and for a URL that is not of a file.
    public func exportCheckpoint(
        to url: URL, format: CheckpointFormat = .native, models: NativeModelFiles = .none, id: String = "policy",
        replacingExisting: Bool = false
    ) throws(StateError) {
        try exportCheckpoint(
            to: url.requirePath(), format: format, models: models, id: id, replacingExisting: replacingExisting)
    }
}
