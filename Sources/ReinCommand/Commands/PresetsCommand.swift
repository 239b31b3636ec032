import ArgumentParser
import Rein

/// `rein presets`: published settings to train with.
struct PresetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "presets",
        abstract: "List published settings that rein train --preset takes.",
        discussion: """
            For each: the method, the number of steps to train for, and the return that its source reports.

              rein presets
              rein presets --json
              rein train --algorithm dqn --preset zoo/CartPole-v1
            """)

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        if json {
            let list = Preset.all.map { preset -> StateTree in
                [
                    "name": .string(preset.name),
                    "algorithm": .string(preset.algorithm),
                    "environment": .string(preset.environment),
                    "steps": .int(Int64(preset.steps)),
                    "reference": preset.reference.map { reference in
                        [
                            "mean": .double(reference.mean),
                            "deviation": reference.deviation.map { .double($0) } ?? .null,
                            "source": .string(reference.source),
                        ]
                    } ?? .null,
                    "configuration": preset.settings,
                ]
            }
            return try StandardStream.output.writeLine(JSON.text(.list(list), pretty: true))
        }
        var table = TextTable(["method", "preset", "steps", "published return", "source"])
        for preset in Preset.all {
            table.add([
                preset.algorithm.lowercased(), preset.name, Wording.grouped(preset.steps),
                preset.reference.map { Self.words($0) } ?? "-", preset.reference?.source ?? "-",
            ])
        }
        try StandardStream.output.writeLine(table.text())
    }

    private static func words(_ reference: Preset.Reference) -> String {
        let mean = Wording.decimal(reference.mean, 1).trimmingZeros
        return reference.deviation.map { "\(mean) ± \(Wording.decimal($0, 1).trimmingZeros)" } ?? mean
    }
}
