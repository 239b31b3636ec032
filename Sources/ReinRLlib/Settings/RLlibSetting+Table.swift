import ReinCheckpoints

/// All settings of the configurations of PPO, DQN and SAC in RLlib 2.10 (`PPOConfig().to_dict()` and so on, with what
/// `MODEL_DEFAULTS`, the replay buffers and the kinds of exploration take), and what its code does with them in the old
/// API stack with PyTorch.
extension RLlibSetting {
    /// The settings that a class of policies has.
    package static func all(of policyClass: RLlibPolicyClass) -> [RLlibSetting] {
        switch policyClass {
        case .ppo: common + ppo + model("model") + exploration
        case .dqn: common + dqn + model("model") + exploration + replay
        case .sac:
            common + sac + model("model") + model("policy_model_config") + model("q_model_config") + exploration
                + replay
        }
    }

    private static func rows(_ treatment: Treatment, in map: String = "", _ keys: String) -> [RLlibSetting] {
        rows(treatment, .algorithm, in: map, keys)
    }

    private static func rows(
        _ treatment: Treatment, _ scope: Scope, in map: String = "", _ keys: String
    ) -> [RLlibSetting] {
        keys.split(whereSeparator: \.isWhitespace).map {
            RLlibSetting(key: map.isEmpty ? String($0) : "\(map)/\($0)", treatment: treatment, scope: scope)
        }
    }

    /// What all three methods have.
    private static let common: [RLlibSetting] =
        rows(
            .used, .policy,
            "gamma clip_rewards grad_clip normalize_actions clip_actions export_native_model_files")
        + rows(
            .used,
            """
            env seed train_batch_size num_workers num_envs_per_worker observation_filter policies policies_to_train
            policy_mapping_fn __policy_id
            """)
        + rows(.rewritten, "framework num_gpus _fake_gpus enable_connectors in_evaluation")
        + rows(.leftOut(unless: true), .policy, "explore")
        + rows(.leftOut(unless: "truncate_episodes"), "batch_mode")
        + rows(.leftOut(unless: "env_steps"), "count_steps_by")
        + rows(.leftOut(unless: "sampler"), "input")
        + rows(.leftOut(unless: [.null, .map([:])]), "env_config")
        + rows(.leftOut(unless: "DefaultCallbacks"), "callbacks")
        + rows(.leftOut(unless: "SimpleListCollector"), "sample_collector")
        + rows(.leftOut(unless: [.null, false]), "_is_atari offline_sampling fake_sampler _enable_new_api_stack")
        + rows(.leftOut(unless: .null), "observation_fn env_task_fn env_runner_cls")
        + sampling + evaluation + resources + reporting + newStack + tensorFlow

    /// How samples are fetched and stored, and workers kept alive.
    private static let sampling = rows(
        .kept,
        """
        worker_index action_space observation_space auto_wrap_old_gym_envs disable_env_checking create_env_on_driver
        render_env remote_worker_envs remote_env_batch_wait_ms preprocessor_pref compress_observations sample_async
        restart_failed_sub_environments validate_workers_after_construction ignore_worker_failures
        recreate_failed_workers max_num_worker_restarts delay_between_worker_restarts_s
        num_consecutive_worker_failures_tolerance max_requests_in_flight_per_sampler_worker worker_cls
        worker_health_probe_timeout_s worker_restore_timeout_s sampler_perf_stats_ema_coef synchronize_filters
        update_worker_filter_stats use_worker_filter_stats sync_filters_on_rollout_workers_timeout_s
        policy_map_capacity policy_map_cache policy_states_are_swappable replay_sequence_length simple_optimizer
        optimizer grad_clip_by _AlgorithmConfig__prior_exploration_config _disable_preprocessor_api
        _disable_action_flattening _disable_execution_plan_api _disable_initialize_loss_from_dummy_batch
        actions_in_input_normalized input_config postprocess_inputs shuffle_buffer_size output output_config
        output_compress_columns output_max_file_size
        """)

