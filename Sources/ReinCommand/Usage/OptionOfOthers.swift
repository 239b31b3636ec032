/// What other programs call an option or a command of this one: Stable-Baselines3's zoo, RLlib, CleanRL.
enum OptionOfOthers {
    /// How an option is written here, from how others write it, dashes included; nil when nothing is known.
    static func replacement(for option: String) -> String? {
        let name = letters(option)
        return options.first { $0.names.split(separator: " ").contains { letters(String($0)) == name } }?.replacement
    }

    /// The command that others give this name; nil when nothing is known.
    static func command(_ name: String) -> String? {
        commands.first { $0.names.split(separator: " ").contains { $0 == name.lowercased() } }?.command
    }

    private static func letters(_ name: String) -> String {
        // A single letter means another thing in capitals.
        let bare = name.drop { $0 == "-" }
        return bare.count == 1 ? String(bare) : bare.lowercased().filter { $0 != "_" && $0 != "-" }
    }

    private static let options: [(names: String, replacement: String)] = [
        ("env env-id env-name environment-id e task gym-id", "--environment"),
        ("gym-packages gym-package env-package", "--environment gymnasium:PACKAGE:NAME"),
        ("env-kwargs env-kwarg env-args env-config environment-kwargs", "--environment-option key=value"),
        (
            "n-workers num-workers num-env-runners num-rollout-workers n-proc num-proc num-processes vec-env",
            "--workers for processes of Python, and --set environmentCount=VALUE for environments"
        ),
        ("restart-failed-env-runners max-worker-restarts recreate-failed-workers", "--worker-restarts"),
        ("env-timeout step-timeout sample-timeout-s", "--environment-timeout"),
        ("interpreter python-path python-bin python-executable", "--python"),
        ("normalize-images", "--scale-images"),
        ("video record-video capture-video save-video video-folder video-dir render-mode", "--record"),
        ("algo alg algorithm-name method agent run r", "--algorithm"),
        (
            "total-timesteps n-timesteps num-timesteps timesteps total-steps steps max-steps max-timesteps n "
                + "stop-timesteps num-env-steps",
            "--stop-steps"
        ),
        ("stop-reward reward-threshold target-return stop-mean-reward", "--stop-return"),
        ("checkpoint-freq save-freq save-interval save-every checkpoint-frequency", "--checkpoint-every"),
        ("keep-checkpoints num-to-keep keep-checkpoints-num max-to-keep save-total-limit", "--keep"),
        ("checkpoint-score-attr checkpoint-score-attribute save-best best", "--keep-best"),
        ("restore load load-path trained-agent i from-checkpoint continue", "--resume"),
        (
            "log-folder log-dir logdir output-dir out-dir save-path save-dir save local-dir storage-path run-name exp-name "
                + "f o tensorboard-log",
            "--output"
        ),
        ("num-threads n-threads n-jobs torch-threads cpus j", "--threads"),
        ("hyperparams params P hyperparameter param hparams", "--set key=value"),
        ("conf-file yaml-file config-file c file", "--config"),
        ("silent no-progress verbose progress q", "--quiet"),
        ("policy policy-ids", "--policies"),
        ("policy-mapping policy-mapping-fn", "--mapping"),
        ("random-seed", "--seed"),
        ("n-eval-episodes eval-episodes num-episodes n-episodes", "--episodes"),
        ("stochastic sample", "--explore"),
        ("num-samples n-trials trials", "--samples"),
        ("max-concurrent-trials concurrency", "--max-concurrent"),
        ("dry-run validate", "--check"),
    ]

    private static let commands: [(names: String, command: String)] = [
        ("learn fit run start", "train"),
        ("search sweep optimize hpo study", "tune"),
        ("resume continue restore", "train --resume"),
        ("enjoy test play rollout eval evaluation watch render benchmark", "evaluate"),
        ("act infer serve inference action", "predict"),
        ("info show describe dump cat", "inspect"),
        ("check validate fsck", "verify"),
        ("convert import", "convert-checkpoint"),
        ("onnx torch header deploy", "export"),
        ("analyze analyse analysis trials compare leaderboard", "results"),
        ("split", "extract"),
        ("combine join", "merge"),
        ("envs env list environment ls", "environments"),
        ("check_env check-env checkenv check_environment env_checker env-checker", "check-environment"),
        ("hyperparams zoo preset", "presets"),
        ("hyperparameters parameters params options keys config", "settings"),
    ]
}
