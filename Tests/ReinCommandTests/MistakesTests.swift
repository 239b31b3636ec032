import Foundation
import Rein
import Testing

@testable import ReinCommand

/// What people type who know other libraries, or type fast: each is answered with what to type instead.
@Suite("Mistakes")
struct MistakesTests {
    /// Runs a command that must be wrong usage, and gives its words on standard error.
    private func refusal(
        _ arguments: [String], in scratch: Scratch, _ location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let outcome = try CommandProcess(arguments, in: scratch.directory).wait()
        #expect(outcome.code == 2, "\(arguments): \(outcome.errors)", sourceLocation: location)
        #expect(outcome.output.isEmpty, sourceLocation: location)
        #expect(!scratch.exists("runs"), sourceLocation: location)
        return outcome.errors
    }

    @Test(
        "Numbers that are not allowed are said to be that, negative ones too",
        arguments: [
            (["train", "--seed", "-1"], "invalid for '--seed <seed>': expected a whole number from 0 up"),
            (["train", "--seed", "1.5"], "expected a whole number from 0 up"),
            (["train", "--stop-steps", "-5"], "expected a whole number from 0 up"),
            (["train", "--stop-steps", "1e6"], "write 1000000"),
            (["train", "--stop-steps", "1_000"], "write 1000"),
            (["train", "--stop-steps", "--quiet"], "a number is missing before --quiet"),
            (["train", "--threads", "-1"], "expected a whole number from 1 to 1024"),
            (["train", "--checkpoint-every", "-3"], "'--checkpoint-every"),
            (["train", "--stop-return", "nan"], "--stop-return must be a finite number"),
            (["evaluate", "x", "--episodes", "-5"], "expected a whole number from 1 to 1000000000"),
            (["evaluate", "x", "--episodes", "0"], "expected a whole number from 1 to 1000000000"),
            (["evaluate", "x", "--seed", "-1"], "expected a whole number from 0 up"),
            (["predict", "x", "--seed", "-1"], "expected a whole number from 0 up"),
        ])
    func numbers(_ arguments: [String], _ words: String) throws {
        let errors = try refusal(arguments, in: Scratch())
        #expect(errors.contains(words), "\(errors)")
        #expect(!errors.contains("Missing value"), "\(errors)")
    }

    @Test("A negative return ends a run, as any other does")
    func negativeReturn() throws {
        let scratch = try Scratch()
        try scratch.done(["train", "--stop-return", "-5", "--stop-steps", "0", "--quiet", "--output", "run"])
        #expect(try document(scratch.text("run/params.json")).child("stop").double("return") == -5)
    }

    @Test(
        "Values of the wrong kind are shown, with what to write instead",
        arguments: [
            ("discount=nan", "nan is not a finite number"), ("discount=NaN", "NaN is not a finite number"),
            ("learningRate=inf", "inf is not a finite number"), ("learningRate=-1", "-1.0 is out of range"),
            ("learningRate=3e-4x", "expected a number, found string \"3e-4x\""),
            ("clipRange=[1]", "list of [step, value] pairs"), ("clipRange=true", "a list of [step, value] pairs"),
            ("epochs=2.5", "expected a whole number, found 2.5"), ("epochs=1e2", "write 100"),
            ("normalizesObservations=yes", "expected true or false, found string \"yes\""),
            ("network.hidden=64", "write [64]"), ("network.hidden=64,32", "write [64,32]"),
            ("network.hidden=64x64", "write [64,64]"), ("network.hidden=(64, 64)", "write [64,64]"),
            ("network.hidden=[64,a]", "expected a list"), ("network.hidden=[64,2.5]", "found double 2.5"),
            ("network=relu", "found string \"relu\""),
            ("network.activation=RELU", "did you mean \"relu\"? Allowed are identity, tanh, relu"),
            ("network.activation=swish", "\"swish\" is none of the values; allowed are identity, tanh, relu"),
            ("network.recurrent=LSTM", "did you mean \"lstm\"? Allowed are none, lstm, gru"),
            ("network.value=Shared", "did you mean \"shared\"?"),
        ])
    func values(_ assignment: String, _ words: String) throws {
        let errors = try refusal(["train", "--set", assignment], in: Scratch())
        #expect(errors.contains("configuration key \""), "\(errors)")
        #expect(errors.contains(words), "\(errors)")
    }

