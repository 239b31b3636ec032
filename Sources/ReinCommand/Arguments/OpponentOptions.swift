import ArgumentParser
import Rein

/// Who plays with whom in an evaluation of several agents.
struct OpponentOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Which policy acts for which agent. (default: as saved for evaluation, or as in training)",
            valueName: "pattern=id,..."),
        transform: { try PolicyMapping(parsing: $0) })
    var mapping: PolicyMapping?

    @Option(
        help: ArgumentHelp("A player of this name that acts at random, for --mapping.", valueName: "name"),
        transform: { try PolicyID($0) })
    var random: PolicyID?

    /// The options that are given.
    var given: [String] { [mapping.map { _ in "--mapping" }, random.map { _ in "--random" }].compactMap(\.self) }
}
