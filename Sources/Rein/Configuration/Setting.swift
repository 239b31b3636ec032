public import ReinCheckpoints

/// A setting of a method, as `rein settings` shows it.
///
///     for setting in PPO.Configuration.settings where setting.effect == .atOnce { print(setting.key) }
public struct Setting: Sendable, Equatable {
    /// The key in full, such as `network.hidden`.
    public let key: String
    /// What values are made of.
    public let type: SettingType
    /// The value where none is given.
    public let defaultValue: StateTree
    /// The values that are allowed by themselves; some combinations of settings are not, see
    /// ``AlgorithmConfiguration/validate()``.
    public let range: SettingRange
    /// When a changed value takes effect.
    public let effect: SettingEffect
    /// What it is: the first sentence of the property's documentation. Empty for a setting that its method does not
    /// declare.
    public let summary: String
}
