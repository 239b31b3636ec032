import ArgumentParser
import Rein

/// `rein merge`: policies of several checkpoints in one.
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Put policies of several checkpoints into one that training can go on from.",
        discussion: """
            A source is a checkpoint of an algorithm, all its policies or those after a colon, by ids or patterns with \
            commas between; or a checkpoint of a policy, which is named like its directory. NAME= before a source of \
            one policy gives it that name.

              rein merge league runs/first runs/second:pol7
              rein merge league 'runs/first:pol[01]' rival=runs/second:pol0 champion=hall/of/fame
              rein merge league runs/first runs/second:pol7 --mapping 'agent_0=pol0,*=pol7'

            Everything but the policies is that of the first source, which must be of an algorithm: method, settings, \
            environment, agents, mapping, counters, running episodes. Added policies act for nobody and are not \
            trained, unless --mapping and --policies-to-train say so, here or at rein train --resume. Each policy \
            brings its optimizer's state, and its replay as far as it is to be trained with the settings it comes from. Those to be \
            trained must have the spaces and the network of the first, and be of its method; the others only act. \
            DESTINATION must not exist, unless --force replaces a checkpoint.
            """)

    @Argument(help: "The directory to make.", completion: .directory)
    var destination: String

    @Argument(
        help: ArgumentHelp("What to put into it.", valueName: "[name=]checkpoint[:policies]"), completion: .directory)
    var sources: [String]

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Which policy acts for which agent, as in agent_[01]=pol0,*=pol1. (default: that of the first checkpoint)",
            valueName: "pattern=id,..."),
        transform: { try PolicyMapping(parsing: $0) })
    var mapping: PolicyMapping?

    @Option(
        help: ArgumentHelp(
            "The policies to improve, by ids or patterns. (default: those of the first checkpoint)", valueName: "ids"),
        transform: { try PolicySelection(parsing: $0) })
    var policiesToTrain: PolicySelection?

    @Option(help: "The format to write. (default: that of the first checkpoint)")
    var format: FormatArgument?

    @Flag(
        name: .customLong("no-sharing"),
        help: "Write every file, instead of sharing with the first checkpoint those that stay the same.")
    var sharesNothing = false

    @OptionGroup var place: DestinationOptions

    func run() throws {
        var checkpoints: [String: SavedCheckpoint] = [:]
        let policies = try sources.flatMap { try MergeSource(parsing: $0).policies(from: &checkpoints) }
        let merged: MergedAlgorithm
        do {
            merged = try MergedAlgorithm(policies, mapping: mapping, policiesToTrain: policiesToTrain)
        } catch let error as MergeError {
            throw ValidationError("\(error)")
        }
        let report: RLlibReport
        do {
            report = try place.makeCheckpoint(at: destination) { replacingExisting in
                try merged.write(
                    to: destination, format: format?.format, sharesFiles: !sharesNothing,
                    replacingExisting: replacingExisting)
            }
        } catch let error as StateError where policies.contains(where: { $0.origin == error.path }) {
            // A whole policy that does not fit; of a damaged one the file is named.
            throw CommandFailure.wrongChoice("\(error)")
        }
        if merged.leavesIterationOut {
            StandardStream.error.log(
                "rein: \(policies[0].checkpoint.path) was saved inside an iteration, the rest of which is left out; "
                    + "environments begin new episodes")
        }
        let words = try CheckpointReport.words(CheckpointDirectory(opening: destination))
        try StandardStream.output.writeLine("\(destination): \(words)")
        try RLlibNotice.write(report)
    }
}