    @Test(
        "Settings are found by their names in other libraries, and without their section",
        arguments: [
            ("ppo", "lr", "\"learningRate\""), ("ppo", "LR", "\"learningRate\""), ("ppo", "gamma", "\"discount\""),
            ("ppo", "n_steps", "\"rolloutLength\""), ("ppo", "num_envs", "\"environmentCount\""),
            ("ppo", "ent_coef", "\"entropyCoefficient\""), ("ppo", "clip_param", "\"clipRange\""),
            ("ppo", "train_batch_size", "rolloutLength times environmentCount"),
            ("ppo", "trainBatchSize", "\"rolloutLength\""),
            ("ppo", "policy_kwargs.net_arch", "\"network.hidden\""),
            ("ppo", "model.fcnet_hiddens", "\"network.hidden\""),
            ("ppo", "hidden", "\"network.hidden\""), ("ppo", "beta1", "\"adam.beta1\""),
            ("ppo", "network.discount", "\"discount\""), ("ppo", "learning-rate", "\"learningRate\""),
            ("dqn", "buffer_size", "\"replayCapacity\""), ("dqn", "batch_size", "\"batchSize\""),
            ("dqn", "use_lstm", "use PPO for them"), ("dqn", "exploration_fraction", "\"explorationRate\""),
            ("sac", "lr", "\"actorLearningRate\", \"criticLearningRate\""), ("sac", "tau", "\"targetUpdateRate\""),
            ("ppo", "replayCapacity", "this is a setting of DQN and SAC, not of PPO"),
            ("sac", "rolloutLength", "this is a setting of PPO, not of SAC"),
            ("ppo", "buffer_size", "this is \"replayCapacity\", a setting of DQN and SAC, not of PPO"),
        ])
    func settings(_ algorithm: String, _ key: String, _ words: String) throws {
        let errors = try refusal(["train", "--algorithm", algorithm, "--set", "\(key)=1"], in: Scratch())
        #expect(errors.contains("configuration key \"\(key)\""), "\(errors)")
        #expect(errors.contains(words), "\(errors)")
    }

    @Test(
        "Options of other programs are answered with those of this one",
        arguments: [
            (["--env", "CartPole-v1"], "there is no option --env; here it is --environment"),
            (["--env-id=CartPole-v1"], "here it is --environment"),
            (["-e", "CartPole-v1"], "here it is --environment"),
            (["--algo", "ppo"], "here it is --algorithm"), (["--total-timesteps", "1000"], "here it is --stop-steps"),
            (["--total_timesteps", "1000"], "here it is --stop-steps"), (["-n", "1000"], "here it is --stop-steps"),
            (["--save-freq", "10"], "here it is --checkpoint-every"), (["--log-dir", "x"], "here it is --output"),
            (["--lr", "0.1"], "it is a setting: --set learningRate=VALUE"),
            (["--gamma", "0.9"], "it is a setting: --set discount=VALUE"),
            (["--discount", "0.9"], "it is a setting: --set discount=VALUE"),
            (["--learning-rate", "1"], "it is a setting: --set learningRate=VALUE"),
            (["--num-envs", "4"], "it is a setting: --set environmentCount=VALUE"),
            (["--num-workers", "4"], "here it is --workers for processes of Python"),
            (["--num_env_runners", "4"], "and --set environmentCount=VALUE for environments"),
            (["--env-kwargs", "x:1"], "here it is --environment-option key=value"),
            (["--gym-packages", "x"], "here it is --environment gymnasium:PACKAGE:NAME"),
            (["--sead", "1"], "did you mean --seed?"), (["--stop-step", "1"], "did you mean --stop-steps?"),
            (["CartPole-v1"], "did you mean --environment CartPole-v1?"), (["ppo"], "did you mean --algorithm ppo?"),
            (["fast"], "rein train takes options alone"),
        ])
    func options(_ options: [String], _ words: String) throws {
        let errors = try refusal(["train"] + options, in: Scratch())
        #expect(errors.contains(words), "\(errors)")
        #expect(errors.contains("Usage: rein train"), "\(errors)")
        #expect(!errors.contains("--set'"), "\(errors)")
    }

