import ArgumentParser
import Rein

/// `rein convert-checkpoint`: the same state in other files.
struct ConvertCheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert-checkpoint",
        abstract: "Write a checkpoint anew in another format.",
        discussion: """
            Works on algorithm checkpoints and on policy checkpoints. Nothing is lost: converting back gives the same \
            bytes. DESTINATION must not exist.

              rein convert-checkpoint runs/CartPole-v1-ppo-seed0 cartpole --to msgpack
            """)

    @Argument(
        help: "An algorithm checkpoint, a policy checkpoint, or the directory of a run (then its newest checkpoint).",
        completion: .directory)
    var source: String

    @Argument(help: "The directory to make.", completion: .directory)
    var destination: String

    @Option(help: "The format to write.")
    var to: FormatArgument

    func run() throws {
        let path = try CheckpointArgument.resolve(source)
        try CheckpointDirectory.convert(from: path, to: destination, format: to.format)
        try StandardStream.output.writeLine("\(destination): \(to.format.rawValue), from \(path)")
    }
}
