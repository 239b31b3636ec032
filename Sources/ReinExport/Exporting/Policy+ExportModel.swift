public import ReinCheckpoints
public import ReinPolicies

extension Policy {
    /// Writes the policy as a file of another program: `model.onnx`, `model.safetensors` or `policy.h`.
    ///
    ///     let path = try policy.exportModel(to: "exports", as: .onnx(opset: 17))
    ///
    /// The file is put together beside its place and gets its name at the end: after an error, a full disk or the end of the
    /// process a file that was there is as it was.
    ///
    /// - Parameters:
    ///   - directory: the path of an existing directory.
    ///   - form: which file.
    ///   - id: what the policy is called.
    ///   - replacingExisting: whether a file of that name may be replaced.
    /// - Returns: the path of the file.
    /// - Throws: `StateError` with `.alreadyExists` when there is such a file, or one that says what cannot be exported or
    ///   written.
    @discardableResult
    public func exportModel(
        to directory: String, as form: ModelForm, id: String = "policy", replacingExisting: Bool = false
    ) throws(StateError) -> String {
        guard try LocalFile.isDirectory(directory) else {
            throw StateError(.notFound, "there is no such directory", path: directory)
        }
        let path = "\(directory)/\(form.fileName)"
        // Asked for before the work; the file system refuses what comes in between.
        if !replacingExisting, try LocalFile.exists(path) { throw LocalFile.alreadyExists(path) }
        let bytes = try exported(as: form, id: id)
        try LocalFile.replace(path, replacingExisting: replacingExisting) { file throws(StateError) in
            try file.write(bytes)
        }
        return path
    }
}