    @Test("Options of other programs are known to every command that has them here")
    func otherCommands() throws {
        for (arguments, words) in [
            (["evaluate", "x", "--env", "CartPole-v1"], "here it is --environment"),
            (["evaluate", "x", "--n-eval-episodes", "3"], "here it is --episodes"),
            (["merge", "x", "y", "--policy-mapping", "3"], "here it is --mapping"),
            (["verify", "x", "--env", "CartPole-v1"], "there is no option --env\n"),
        ] {
            let errors = try refusal(arguments, in: Scratch())
            #expect(errors.contains(words), "\(errors)")
        }
    }

    @Test(
        "What is near nothing is answered with what there is, and no suggestion",
        arguments: [
            (["--foo", "1"], ["no option --foo"]), (["--environment", "LunarLander"], ["Known", "CartPole-v1"]),
            (["--environment", "ALE/Pong-v5"], ["CartPole-v1"]), (["--algorithm", "a2c"], ["ppo, dqn, sac"]),
            (["--algorithm", "td3"], ["ppo, dqn, sac"]), (["--set", "zzz=1"], ["known keys: actionTransform"]),
            (["--preset", "nothing"], ["zoo/CartPole-v1"]), (["--preset", "zoo/SpaceInvaders"], ["zoo/CartPole-v1"]),
            (["--set-policy", "foo:discount=0.9"], ["the policies are \"default_policy\""]),
        ])
    func withoutSuggestion(_ options: [String], _ words: [String]) throws {
        let errors = try refusal(["train"] + options, in: Scratch())
        for word in words { #expect(errors.lowercased().contains(word.lowercased()), "\(errors)") }
        #expect(!errors.lowercased().contains("did you mean"), "\(errors)")
    }

    @Test("A preset of another method is said to be that, and one of another environment is named at the start")
    func presets() throws {
        let scratch = try Scratch()
        let method = try refusal(["train", "--preset", "cleanrl/CartPole-v1", "--algorithm", "ppo"], in: scratch)
        #expect(
            method.contains("preset \"cleanrl/CartPole-v1\" is for DQN, not for PPO; for PPO there are"), "\(method)")
        let near = try refusal(["train", "--preset", "CartPole-v1"], in: scratch)
        #expect(near.contains("did you mean \"zoo/CartPole-v1\"? For PPO there are"), "\(near)")
        let other = try scratch.done([
            "train", "--preset", "zoo/CartPole-v1", "--environment", "Pendulum-v1", "--stop-steps", "0", "--output",
            "run",
        ])
        let words = "The settings of preset zoo/CartPole-v1 were published for CartPole-v1, not for Pendulum-v1"
        #expect(other.errors.contains(words), "\(other.errors)")
        let unfit = try refusal(["train", "--preset", "zoo/Pendulum-v1", "--environment", "CartPole-v1"], in: scratch)
        let reason = "The settings of preset zoo/Pendulum-v1 were published for Pendulum-v1, not for CartPole-v1"
        #expect(unfit.contains("only continuous actions") && unfit.contains(reason), "\(unfit)")
        let same = try scratch.done(["train", "--preset", "zoo/CartPole-v1", "--stop-steps", "0", "--output", "same"])
        #expect(!same.errors.contains("published"), "\(same.errors)")
    }

    @Test("Parameters of another method, directories and other formats in the place of settings are named as such")
    func configurationFiles() throws {
        let scratch = try Scratch()
        try scratch.done([
            "train", "--algorithm", "dqn", "--stop-steps", "0", "--quiet", "--output", "dqn", "--set",
            "network.hidden=[8]",
        ])
        let method = try refusal(["train", "--config", "dqn/params.json", "--algorithm", "ppo"], in: scratch)
        #expect(method.contains("dqn/params.json holds settings of DQN, and PPO has no such key"), "\(method)")
        let directory = try refusal(["train", "--config", "dqn"], in: scratch)
        #expect(directory.contains("dqn: is a directory, not a file; did you mean dqn/params.json?"), "\(directory)")
        for (name, format) in [("ppo.yaml", "YAML"), ("ppo.yml", "YAML"), ("ppo.toml", "TOML"), ("ppo.py", "Python")] {
            try scratch.write("lr: 0.1\n", to: name)
            let errors = try refusal(["train", "--config", name], in: scratch)
            #expect(errors.contains("\(name): settings are JSON here, not \(format)"), "\(errors)")
        }
        try scratch.write("{\"configuration\": {\"lr\": 0.1}}", to: "json.yaml")
        let inside = try refusal(["train", "--config", "json.yaml"], in: scratch)
        #expect(inside.contains("here it is \"learningRate\""), "\(inside)")
    }

