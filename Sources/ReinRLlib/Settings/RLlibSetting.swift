package import ReinCheckpoints

/// A setting of RLlib 2.10's, and what becomes of it here.
///
/// The table of all of them is `all(of:)`; a setting that is in no row is one that RLlib has got since, or a user's own.
package struct RLlibSetting: Sendable {
    /// What becomes of a setting.
    package enum Treatment: Sendable {
        /// It is read, and written with what it is now.
        case used
        /// It is written so that RLlib opens the file on every machine.
        case rewritten
        /// Training here does not depend on it; it is written back.
        case kept
        /// It changes training in a way that there is not here, unless it has one of these values; it is written back.
        case leftOut(unless: [StateTree])

        /// As `used` where it has one of these values, and otherwise as `leftOut`.
        case usedAmong([StateTree])

        /// The same with a single value.
        static func leftOut(unless value: StateTree) -> Treatment { .leftOut(unless: [value]) }
    }

    /// What a setting is for.
    package enum Scope: Sendable {
        /// Sampling, replay and everything else that the policies of an algorithm share.
        case algorithm
        /// A policy: RLlib takes it from the `policies` of an algorithm, too.
        case policy
    }

    /// Its key; with a slash, the keys of maps in which it lies.
    package var key: String
    /// What becomes of it.
    package var treatment: Treatment
    /// What it is for.
    package var scope: Scope

    /// The row of a key in the settings of a class of policies; nil for keys that are not known.
    package static func known(_ key: String, of policyClass: RLlibPolicyClass) -> RLlibSetting? {
        tables[policyClass]?[key]
    }

    /// Whether the row of a map has rows for its entries.
    package static func hasEntries(_ key: String, of policyClass: RLlibPolicyClass) -> Bool {
        maps[policyClass]?.contains(key) ?? false
    }

    /// Whether a setting at the top is one of a policy, which may differ from policy to policy.
    package static func isOfPolicy(_ key: String, _ policyClass: RLlibPolicyClass) -> Bool {
        policyKeys[policyClass]?.contains(key) ?? false
    }

    /// Whether what a file said of a setting gives way to what it is now.
    static func givesWay(_ key: String, from old: StateTree, of policyClass: RLlibPolicyClass) -> Bool {
        switch known(key, of: policyClass)?.treatment {
        case .used, .rewritten: true
        case .usedAmong(let values): values.contains { isSame($0, old) }
        case .kept, .leftOut, nil: false
        }
    }

    /// Whether two values are the same in Python; of the path of a class only the last name counts.
    static func isSame(_ left: StateTree, _ right: StateTree) -> Bool {
        switch (left, right) {
        case (.int(let integer), .double(let number)), (.double(let number), .int(let integer)):
            return Double(integer) == number
        case (.string(let left), .string(let right)):
            return left.split(separator: ".").last == right.split(separator: ".").last
        default: return left == right
        }
    }

    private static let tables: [RLlibPolicyClass: [String: RLlibSetting]] = Dictionary(
        uniqueKeysWithValues: RLlibPolicyClass.allCases.map { policyClass in
            (policyClass, Dictionary(all(of: policyClass).map { ($0.key, $0) }) { first, _ in first })
        })

    private static let policyKeys: [RLlibPolicyClass: Set<String>] = tables.mapValues { table in
        Set(table.values.lazy.filter { $0.scope == .policy }.map { String($0.key.prefix { $0 != "/" }) })
    }

    private static let maps: [RLlibPolicyClass: Set<String>] = tables.mapValues { table in
        Set(table.keys.compactMap { key in key.lastIndex(of: "/").map { String(key[..<$0]) } })
    }
}
