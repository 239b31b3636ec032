public import ReinCheckpoints
import ReinPolicies

/// A setting that was changed when training went on from a checkpoint.
public struct SettingChange: Sendable, Equatable {
    /// The policy whose own setting it is; nil for one of the algorithm.
    public let policy: PolicyID?
    /// The key in full, such as `adam.epsilon`.
    public let key: String
    /// The value in the checkpoint.
    public let saved: StateTree
    /// The value from now on.
    public let value: StateTree
    /// When it takes effect.
    public let effect: SettingEffect

    /// The key, behind the policy's id where it is a policy's own: `main:learningRate`.
    public var name: String { policy.map { "\($0):\(key)" } ?? key }
}

extension AlgorithmConfiguration {
    /// The settings that differ from those in a checkpoint, all of them such as may be changed.
    ///
    /// - Parameter policy: the policy whose settings they are; nil for those of the algorithm.
    /// - Throws: `ConfigurationError` for a setting that is fixed by what is stored, with both values.
    func changes(from saved: Self, of policy: PolicyID?) throws(ConfigurationError) -> [SettingChange] {
        guard self != saved else { return [] }
        let (old, new) = (saved.tree, tree)
        var changes: [SettingChange] = []
        for setting in Self.settings {
            let (before, after) = (old.value(at: setting.key), new.value(at: setting.key))
            guard before != after else { continue }
            let change = SettingChange(
                policy: policy, key: setting.key, saved: before, value: after, effect: setting.effect)
            guard setting.effect != .fixed else {
                throw ConfigurationError(
                    key: change.name,
                    problem: "the checkpoint was made with \(JSON.text(before)), which is in what it holds; with "
                        + "\(JSON.text(after)) a new run has to begin")
            }
            changes.append(change)
        }
        return changes
    }
}

extension StateTree {
    /// What lies at a key in full, such as `network.hidden`; null when there is nothing.
    fileprivate func value(at key: String) -> StateTree {
        var tree = self
        for part in key.split(separator: ".") {
            guard case .map(let map) = tree, let child = map[String(part)] else { return .null }
            tree = child
        }
        return tree
    }
}