    @Test(
        "A command that is not there is wrong usage, however it is asked for",
        arguments: [
            (["nothing"], "there is no command \"nothing\"; the commands are train, evaluate"),
            (["help", "nothing"], "there is no command \"nothing\"; the commands are train, evaluate"),
            (["nothing", "--help"], "there is no command \"nothing\""),
            (["evalute", "x"], "did you mean \"evaluate\"?"), (["help", "evalute"], "did you mean \"evaluate\"?"),
            (["enjoy", "x"], "did you mean \"evaluate\"?"), (["convert", "x"], "did you mean \"convert-checkpoint\"?"),
            (["resume", "x"], "did you mean \"train --resume\"?"), (["help", "train", "nothing"], "\"nothing\""),
        ])
    func commands(_ arguments: [String], _ words: String) throws {
        let errors = try refusal(arguments, in: Scratch())
        #expect(errors.contains(words), "\(errors)")
    }

    @Test("Help is given on a command that is there", arguments: [["help"], ["help", "train"], ["help", "help"]])
    func help(_ arguments: [String]) throws {
        #expect(try Scratch().done(arguments).output.contains("USAGE: rein"))
    }

    @Test("An environment that the policy is not for is a wrong choice")
    func otherEnvironment() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 32)
        let errors = try refusal(["evaluate", "run", "--environment", "Pendulum-v1"], in: scratch)
        #expect(errors.contains("policy: the policy is for observations of shape [4]"), "\(errors)")
    }

    @Test(
        "Unknown policies are answered with those there are",
        arguments: [
            ["evaluate", "two", "--policy", "up"], ["predict", "two", "--policy", "up"],
            ["inspect", "two", "--policy", "up"], ["extract", "two", "out", "--policy", "up"],
            ["merge", "out", "two:up"], ["train", "--resume", "two", "--policies", "up"],
            ["train", "--resume", "two", "--policies-to-train", "up"],
        ])
    func policies(_ arguments: [String]) throws {
        let scratch = try Scratch()
        try scratch.train("two", steps: 32, ["--policies", "left,right", "--mapping", "*=left"])
        let errors = try refusal(arguments, in: scratch)
        #expect(errors.contains("the policies are \"left\", \"right\""), "\(errors)")
        #expect(!errors.contains("did you mean"), "\(errors)")
    }
}

@Suite("Names of other programs")
struct OptionOfOthersTests {
    @Test("What others call an option is none of this command's, and stands for one that is")
    func options() throws {
        let help = try Scratch().done(["help", "train"]).output
        let own = Set(help.split { !($0.isLetter || $0 == "-") }.filter { $0.hasPrefix("--") }.map(String.init))
        #expect(own.contains("--stop-steps"))
        for name in [
            "env", "algo", "total-timesteps", "save-freq", "restore", "log-dir", "n-jobs", "params", "env-kwargs",
            "n-workers", "num-env-runners", "gym-packages", "step-timeout", "interpreter", "normalize-images",
        ] {
            let replacement = try #require(OptionOfOthers.replacement(for: "--\(name)"))
            #expect(own.contains(String(replacement.prefix { $0 != " " })), "\(replacement)")
            #expect(!own.contains("--\(name)"))
        }
    }

    @Test("What others call a command stands for one of this program")
    func commands() throws {
        let own = Set(try Scratch().done(["help"]).output.split { !($0.isLetter || $0 == "-") }.map(String.init))
        for name in [
            "learn", "enjoy", "infer", "analyze", "info", "check", "convert", "split", "combine", "envs", "zoo",
            "hyperparameters",
        ] {
            #expect(own.contains(try #require(OptionOfOthers.command(name))))
            #expect(!own.contains(name))
        }
    }
}
