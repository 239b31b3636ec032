import ReinCheckpoints
import ReinPolicies

/// The settings of an algorithm and those of policies that have their own.
struct PolicyConfigurations<Configuration: AlgorithmConfiguration>: Sendable {
    /// The settings of the algorithm, and of every policy without its own.
    let base: Configuration
    private var own: [PolicyID: Configuration] = [:]

    /// Checks the settings.
    ///
    /// - Throws: `ConfigurationError` for impossible settings, and for a policy's that differ where all policies must
    ///   agree; `StateError` for a policy that is not there.
    init(_ base: Configuration, own: [PolicyID: Configuration], policies: [PolicyID]) throws {
        try base.validate()
        self.base = base
        for (id, configuration) in own.sorted(by: { $0.key.string < $1.key.string }) {
            _ = try PolicySelection.place(of: id, in: policies)
            try set(configuration, for: id)
        }
    }

    /// Reads what `tree` made.
    ///
    /// - Throws: `ConfigurationError` that names the key, below the policy's id.
    init(_ base: Configuration, reading reader: StateReader?) throws {
        self.base = base
        for (key, value) in try reader?.map() ?? [] {
            let id = try PolicyID(key)
            do throws(ConfigurationError) {
                try set(Configuration(overlaying: value.tree, on: base), for: id)
            } catch {
                throw ConfigurationError(key: "policies.\(id).\(error.key)", problem: error.problem)
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

    /// Only those of some policies.
    func keeping(_ ids: [PolicyID]) -> PolicyConfigurations {
        var kept = self
        let known = Set(ids)
        kept.own = own.filter { known.contains($0.key) }
        return kept
    }

    /// What sets policies apart, by their ids; null when nothing does.
    var tree: StateTree {
        guard !own.isEmpty else { return .null }
        var map = StateMap()
        for (id, configuration) in own.sorted(by: { $0.key.string < $1.key.string }) {
            map[id.string] = ConfigurationOverlay.difference(of: configuration.tree, from: base.tree)
        }
        return .map(map)
    }
}
