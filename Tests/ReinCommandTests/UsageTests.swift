import Rein
import Testing

@Suite("Usage and exit codes")
struct UsageTests {
    @Test(
        "Help is no error, for the command and each of its parts",
        arguments: [
            [], ["train"], ["evaluate"], ["predict"], ["inspect"], ["verify"], ["convert-checkpoint"], ["environments"],
            ["settings"], ["tune"], ["results"], ["export"],
        ])
    func help(_ command: [String]) throws {
        let scratch = try Scratch()
        let outcome = try scratch.done(command + ["--help"])
        #expect(outcome.output.contains("USAGE: rein"))
        #expect(outcome.output.contains("rein " + (command.first ?? "train")))
        #expect(outcome.errors.isEmpty)
    }

    @Test(
        "Wrong usage exits with 2, says why on standard error, and makes nothing",
        arguments: [
            (["fly"], "fly"),
            (["train", "--no-such-option"], "--no-such-option"),
            (["train", "--environment", "CartPole-v2", "--quiet"], "CartPole-v1"),
            (["train", "--algorithm", "pp", "--quiet"], "\"ppo\""),
            (["train", "--set", "discout=0.9"], "\"discount\""),
            (["train", "--set", "network.hiden=[8]"], "\"network.hidden\""),
            (["train", "--set", "discount=1.5"], "discount"),
            (["train", "--set", "discount=often"], "discount"),
            (["train", "--set", "discount"], "key=value"),
            (["train", "--seed", "-1"], "--seed"),
            (["train", "--threads", "0"], "--threads"),
            (["train", "--checkpoint-every", "0"], "--checkpoint-every"),
            (["train", "--environment", "Pendulum-v1"], "--stop-steps"),
            (["train", "--policies", "a/b"], "a/b"),
            (["train", "--policies", "a", "--mapping", "*=b"], "\"b\""),
            (["train", "--mapping", "nonsense"], "pattern=policy"),
            (["train", "--resume", "somewhere", "--algorithm", "dqn"], "--algorithm"),
            (["train", "--resume", "somewhere", "--preset", "zoo/CartPole-v1"], "--preset"),
            (["convert-checkpoint", "a", "b", "--to", "pickle"], "native"),
            (["convert-checkpoint", "a", "b"], "--to"),
            (["evaluate"], "<checkpoint>"), (["settings", "pp"], "\"ppo\""),
        ])
    func wrongUsage(_ arguments: [String], _ word: String) throws {
        let scratch = try Scratch()
        let outcome = try CommandProcess(arguments, in: scratch.directory).wait()
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(word), "\(outcome.errors)")
        #expect(!scratch.exists("runs"))
    }

    @Test(
        "A path that leads nowhere is wrong usage, and is named",
        arguments: [
            ["evaluate", "nowhere"], ["predict", "nowhere"], ["inspect", "nowhere"], ["verify", "nowhere"],
            ["convert-checkpoint", "nowhere", "there", "--to", "msgpack"], ["train", "--resume", "nowhere"],
            ["train", "--config", "nowhere"], ["extract", "nowhere", "there"], ["merge", "there", "nowhere"],
            ["results", "nowhere"], ["export", "nowhere", "there", "--to", "onnx"],
        ])
    func missing(_ arguments: [String]) throws {
        let scratch = try Scratch()
        let outcome = try CommandProcess(arguments, in: scratch.directory).wait()
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(": nowhere: there is no such "), "\(outcome.errors)")
        #expect(!scratch.exists("there"))
    }

    @Test("A directory without a checkpoint is said to be neither checkpoint nor run")
    func emptyDirectory() throws {
        let scratch = try Scratch()
        let outcome = try scratch.rein("inspect", ".")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("rllib_checkpoint.json"))
        #expect(outcome.errors.contains("checkpoint_000000"))
    }

    @Test("The version is that of the library")
    func version() throws {
        #expect(try Scratch().done(["--version"]).output == ReinVersion.current + "\n")
    }

    @Test("Completion scripts know environments and formats", arguments: ["bash", "zsh", "fish"])
    func completions(_ shell: String) throws {
        let scratch = try Scratch()
        let script = try scratch.done(["--generate-completion-script", shell]).output
        #expect(script.contains("CartPole-v1"))
        #expect(script.contains("msgpack"))
    }
}
