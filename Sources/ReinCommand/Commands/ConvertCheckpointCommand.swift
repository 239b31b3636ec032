import ArgumentParser
import Rein
import ReinInterop

/// `rein convert-checkpoint`: the same state in other files.
struct ConvertCheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert-checkpoint",
        abstract: "Write a checkpoint anew in another format.",
        discussion: """
            Works on algorithm checkpoints and on policy checkpoints, of Rein and of RLlib. Nothing is lost: converting \
            back gives the same bytes. RLlib 2.10 opens the files of the format msgpack; policies that it has no equal \
            for are named. The zip file of a Stable-Baselines3 agent (PPO, A2C, TRPO, MaskablePPO, DQN, SAC, TD3 or DDPG \
            with a MlpPolicy), or the folder in which it was unpacked, becomes the checkpoint of a policy that acts like \
            it. DESTINATION must not exist, unless --force replaces a checkpoint.

              rein convert-checkpoint runs/CartPole-v1-ppo-seed0 cartpole --to msgpack
              rein convert-checkpoint agent.zip agent --to native --normalization vecnormalize.pkl
            """)

    @Argument(
        help: """
            An algorithm checkpoint, a policy checkpoint, the directory of a run (then its newest checkpoint), or the zip \
            file of a Stable-Baselines3 agent.
            """,
        completion: .file())
    var source: String

    @Argument(help: "The directory to make.", completion: .directory)
    var destination: String

    @Option(help: "The format to write.")
    var to: FormatArgument

    @Option(
        help: ArgumentHelp(
            "What Stable-Baselines3's VecNormalize saved for the agent; the policy then reads raw observations.",
            valueName: "file"), completion: .file())
    var normalization: String?

    @OptionGroup var place: DestinationOptions

    func run() throws {
        guard try LocalFile.exists(source) else {
            throw CommandFailure.wrongPath(source, "there is no such file or directory")
        }
        guard try LocalFile.isDirectory(source) else {
            return try convert(StableBaselines3Agent(opening: source, normalization: normalization))
        }
        guard try !StableBaselines3Agent.isUnpacked(in: source) else {
            let agent = try Checkpoint(directory: source)
            return try convert(StableBaselines3Agent(restoring: agent, normalization: normalization))
        }
        guard normalization == nil else {
            throw ValidationError("--normalization belongs to an agent of Stable-Baselines3, and \(source) is none")
        }
        let path = try CheckpointArgument.resolve(source)
        // Asked for before the source may be replaced.
        let checkpoint = try SavedCheckpoint(opening: path)
        let problems = try checkpoint.trainingProblems()
        let report = try place.makeCheckpoint(at: destination) { replacingExisting in
            try checkpoint.convert(to: destination, format: to.format, replacingExisting: replacingExisting)
        }
        try StandardStream.output.writeLine("\(destination): \(to.format.rawValue), from \(path)")
        for (id, problem) in problems {
            let name = id.map { "policy \"\($0)\"" } ?? "the policy"
            try StandardStream.error.writeLine("\(name) can act, but training will not go on from it: \(problem)")
        }
        try RLlibNotice.write(report)
    }

    /// Makes a checkpoint of the policy of an agent of Stable-Baselines3.
    private func convert(_ agent: StableBaselines3Agent) throws {
        let report = try place.makeCheckpoint(at: destination) { replacingExisting in
            try CheckpointDirectory.writePolicy(
                agent.policy.state, to: destination, format: to.format, replacingExisting: replacingExisting)
        }
        try StandardStream.output.writeLine(
            "\(destination): \(to.format.rawValue), from \(source) (\(agent.method) of Stable-Baselines3"
                + "\(agent.version.map { " \($0)" } ?? ""))")
        if case .oneHot(let counts) = agent.observationEncoding {
            let width = Wording.count(counts.reduce(0, +), "number", "numbers")
            try StandardStream.error.writeLine(
                "observations are indices there; here they are \(width), 1 at the index and 0 elsewhere")
        }
        try RLlibNotice.write(report)
    }
}
