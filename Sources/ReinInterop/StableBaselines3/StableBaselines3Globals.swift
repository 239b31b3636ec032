/// The Python names that may occur in the pickles of agents, by what they are looked for in. Letting a name in is no
/// promise to understand it: some are here so that they can be refused by what they are.
enum StableBaselines3Globals {
    /// The modules that hold spaces: Gymnasium's, and those of Gym, which Stable-Baselines3 1.x used.
    static let spaceModules = ["gymnasium.spaces.", "gym.spaces."]

    /// Spaces of observations and actions, and the random generators of their own that Gym's have.
    static let spaces = NumPyGlobals.all.union(
        spaceModules.flatMap { module in
            [
                "box.Box", "discrete.Discrete", "multi_discrete.MultiDiscrete", "multi_binary.MultiBinary", "dict.Dict",
                "tuple.Tuple",
            ].map { module + $0 }
        }
    ).union([
        "collections.OrderedDict", "gym.utils.seeding.RandomNumberGenerator",
        "gym.utils.seeding.RandomNumberGenerator._generator_ctor",
    ])

    /// The class of a policy.
    static let policyClasses: Set<String> = [
        "stable_baselines3.common.policies.ActorCriticPolicy",
        "stable_baselines3.common.policies.ActorCriticCnnPolicy",
        "stable_baselines3.common.policies.MultiInputActorCriticPolicy",
        "stable_baselines3.dqn.policies.DQNPolicy", "stable_baselines3.dqn.policies.CnnPolicy",
        "stable_baselines3.dqn.policies.MultiInputPolicy",
        "stable_baselines3.sac.policies.SACPolicy", "stable_baselines3.sac.policies.CnnPolicy",
        "stable_baselines3.sac.policies.MultiInputPolicy",
        "stable_baselines3.td3.policies.TD3Policy", "stable_baselines3.td3.policies.CnnPolicy",
        "stable_baselines3.td3.policies.MultiInputPolicy",
        "sb3_contrib.common.maskable.policies.MaskableActorCriticPolicy",
        "sb3_contrib.common.recurrent.policies.RecurrentActorCriticPolicy",
        "sb3_contrib.qrdqn.policies.QRDQNPolicy", "sb3_contrib.tqc.policies.TQCPolicy",
        "sb3_contrib.ars.policies.ARSPolicy",
    ]

    /// The arguments that a policy was made with; widths of layers may come from NumPy.
    static let policyArguments: Set<String> = Set(
        [
            "Tanh", "ReLU", "SiLU", "ELU", "GELU", "LeakyReLU", "ReLU6", "SELU", "CELU", "Sigmoid", "Hardtanh",
            "Hardswish", "Mish", "Softplus", "Softsign", "PReLU",
        ].map { "torch.nn.modules.activation.\($0)" }
    ).union(NumPyGlobals.scalars).union([
        NumPyGlobals.elementType, TorchGlobals.device, "torch.nn.modules.linear.Identity", "torch.optim.adam.Adam",
        "torch.optim.adamw.AdamW", "torch.optim.rmsprop.RMSprop", "torch.optim.sgd.SGD",
        "stable_baselines3.common.sb2_compat.rmsprop_tf_like.RMSpropTFLike",
        "stable_baselines3.common.torch_layers.FlattenExtractor", "stable_baselines3.common.torch_layers.NatureCNN",
        "stable_baselines3.common.torch_layers.CombinedExtractor",
    ])

    /// A file of `VecNormalize.save`.
    static let normalization = spaces.union([
        "stable_baselines3.common.vec_env.vec_normalize.VecNormalize",
        "stable_baselines3.common.running_mean_std.RunningMeanStd",
    ])
}
