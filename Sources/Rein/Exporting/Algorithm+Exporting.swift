public import ReinCheckpoints
public import ReinExport
import ReinPolicies

extension Algorithm {
    /// Writes a policy as a file of another program; see `Policy.exportModel`.
    ///
    ///     try algorithm.exportPolicyModel("main", to: "exports", as: .onnx)
    ///
    /// - Parameters:
    ///   - id: which policy; it may be left out when there is only one.
    ///   - directory: the path of an existing directory.
    ///   - form: which file.
    ///   - replacingExisting: whether a file of that name may be replaced.
    /// - Returns: the path of the file.
    /// - Throws: `StateError` that lists the ids there are, and as `Policy.exportModel`.
    @discardableResult
    public func exportPolicyModel(
        _ id: PolicyID? = nil, to directory: String, as form: ModelForm, replacingExisting: Bool = false
    ) throws(StateError) -> String {
        let player = try player(id)
        return try player.policy.exportModel(
            to: directory, as: form, id: player.id.string, replacingExisting: replacingExisting)
    }

    /// Writes a checkpoint of one policy, which stands alone: with its learner's state, without its replay, and with the
    /// files by which other programs run it that `exportsNativeModelFiles` asks for.
    ///
    /// - Parameters:
    ///   - id: which policy; it may be left out when there is only one.
    ///   - path: the directory to make. Its parent must exist.
    ///   - format: the kind of state file.
    ///   - replacingExisting: whether a checkpoint at `path` may be replaced.
    /// - Throws: `StateError` that lists the ids there are, when the directory exists or cannot be written, and for a
    ///   policy that cannot be exported.
    public func exportPolicyCheckpoint(
        _ id: PolicyID? = nil, to path: String, format: CheckpointFormat = .native, replacingExisting: Bool = false
    ) throws(StateError) {
        let player = try player(id)
        try player.policyWithLearnerState.exportCheckpoint(
            to: path, format: format, models: player.configuration.exportsNativeModelFiles, id: player.id.string,
            replacingExisting: replacingExisting)
    }

    private func player(_ id: PolicyID?) throws(StateError) -> Player<Method> {
        guard let id else {
            guard players.count == 1 else { throw PolicyID.unknown(nil, among: policyIDs, path: "policies") }
            return players[0]
        }
        return players[try PolicySelection.index(of: id, in: policyIDs)]
    }
}

extension AnyAlgorithm {
    /// Writes a policy as a file of another program; see `Algorithm.exportPolicyModel`.
    ///
    /// - Throws: `StateError` as there.
    @discardableResult
    public func exportPolicyModel(
        _ id: PolicyID? = nil, to directory: String, as form: ModelForm, replacingExisting: Bool = false
    ) throws(StateError) -> String {
        try base.exportPolicyModel(id, to: directory, as: form, replacingExisting: replacingExisting)
    }

    /// Writes a checkpoint of one policy, which stands alone; see `Algorithm.exportPolicyCheckpoint`.
    ///
    /// - Throws: `StateError` as there.
    public func exportPolicyCheckpoint(
        _ id: PolicyID? = nil, to path: String, format: CheckpointFormat = .native, replacingExisting: Bool = false
    ) throws(StateError) {
        try base.exportPolicyCheckpoint(id, to: path, format: format, replacingExisting: replacingExisting)
    }
}
