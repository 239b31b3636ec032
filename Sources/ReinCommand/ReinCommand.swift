import ArgumentParser

/// The `rein` command.
@main
struct ReinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rein", abstract: "Reinforcement learning in Swift.")
}