    /// Evaluation beside training.
    private static let evaluation = rows(
        .kept,
        """
        evaluation_config evaluation_duration evaluation_duration_unit evaluation_interval evaluation_num_workers
        evaluation_parallel_to_training evaluation_sample_timeout_s always_attach_evaluation_results
        enable_async_evaluation custom_async_evaluation_function custom_eval_function off_policy_estimation_methods
        ope_split_batch_by_episode
        """)

    /// What machines give.
    private static let resources = rows(
        .kept,
        """
        num_cpus_for_driver num_cpus_per_worker num_cpus_per_learner_worker num_gpus_per_worker
        num_gpus_per_learner_worker num_learner_workers local_gpu_idx custom_resources_per_worker placement_strategy
        extra_python_environs_for_driver extra_python_environs_for_worker
        """)

    /// What is reported and when, and what goes into checkpoints.
    private static let reporting = rows(
        .kept,
        """
        log_level log_sys_usage logger_config logger_creator keep_per_episode_custom_metrics
        metrics_episode_collection_timeout_s metrics_num_episodes_for_smoothing min_time_s_per_iteration
        min_train_timesteps_per_iteration checkpoint_trainable_policies_only
        """)

    /// Of no effect in the old API stack.
    private static let newStack = rows(
        .kept,
        """
        _env_to_module_connector _module_to_env_connector _learner_class _learner_connector _per_module_overrides
        _rl_module_spec algorithm_config_overrides_per_module action_mask_key episode_lookback_horizon
        add_default_connectors_to_env_to_module_pipeline add_default_connectors_to_learner_pipeline
        add_default_connectors_to_module_to_env_pipeline train_batch_size_per_learner torch_compile_learner
        torch_compile_learner_dynamo_backend torch_compile_learner_dynamo_mode torch_compile_learner_what_to_compile
        torch_compile_worker torch_compile_worker_dynamo_backend torch_compile_worker_dynamo_mode
        """)

    /// Of no effect with PyTorch.
    private static let tensorFlow = rows(
        .kept,
        """
        eager_max_retraces eager_tracing enable_tf1_exec_eagerly tf_session_args local_tf_session_args
        _tf_policy_handles_more_than_one_loss
        """)

    private static let ppo: [RLlibSetting] =
        rows(
            .used, .policy,
            """
            lr lr_schedule lambda clip_param vf_clip_param vf_loss_coeff entropy_coeff entropy_coeff_schedule kl_coeff
            kl_target
            """)
        + rows(.used, "sgd_minibatch_size num_sgd_iter")
        + rows(.leftOut(unless: true), .policy, "use_gae use_critic")
        + rows(.leftOut(unless: "auto"), "rollout_fragment_length")
        // The old stack goes by kl_coeff, and always shuffles.
        + rows(
            .kept,
            "use_kl_loss shuffle_sequences vf_share_layers mini_batch_size_per_learner min_sample_timesteps_per_iteration"
        )

    /// What the methods with a replay have both.
    private static let offPolicy: [RLlibSetting] =
        rows(.used, .policy, "n_step tau")
        + rows(
            .used,
            """
            rollout_fragment_length training_intensity num_steps_sampled_before_learning_starts
            target_network_update_freq min_sample_timesteps_per_iteration
            """)
        + rows(.kept, "store_buffer_in_checkpoints")

    private static let dqn: [RLlibSetting] =
        offPolicy
        + rows(
            .used, .policy,
            "lr lr_schedule adam_epsilon double_q dueling hiddens td_error_loss_fn num_atoms noisy v_min v_max")
        + rows(.leftOut(unless: .null), "before_learn_on_batch")
        // Of noisy layers, and of ways to explore that are refused.
        + rows(.kept, .policy, "sigma0 categorical_distribution_temperature")

