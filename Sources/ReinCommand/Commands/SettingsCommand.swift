import ArgumentParser
import Rein

/// `rein settings`: what can be set.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "List the settings of the methods, which rein train --set takes.",
        discussion: """
            For each: the key, the type, the default, the range, what it is, and when a changed value takes effect in \
            training that goes on from a checkpoint: at once; with new environments, whose episodes begin anew; or \
            never, where it is fixed by what is stored. Some combinations of settings are refused although each is in \
            its range. A number or schedule is written 1e-3 or [[0, 1e-3], [100000, 0]], which is a straight line from \
            step to step.

              rein settings
              rein settings ppo
              rein settings dqn --json
            """)

    @Argument(
        help: "The method. (default: all of them)", completion: .list(AlgorithmKind.all.map { $0.name.lowercased() }))
    var algorithm: String?

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let methods = try algorithm.map { name in [try asUsageError { try AlgorithmKind.named(name) }] }
        let shown = methods ?? AlgorithmKind.all
        if json {
            let list = shown.map { method -> StateTree in
                ["algorithm": .string(method.name), "settings": .list(method.settings.map(\.description))]
            }
            return try StandardStream.output.writeLine(JSON.text(.list(list), pretty: true))
        }
        try StandardStream.output.writeLine(shown.map(Self.text).joined(separator: "\n\n"))
    }

    /// The settings of a method, what each is below its row of the table.
    private static func text(of method: AlgorithmKind) -> String {
        var table = TextTable(["\(method.name)", "type", "default", "range", "takes effect"])
        for setting in method.settings {
            table.add([
                setting.key, setting.type.description, JSON.text(setting.defaultValue), setting.range.description,
                setting.effect.words,
            ])
        }
        let lines = table.text().split(separator: "\n")
        let rows = zip(lines.dropFirst(), method.settings).map { line, setting in
            setting.summary.isEmpty ? "\(line)" : "\(line)\n    \(setting.summary)"
        }
        return (lines.prefix(1).map(String.init) + rows).joined(separator: "\n")
    }
}

extension SettingEffect {
    /// When, in a few words.
    fileprivate var words: String {
        switch self {
        case .atOnce: "at once"
        case .newEnvironments: "with new environments"
        case .fixed: "fixed"
        }
    }
}

extension Setting {
    /// The setting as data: the range in words, and by its ends or its words where it has them.
    fileprivate var description: StateTree {
        var map: StateMap = [
            "key": .string(key),
            "type": .string(type.name),
            "allowsNull": .bool(type.allowsNull),
            "default": defaultValue,
            "range": .string(range.description),
        ]
        for (key, value) in range.bounds { map[key] = value }
        map["effect"] = .string(effect.rawValue)
        map["summary"] = .string(summary)
        return .map(map)
    }
}

extension SettingRange {
    /// The ends of a range of numbers, and what there is to choose from.
    fileprivate var bounds: StateMap {
        switch self {
        case .any, .positive, .lists: [:]
        case .atLeast(let minimum): ["minimum": .int(Int64(minimum))]
        case .integers(let range):
            ["minimum": .int(Int64(range.lowerBound)), "maximum": .int(Int64(range.upperBound))]
        case .numbers(let range): ["minimum": .double(range.lowerBound), "maximum": .double(range.upperBound)]
        case .notNegative: ["minimum": 0]
        case .words(let words): ["words": .list(words.map { .string($0) })]
        }
    }
}
