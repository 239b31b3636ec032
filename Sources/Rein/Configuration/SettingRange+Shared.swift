import ReinNetworks

/// Ranges that several settings have in common.
extension SettingRange {
    /// The numbers of copies of an environment.
    static let environmentCounts = SettingRange.integers(1...65_536)
    /// Numbers of steps, of samples and of transitions that are worked on together.
    static let steps = SettingRange.integers(1...1_048_576)
    /// The widths of hidden layers.
    static let layers = SettingRange.lists(
        count: ActorCriticArchitecture.layerCounts, of: ActorCriticArchitecture.widths)
}
