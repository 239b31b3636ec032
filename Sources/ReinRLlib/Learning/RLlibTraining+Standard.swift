import ReinCheckpoints

/// What is said of a policy that is written alone, whose settings are not known.
extension RLlibTraining {
    /// The settings that the method has unless others are given, in RLlib's words.
    package init(standard policyClass: RLlibPolicyClass) {
        let settings: StateMap =
            switch policyClass {
            case .ppo: Self.ppo
            case .dqn: Self.dqn
            case .sac: Self.sac
            }
        self.init(policyClass, settings: settings)
    }

    private static let ppo: StateMap = [
        "gamma": 0.99,
        "clip_rewards": false,
        "lambda": 0.95,
        "use_gae": true,
        "use_critic": true,
        "train_batch_size": 1024,
        "num_envs_per_worker": 8,
        "sgd_minibatch_size": 64,
        "num_sgd_iter": 10,
        "shuffle_sequences": true,
        "clip_param": 0.2,
        "vf_clip_param": .double(.infinity),
        "vf_loss_coeff": 0.5,
        "use_kl_loss": false,
        "kl_coeff": 0.0,
        "kl_target": 0.01,
        "grad_clip": 0.5,
        "grad_clip_by": "global_norm",
        "exploration_config": ["type": "StochasticSampling"],
        "export_native_model_files": false,
        "seed": 0,
        "lr": 0.001,
        "lr_schedule": nil,
        "entropy_coeff": 0.0,
        "entropy_coeff_schedule": nil,
    ]

    private static let dqn: StateMap = [
        "gamma": 0.99,
        "clip_rewards": false,
        "double_q": true,
        "n_step": 1,
        "train_batch_size": 32,
        "min_sample_timesteps_per_iteration": 1000,
        "min_time_s_per_iteration": nil,
        "target_network_update_freq": 500,
        "tau": 1.0,
        "num_steps_sampled_before_learning_starts": 1000,
        "adam_epsilon": 1e-8,
        "grad_clip": 40.0,
        "td_error_loss_fn": "huber",
        "v_min": -10.0,
        "v_max": 10.0,
        "sigma0": 0.5,
        "categorical_distribution_temperature": 1.0,
        "exploration_config": [
            "type": "EpsilonGreedy", "initial_epsilon": 1.0, "final_epsilon": 0.02, "warmup_timesteps": 0,
            "epsilon_timesteps": 10_000,
        ],
        "replay_buffer_config": [
            "type": "MultiAgentPrioritizedReplayBuffer", "capacity": 50_000, "prioritized_replay_alpha": 0.6,
            "prioritized_replay_beta": 0.4, "prioritized_replay_eps": 1e-6,
        ],
        "store_buffer_in_checkpoints": false,
        "export_native_model_files": false,
        "seed": 0,
        "rollout_fragment_length": 4,
        "num_envs_per_worker": 1,
        "training_intensity": nil,
        "lr": 5e-4,
        "lr_schedule": nil,
    ]

    private static let sac: StateMap = [
        "gamma": 0.99,
        "clip_rewards": false,
        "n_step": 1,
        "tau": 0.005,
        "target_network_update_freq": 0,
        "train_batch_size": 256,
        "min_sample_timesteps_per_iteration": 1000,
        "min_time_s_per_iteration": nil,
        "num_steps_sampled_before_learning_starts": 100,
        "initial_alpha": 1.0,
        "target_entropy": "auto",
        "optimization": [
            "actor_learning_rate": 3e-4, "critic_learning_rate": 3e-4, "entropy_learning_rate": 3e-4,
        ],
        "grad_clip": nil,
        "exploration_config": ["type": "StochasticSampling"],
        "replay_buffer_config": ["type": "MultiAgentReplayBuffer", "capacity": 1_000_000],
        "store_buffer_in_checkpoints": false,
        "export_native_model_files": false,
        "seed": 0,
        "rollout_fragment_length": 1,
        "num_envs_per_worker": 1,
        "training_intensity": nil,
    ]
}
