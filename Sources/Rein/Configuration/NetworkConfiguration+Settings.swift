extension NetworkConfiguration {
    /// What there is to say of the settings under `network`.
    static let settingDeclarations: [SettingDeclaration<Self>] = [
        SettingDeclaration(
            "hidden", \.hidden, in: .layers, .fixed,
            "The widths of the hidden layers; typically two of 64 or 256."),
        SettingDeclaration("activation", \.activation, .fixed, "The nonlinearity of the hidden layers."),
        SettingDeclaration(
            "value", \.value, .fixed,
            "Whether the state value has hidden layers of its own or shares those of the policy."),
        SettingDeclaration(
            "policyGain", \.policyGain, in: .numbers(0...1e3), .fixed,
            "The gain of the policy head's first weights; small, so that the first policy is almost uniform."),
        SettingDeclaration(
            "logDeviation", \.logDeviation, in: .numbers(-20...5), .fixed,
            """
            The first log standard deviation of continuous actions; with `hasDeviationHead` what is added to the \
            first biases of those outputs.
            """),
        SettingDeclaration(
            "hasDeviationHead", \.hasDeviationHead, .fixed,
            """
            Whether the log standard deviations of continuous actions are outputs of the network, which differ \
            from state to state, instead of parameters.
            """),
        SettingDeclaration(
            "hasOrthogonalWeights", \.hasOrthogonalWeights, .fixed,
            """
            Whether the first weights are orthogonal, with zero biases; otherwise weights and biases are uniform, \
            as PyTorch draws them, and `policyGain` has no effect.
            """),
        SettingDeclaration(
            "recurrent", \.recurrent, .fixed,
            "The recurrent layer that reads the observation in front of the hidden layers, or none."),
        SettingDeclaration(
            "recurrentWidth", \.recurrentWidth, in: .integers(1...4096), .fixed,
            "The number of units of the recurrent layer; typically 32 to 256."),
    ]
}
