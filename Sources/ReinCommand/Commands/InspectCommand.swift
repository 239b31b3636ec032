import ArgumentParser
import Rein

/// `rein inspect`: what a checkpoint is.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a checkpoint is: settings, counters, policies, sizes; with --policy every tensor.",
        discussion: """
              rein inspect runs/CartPole-v1-ppo-seed0
              rein inspect runs/CartPole-v1-ppo-seed0 --policy default_policy
              rein inspect runs/CartPole-v1-ppo-seed0 --json
            """)

    @OptionGroup var source: CheckpointArgument
    @OptionGroup var policy: PolicyOption

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let directory = try source.open()
        let id = policy.id == nil ? nil : try policy.choose(in: directory)
        let report = try CheckpointReport(directory, only: id)
        let showsTensors = id != nil || directory.kind == .policy
        try StandardStream.output.writeLine(
            json
                ? JSON.text(report.tree(showsTensors: showsTensors), pretty: true)
                : report.text(showsTensors: showsTensors))
    }
}
