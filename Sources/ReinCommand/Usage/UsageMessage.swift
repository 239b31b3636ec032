import ArgumentParser
import Rein

/// What is said about arguments that the parser does not accept: its own words, and better ones where it is known what
/// was meant.
struct UsageMessage {
    private let command: any ParsableCommand.Type
    private let arguments: [String]

    /// Prepares messages about the arguments of a process, without its name.
    ///
    /// - Parameter command: the command that was reached when the error was found.
    init(of command: any ParsableCommand.Type, arguments: [String]) {
        self.command = command
        self.arguments = arguments
    }

    /// The message, with the usage of the command that was meant.
    func text(_ error: any Error) -> String {
        // The parser's own message does not know the whole name of a subcommand whose arguments could be read and turned
        // out to be wrong later.
        if let wrong = error as? ValidationError, command.configuration.commandName != nil {
            return Self.text(wrong.message, of: command)
        }
        let words = command.message(for: error)
        if let better = improved(words) { return Self.text(better, of: subcommand ?? RootCommand.self) }
        return command.fullMessage(for: error)
    }

    /// The problem, and how the command is used.
    private static func text(_ problem: String, of command: any ParsableCommand.Type) -> String {
        let name = command.configuration.commandName.map { $0 == "rein" ? "rein" : "rein \($0)" } ?? "rein"
        return """
            Error: \(problem)
            Usage: \(RootCommand.usageString(for: command))
              See '\(name) --help' for more information.
            """
    }

    /// What is wrong with the name of a command, or with what `rein help` is asked for; nil when nothing is.
    ///
    /// The parser takes both for a wish for help with `rein` itself.
    func problemWithCommand() -> String? {
        guard var name = arguments.first, !name.hasPrefix("-") else { return nil }
        if name == "help" {
            guard arguments.count > 1, !arguments[1].hasPrefix("-"), arguments[1] != "help" else { return nil }
            name = arguments[1]
            if let third = arguments.dropFirst(2).first, Self.command(named: name) != nil, !third.hasPrefix("-") {
                return Self.text("rein \(name) has no parts, such as \"\(third)\"", of: RootCommand.self)
            }
        }
        guard Self.command(named: name) == nil else { return nil }
        let names = RootCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
        return Self.text(
            unknownName(
                "there is no command \"\(name)\"",
                nearest: OptionOfOthers.command(name) ?? nearestName(to: name, in: names),
                rest: "the commands are \(names.joined(separator: ", "))"),
            of: RootCommand.self)
    }

    private var subcommand: (any ParsableCommand.Type)? { arguments.first.flatMap(Self.command(named:)) }

    private static func command(named name: String) -> (any ParsableCommand.Type)? {
        RootCommand.configuration.subcommands.first { $0.configuration.commandName == name }
    }

    /// Better words for the parser's, where there are some.
    private func improved(_ words: String) -> String? {
        if let option = Self.quoted(in: words, after: "Unknown option '") {
            if let meant = meaning(of: option) { return "there is no option \(option); \(meant)" }
            // The parser finds three changes in a short name few enough.
            let suggestion = Self.quoted(in: words, after: "Did you mean '")
            let nearest = suggestion.flatMap { nearestName(to: option, in: [$0]) }
            return "there is no option \(option)" + (nearest.map { "; did you mean \($0)?" } ?? "")
        }
        if subcommand == TrainCommand.self, let word = Self.quoted(in: words, after: "nexpected argument '") {
            return Self.misplaced(word)
        }
        return nil
    }

    private static func quoted(in words: String, after beginning: String) -> String? {
        guard let range = words.firstRange(of: beginning) else { return nil }
        let name = words[range.upperBound...].prefix { $0 != "'" }
        return name.isEmpty ? nil : String(name)
    }

    /// What an unknown option is here: an option of another name, or a setting.
    private func meaning(of option: String) -> String? {
        if let replacement = OptionOfOthers.replacement(for: option), let subcommand,
            RootCommand.helpMessage(for: subcommand).contains("  \(replacement.prefix { $0 != " " })")
        {
            return "here it is \(replacement)"
        }
        guard subcommand == TrainCommand.self, option.hasPrefix("--") else { return nil }
        let name = String(option.dropFirst(2))
        if let setting = SettingOfOthers.named(name), let key = setting.keys.first {
            return "it is a setting: --set \(key)=VALUE"
        }
        for kind in AlgorithmKind.all {
            guard case .map(let defaults) = kind.defaultSettings else { continue }
            let letters = name.lowercased().filter { $0 != "-" && $0 != "_" }
            if let key = defaults.keys.first(where: { $0.lowercased() == letters }) {
                return "it is a setting: --set \(key)=VALUE"
            }
        }
        return nil
    }

    /// What to do with a word that `rein train` does not expect.
    private static func misplaced(_ word: String) -> String {
        let problem = "rein train takes options alone, not \"\(word)\""
        if AlgorithmKind.all.contains(where: { $0.name.lowercased() == word.lowercased() }) {
            return "\(problem); did you mean --algorithm \(word.lowercased())?"
        }
        if EnvironmentArgument.allValueStrings.contains(word) {
            return "\(problem); did you mean --environment \(word)?"
        }
        if word.hasSuffix(".json") { return "\(problem); did you mean --config \(word)?" }
        if (try? LocalFile.isDirectory(word)) ?? false { return "\(problem); did you mean --resume \(word)?" }
        return problem
    }
}
