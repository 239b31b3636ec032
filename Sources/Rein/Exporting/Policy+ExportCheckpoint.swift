public import ReinCheckpoints
import ReinExport
public import ReinPolicies

extension Policy {
    /// Writes a policy checkpoint that stands alone, with files by which other programs run the policy in its folder
    /// `model`.
    ///
    ///     try policy.exportCheckpoint(to: "champion", models: [.onnx, .c])
    ///
    /// Without such files it is what `save` writes.
    ///
    /// - Parameters:
    ///   - path: the directory to make. Its parent must exist.
    ///   - format: the kind of state file.
    ///   - models: the forms of the files.
    ///   - id: what the policy is called in them.
    ///   - replacingExisting: whether a checkpoint at `path` may be replaced.
    /// - Throws: `StateError` when the directory exists or cannot be written, and for a policy that cannot be exported.
    public func exportCheckpoint(
        to path: String, format: CheckpointFormat = .native, models: NativeModelFiles = .none, id: String = "policy",
        replacingExisting: Bool = false
    ) throws(StateError) {
        try CheckpointDirectory.writePolicy(
            state, to: path, format: format, models: modelFiles(models, id: id), replacingExisting: replacingExisting)
    }
}
