import ReinCheckpoints

extension AlgorithmConfiguration {
    /// All settings in the order of their keys in `tree`, nested ones included.
    ///
    /// Of one that is not declared the type is read off the default. A changed value of it is taken to be in what is
    /// stored, as nothing else is known, but for the seed and the number of environments, which every method has.
    public static var settings: [Setting] {
        let declarations = Dictionary(uniqueKeysWithValues: settingDeclarations.map { ($0.key, $0) })
        return ConfigurationKeys.values(of: Self().tree).map { key, value in
            if let declared = declarations[key] {
                return Setting(
                    key: key, type: declared.type, defaultValue: value, range: declared.range, effect: declared.effect,
                    summary: declared.summary)
            }
            return Setting(
                key: key, type: SettingType(value.kind), defaultValue: value, range: .any,
                effect: ["seed", "environmentCount"].contains(key) ? .newEnvironments : .fixed, summary: "")
        }
    }

    /// When a changed value of a setting takes effect.
    ///
    /// - Parameter key: the key in full, such as `network.hidden`.
    /// - Returns: nil where there is no such setting.
    public static func effect(of key: String) -> SettingEffect? { settings.first { $0.key == key }?.effect }

    /// Checks that every value is in the range that is declared for it.
    ///
    /// - Throws: `ConfigurationError` that names the key, the value and what is allowed.
    public func requireDeclaredRanges() throws(ConfigurationError) {
        for declaration in Self.settingDeclarations {
            if let problem = declaration.problem(self) {
                throw ConfigurationError(key: declaration.key, problem: problem)
            }
        }
    }
}
