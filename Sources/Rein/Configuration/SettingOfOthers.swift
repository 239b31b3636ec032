import ReinCheckpoints

/// A setting as other libraries call it: Stable-Baselines3 and its zoo, RLlib, CleanRL, Tianshou.
package struct SettingOfOthers: Sendable {
    /// The names that it has there.
    package let names: [String]
    /// Its keys here; a method has some of them or none.
    package let keys: [String]
    /// What is different about it here.
    package let remark: String?

    private init(_ names: String, _ keys: String, _ remark: String? = nil) {
        self.names = names.split(separator: " ").map(String.init)
        self.keys = keys.split(separator: " ").map(String.init)
        self.remark = remark
    }

    /// The setting of a name, whole or the part behind the last dot; upper and lower case, `_` and `-` do not count.
    package static func named(_ name: String) -> SettingOfOthers? {
        let wanted = [name, name.split(separator: ".").last.map(String.init) ?? name].map(letters)
        return wanted.lazy.compactMap { wanted in
            all.first { setting in setting.names.contains { letters($0) == wanted } }
        }.first
    }

    private static func letters(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" } }

    /// All of them.
    package static let all: [SettingOfOthers] = [
        // How much is collected, and how.
        SettingOfOthers(
            "n_envs num_envs num_env_runners num_workers num_rollout_workers num_envs_per_worker "
                + "num_envs_per_env_runner training_num",
            "environmentCount"),
        SettingOfOthers("n_steps num_steps rollout_fragment_length step_per_collect horizon", "rolloutLength"),
        SettingOfOthers(
            "train_batch_size train_batch_size_per_learner", "rolloutLength batchSize",
            "for PPO, rolloutLength times environmentCount is the number of steps in an iteration"),
        SettingOfOthers(
            "timesteps_per_iteration min_sample_timesteps_per_iteration step_per_epoch", "stepsPerIteration"),
        SettingOfOthers("random_seed np_seed torch_seed", "seed"),
        SettingOfOthers(
            "export_native_model_files", "exportsNativeModelFiles", "true, or a list of forms such as [\"onnx\"]"),

        // Learning in general.
        SettingOfOthers(
            "lr learning_rate lr_schedule step_size pi_lr",
            "learningRate actorLearningRate criticLearningRate temperatureLearningRate"),
        SettingOfOthers("policy_lr actor_lr policy_learning_rate", "actorLearningRate learningRate"),
        SettingOfOthers("q_lr qf_lr critic_lr vf_lr qf_learning_rate", "criticLearningRate learningRate"),
        SettingOfOthers("alpha_lr ent_coef_lr entropy_learning_rate", "temperatureLearningRate"),
        SettingOfOthers("gamma discount_factor", "discount"),
        SettingOfOthers("batch_size minibatch_size sgd_minibatch_size mini_batch_size", "minibatchSize batchSize"),
        SettingOfOthers(
            "n_minibatches num_minibatches", "minibatchSize",
            "the number of steps in a minibatch, not the number of minibatches"),
        SettingOfOthers(
            "max_grad_norm grad_clip grad_norm_clipping clip_grad_norm max_gradient_norm", "maximumGradientNorm"),
        SettingOfOthers("adam_epsilon adam_eps optimizer_eps opt_eps", "adam.epsilon"),
        SettingOfOthers("n_step multi_step estimation_step", "stepCount rolloutLength"),

        // PPO.
        SettingOfOthers(
            "n_epochs num_epochs num_sgd_iter update_epochs noptepochs repeat_per_collect ppo_epochs", "epochs"),
        SettingOfOthers("gae_lambda lambda lambda_ lam", "gaeLambda"),
        SettingOfOthers("clip_range clip_param clip_coef clip_ratio eps_clip cliprange", "clipRange"),
        SettingOfOthers("clip_range_vf cliprange_vf clip_vloss value_clip", "valueClipRange"),
        SettingOfOthers("vf_clip_param", "valueErrorClip"),
        SettingOfOthers("vf_coef vf_loss_coeff value_coef value_loss_coef", "valueLossCoefficient"),
        SettingOfOthers(
            "ent_coef entropy_coeff entropy_coef entropy_coeff_schedule", "entropyCoefficient initialTemperature"),
        SettingOfOthers("kl_coeff", "klCoefficient"),
        SettingOfOthers("desired_kl", "learningRateKLTarget"),
        SettingOfOthers(
            "normalize_advantage norm_adv advantage_normalization standardize_advantages", "advantageNormalization"),
        SettingOfOthers("max_seq_len", "sequenceLength"),
        SettingOfOthers("use_sde", "usesStateDependentExploration"),
        SettingOfOthers("sde_sample_freq", "explorationInterval"),

        // Normalising.
        SettingOfOthers("normalize norm_obs normalize_observations observation_filter", "normalizesObservations"),
        SettingOfOthers("norm_reward normalize_reward reward_normalization", "scalesRewards"),
        SettingOfOthers("clip_obs", "observationLimit"),
        SettingOfOthers("clip_reward", "rewardLimit"),
        SettingOfOthers("clip_rewards", "rewardClip", "\"sign\" or a number"),
        SettingOfOthers("normalize_actions clip_actions squash_output action_scaling", "actionTransform"),

        // Replay.
        SettingOfOthers("buffer_size replay_buffer_size memory_size buffer_capacity", "replayCapacity"),
        SettingOfOthers(
            "learning_starts start_timesteps start_steps num_steps_sampled_before_learning_starts warmup_steps",
            "learningStarts"),
        SettingOfOthers("train_freq train_frequency policy_frequency update_every", "trainingInterval"),
        SettingOfOthers("gradient_steps update_per_step utd_ratio training_intensity", "updatesPerInterval"),
        SettingOfOthers(
            "target_update_interval target_network_update_freq target_network_frequency target_update_freq",
            "targetUpdateInterval"),
        SettingOfOthers("tau polyak soft_update_rate", "targetUpdateRate"),
        SettingOfOthers("prioritized_replay prioritized per", "prioritizedReplay"),
        SettingOfOthers("prioritized_replay_alpha", "priorityExponent"),
        SettingOfOthers("prioritized_replay_beta", "importanceExponent"),

        // DQN.
        SettingOfOthers(
            "exploration_fraction exploration_final_eps exploration_initial_eps epsilon eps_train start_e end_e "
                + "epsilon_timesteps final_epsilon initial_epsilon",
            "explorationRate",
            "a number, or a schedule such as [[0, 1], [10000, 0.05]]"),
        SettingOfOthers("double_q is_double use_double", "double"),
        SettingOfOthers("num_atoms n_atoms", "atoms"),
        SettingOfOthers("v_min vmin", "minimumReturn"),
        SettingOfOthers("v_max vmax", "maximumReturn"),
        SettingOfOthers("sigma0 noisy_std", "noiseScale"),
        SettingOfOthers("td_error_loss_fn loss_fn", "loss"),

        // SAC.
        SettingOfOthers("alpha initial_alpha", "initialTemperature"),
        SettingOfOthers("autotune auto_alpha", "learnsTemperature"),

        // Networks.
        SettingOfOthers(
            "net_arch fcnet_hiddens hidden_sizes hiddens hidden_dim hidden_dims head_fcnet_hiddens post_fcnet_hiddens",
            "network.hidden", "a list of widths, such as [64,64]"),
        SettingOfOthers("fcnet_activation activation_fn post_fcnet_activation", "network.activation"),
        SettingOfOthers("vf_share_layers share_features_extractor", "network.value"),
        SettingOfOthers("use_lstm enable_critic_lstm", "network.recurrent", "none, lstm or gru"),
        SettingOfOthers("lstm_cell_size lstm_hidden_size", "network.recurrentWidth"),
        SettingOfOthers("log_std_init", "network.logDeviation"),
        SettingOfOthers("ortho_init", "network.hasOrthogonalWeights"),
        SettingOfOthers("free_log_std", "network.hasDeviationHead", "the opposite: whether the network computes it"),
    ]
}
