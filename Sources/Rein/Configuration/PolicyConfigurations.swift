import ReinCheckpoints
import ReinPolicies

/// The settings of an algorithm and those of policies that have their own.
struct PolicyConfigurations<Configuration: AlgorithmConfiguration>: Sendable {
    /// The settings of the algorithm, and of every policy without its own.
    let base: Configuration
    private var own: [PolicyID: Configuration] = [:]

    /// Checks the settings.
    ///
    /// - Parameter own: the settings of policies that have their own, as far as they differ.
    /// - Throws: `ConfigurationError` for impossible settings, and for a policy's that differ where all policies must
    ///   agree; its key begins with the policy's id.
    init(_ base: Configuration, own: [PolicyID: StateTree]) throws(ConfigurationError) {
        try base.validate()
        self.base = base
        for (id, settings) in own.sorted(byBytesOf: \.key.string) {
            do throws(ConfigurationError) {
                try set(Configuration(overlaying: settings, on: base), for: id)
            } catch {
                throw ConfigurationError(key: "\(id):\(error.key)", problem: error.problem)
            }
        }
    }

    /// The settings of a policy.
    subscript(id: PolicyID) -> Configuration { own[id] ?? base }

    /// Gives a policy settings of its own, or takes them away.
    ///
    /// - Throws: `ConfigurationError` for impossible settings, and for those that all policies have in common.
    mutating func set(_ configuration: Configuration?, for id: PolicyID) throws(ConfigurationError) {
        guard let configuration, configuration != base else {
            own[id] = nil
            return
        }
        try configuration.validate()
        if case .map(let differences) = ConfigurationOverlay.difference(of: configuration.tree, from: base.tree),
            let key = Configuration.sharedKeys.first(where: { differences[$0] != nil })
        {
            throw ConfigurationError(
                key: key, problem: "policy \"\(id)\" cannot have its own: all policies of an algorithm share it")
        }
        own[id] = configuration
    }

    /// What differs from the settings in a checkpoint: those of the algorithm, and those of policies beside.
    ///
    /// - Throws: `ConfigurationError` for a setting that is fixed by what is stored, with both values.
    func changes(
        from saved: PolicyConfigurations, of policies: [PolicyID]
    ) throws(ConfigurationError) -> [SettingChange] {
        let common = try base.changes(from: saved.base, of: nil)
        var changes = common
        for id in policies where own[id] != nil || saved.own[id] != nil {
            changes += try self[id].changes(from: saved[id], of: id).filter { change in
                !common.contains { $0.key == change.key && $0.saved == change.saved && $0.value == change.value }
            }
        }
        return changes
    }

    /// Only those of some policies.
    func keeping(_ ids: [PolicyID]) -> PolicyConfigurations {
        var kept = self
        let known = Set(ids)
        kept.own = own.filter { known.contains($0.key) }
        return kept
    }

    /// What sets policies apart, by their ids.
    var differences: [PolicyID: StateTree] {
        own.mapValues { ConfigurationOverlay.difference(of: $0.tree, from: base.tree) }
    }
}
