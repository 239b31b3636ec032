package import ReinCheckpoints
package import ReinPolicies

/// A setting of a file of RLlib's that training here goes on without.
package struct RLlibDeparture: Sendable, CustomStringConvertible {
    /// Its key, with the keys of maps in which it lies before it, divided by slashes.
    package let key: String
    /// Its value.
    package let value: StateTree
    /// Whether RLlib 2.10 has such a setting.
    package let isKnown: Bool

    /// A line for people.
    package var description: String {
        let setting = "RLlib's setting \(key.shortened) = \(JSON.text(value).shortened)"
        return isKnown
            ? "\(setting) has no equal here, training goes on without it"
            : "\(setting) is not known here, and training goes on without it"
    }

    /// The settings of a policy that change training, or may, and that there are not here.
    ///
    /// - Parameters:
    ///   - config: the settings of a policy in its file.
    ///   - policyClass: the class of the policy, which tells what is in use.
    package static func all(in config: StateReader, of policyClass: RLlibPolicyClass) -> [RLlibDeparture] {
        guard case .map(let map) = config.tree else { return [] }
        return entries(of: map, below: "", policyClass)
    }

    /// The same without those that occur before.
    package static func unique(_ departures: [RLlibDeparture]) -> [RLlibDeparture] {
        var lines = Set<String>()
        return departures.filter { lines.insert($0.description).inserted }
    }

    private static func entries(
        of map: StateMap, below path: String, _ policyClass: RLlibPolicyClass
    ) -> [RLlibDeparture] {
        map.entries.flatMap { key, value -> [RLlibDeparture] in
            let key = path + key
            if RLlibSetting.hasEntries(key, of: policyClass), case .map(let inner) = value {
                return entries(of: inner, below: key + "/", policyClass)
            }
            switch RLlibSetting.known(key, of: policyClass)?.treatment {
            case .used, .rewritten, .kept: return []
            case .leftOut(let values) where values.contains(where: { RLlibSetting.isSame($0, value) }): return []
            case .usedAmong(let values) where values.contains(where: { RLlibSetting.isSame($0, value) }): return []
            case .leftOut, .usedAmong: return [RLlibDeparture(key: key, value: value, isKnown: true)]
            case nil: return [RLlibDeparture(key: key, value: value, isKnown: false)]
            }
        }
    }
}

extension Policy {
    /// The settings of the file of RLlib's that the policy was read from which training goes on without; empty for
    /// policies that come from elsewhere.
    package var rllibDepartures: [RLlibDeparture] {
        guard let settings = rllibSettings,
            let specification = rllib.flatMap({ StateReader($0).optionalChild("policy_spec") }),
            let policyClass = try? RLlibPolicyClass(specification.child("policy_class"))
        else { return [] }
        return RLlibDeparture.all(in: settings, of: policyClass)
    }
}