    private static let sac: [RLlibSetting] =
        offPolicy
        + rows(.used, .policy, "twin_q initial_alpha target_entropy")
        + rows(
            .used, .policy, in: "optimization", "actor_learning_rate critic_learning_rate entropy_learning_rate")
        + rows(.leftOut(unless: false), .policy, "_deterministic_loss _use_beta_distribution")
        + rows(.kept, "lr use_state_preprocessor worker_side_prioritization")

    /// A network. How it was initialised does not matter to one that is there, and what it may not have is refused.
    private static func model(_ map: String) -> [RLlibSetting] {
        rows(
            .used, .policy, in: map,
            """
            fcnet_hiddens fcnet_activation post_fcnet_hiddens post_fcnet_activation free_log_std no_final_linear
            vf_share_layers use_lstm use_attention conv_filters custom_model custom_action_dist custom_preprocessor
            """)
            + rows(
                .kept, .policy, in: map,
                """
                _disable_preprocessor_api _disable_action_flattening fcnet_weights_initializer
                fcnet_weights_initializer_config fcnet_bias_initializer fcnet_bias_initializer_config
                post_fcnet_weights_initializer post_fcnet_weights_initializer_config post_fcnet_bias_initializer
                post_fcnet_bias_initializer_config conv_activation conv_kernel_initializer
                conv_kernel_initializer_config conv_bias_initializer conv_bias_initializer_config
                conv_transpose_kernel_initializer conv_transpose_kernel_initializer_config
                conv_transpose_bias_initializer conv_transpose_bias_initializer_config max_seq_len lstm_cell_size
                lstm_use_prev_action lstm_use_prev_reward lstm_use_prev_action_reward lstm_weights_initializer
                lstm_weights_initializer_config lstm_bias_initializer lstm_bias_initializer_config _time_major
                attention_num_transformer_units attention_dim attention_num_heads attention_head_dim
                attention_memory_inference attention_memory_training attention_position_wise_mlp_dim
                attention_init_gru_gate_bias attention_use_n_prev_actions attention_use_n_prev_rewards framestack dim
                grayscale zero_mean custom_model_config encoder_latent_dim always_check_shapes
                _use_default_native_models
                """)
    }

    /// `EpsilonGreedy` and `StochasticSampling`; training does not go on from other kinds.
    private static let exploration: [RLlibSetting] =
        rows(
            .used, .policy, in: "exploration_config",
            "type initial_epsilon final_epsilon warmup_timesteps epsilon_timesteps epsilon_schedule")
        + rows(.leftOut(unless: 0), .policy, in: "exploration_config", "random_timesteps")
        + rows(.kept, .policy, in: "exploration_config", "framework")

    private static let replay: [RLlibSetting] =
        rows(
            .used, in: "replay_buffer_config",
            "capacity prioritized_replay_alpha prioritized_replay_beta prioritized_replay_eps")
        + rows(
            .usedAmong(["MultiAgentReplayBuffer", "MultiAgentPrioritizedReplayBuffer"]), in: "replay_buffer_config",
            "type")
        + rows(.leftOut(unless: [.null, 0]), in: "replay_buffer_config", "replay_burn_in")
        + rows(.leftOut(unless: [.null, 1]), in: "replay_buffer_config", "replay_sequence_length")
        + rows(.leftOut(unless: false), in: "replay_buffer_config", "worker_side_prioritization")
        + rows(.leftOut(unless: "independent"), in: "replay_buffer_config", "replay_mode")
        + rows(.leftOut(unless: "timesteps"), in: "replay_buffer_config", "storage_unit")
        + rows(.leftOut(unless: .null), in: "replay_buffer_config", "underlying_buffer_config")
        + rows(
            .kept, in: "replay_buffer_config",
            """
            prioritized_replay _enable_replay_buffer_api num_shards replay_zero_init_states replay_sequence_override
            learning_starts
            """)
}
