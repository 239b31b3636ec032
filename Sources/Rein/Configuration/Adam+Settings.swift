import ReinNetworks

extension Adam.Configuration {
    /// What there is to say of the settings under `adam`.
    static let settingDeclarations: [SettingDeclaration<Self>] = [
        SettingDeclaration(
            "beta1", \.beta1, in: .numbers(0...0.999_999), .atOnce,
            "β₁, the decay of the mean of gradients; typically 0.9."),
        SettingDeclaration(
            "beta2", \.beta2, in: .numbers(0...0.999_999_9), .atOnce,
            "β₂, the decay of the mean of squared gradients; typically 0.999."),
        SettingDeclaration(
            "epsilon", \.epsilon, in: .positive, .atOnce,
            "ε, added to the root; PPO implementations use 1e-5, PyTorch's default is 1e-8."),
    ]
}
