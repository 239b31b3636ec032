import ArgumentParser
import Rein

/// `rein extract`: one policy of many, alone.
struct ExtractCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract",
        abstract: "Make a checkpoint of one policy.",
        discussion: """
            The policy checkpoint holds all that the algorithm's checkpoint has of the policy but its replay, the files in \
            its folder model included. DESTINATION \
            must not exist, unless --force replaces a checkpoint. For several policies in one checkpoint see rein merge.

              rein extract runs/CartPole-v1-ppo-seed0 champion
              rein extract CHECKPOINT --policy pol7 pol7
            """)

    @Argument(
        help: "An algorithm checkpoint, or the directory of a run (then its newest checkpoint).",
        completion: .directory)
    var checkpoint: String

    @Argument(help: "The directory to make.", completion: .directory)
    var destination: String

    @OptionGroup var policy: PolicyOption

    @Option(help: "The format to write. (default: that of the checkpoint)")
    var format: FormatArgument?

    @OptionGroup var place: DestinationOptions

    func run() throws {
        let directory = try CheckpointDirectory(opening: CheckpointArgument.resolve(checkpoint))
        let saved = SavedCheckpoint(DirectorySource(directory))
        guard directory.kind == .algorithm, let id = try policy.choose(in: directory) else {
            throw ValidationError("\(directory.path) is a checkpoint of a single policy already")
        }
        let state = try saved.policy(id)
        do { _ = try Policy(restoring: state) } catch { throw error.nested(under: directory.location(of: id)) }
        let format = format?.format ?? directory.format
        let report = try place.makeCheckpoint(at: destination) { replacingExisting in
            try CheckpointDirectory.writePolicy(
                state, to: destination, format: format, models: saved.models(of: id),
                replacingExisting: replacingExisting)
        }
        try StandardStream.output.writeLine(
            "\(destination): policy \"\(id)\", \(format.rawValue), from \(directory.path)")
        try RLlibNotice.write(report)
    }
}
