/// What a method says of one of its settings, once: ranges are checked by it, `rein settings` shows it, and whoever
/// restores with changed settings asks it what may change.
///
///     static let settingDeclarations: [SettingDeclaration<Self>] = [
///         SettingDeclaration("discount", \.discount, in: .share, .atOnce, "γ, the weight of a reward one step later."),
///     ]
public struct SettingDeclaration<Root>: Sendable {
    /// The key in full, such as `network.hidden`.
    public let key: String
    /// What values are made of.
    public let type: SettingType
    /// The values that are allowed.
    public let range: SettingRange
    /// When a changed value takes effect.
    public let effect: SettingEffect
    /// What the setting is: the first sentence of the property's documentation.
    public let summary: String
    /// What is wrong with the value that settings have, in words for the person who wrote it; nil when nothing is.
    public let problem: @Sendable (Root) -> String?

    /// Declares a setting.
    ///
    /// - Parameters:
    ///   - key: the property's name.
    ///   - path: the property.
    ///   - range: the values that are allowed; all of the type unless given.
    ///   - effect: when a changed value takes effect.
    ///   - summary: the first sentence of the property's documentation.
    public init<Value: SettingValue>(
        _ key: String, _ path: any KeyPath<Root, Value> & Sendable, in range: SettingRange = Value.settingRange,
        _ effect: SettingEffect, _ summary: String
    ) {
        self.key = key
        type = Value.settingType
        self.range = range
        self.effect = effect
        self.summary = summary
        problem = { $0[keyPath: path].problem(in: range) }
    }

    /// A setting of a section, as one of the settings that the section is among.
    private init<Section>(
        _ declaration: SettingDeclaration<Section>, in section: String, _ path: any KeyPath<Root, Section> & Sendable
    ) {
        key = "\(section).\(declaration.key)"
        type = declaration.type
        range = declaration.range
        effect = declaration.effect
        summary = declaration.summary
        let problem = declaration.problem
        self.problem = { problem($0[keyPath: path]) }
    }

    /// The settings of a section, such as `network`.
    public static func section<Section>(
        _ key: String, _ path: any KeyPath<Root, Section> & Sendable, _ declarations: [SettingDeclaration<Section>]
    ) -> [SettingDeclaration] {
        declarations.map { SettingDeclaration($0, in: key, path) }
    }
}
