import Foundation
import ReinCheckpoints
import ReinTune

/// What the recorded trainables do: count, and report what the script in their settings says.
struct Script {
    var always: StateMap
    var steps: StateMap
    var sleep: Double

    init(_ configuration: StateMap) throws {
        let reader = StateReader(.map(configuration), path: "config")
        func map(_ key: String) throws -> StateMap {
            guard configuration[key] != nil else { return [:] }
            guard case .map(let map) = try reader.child(key).tree else { return [:] }
            return map
        }
        always = try map("always")
        steps = try map("script")
        sleep = configuration["sleep"] == nil ? 0 : try reader.child("sleep").double()
    }

    /// The result of a step. What Ray's users give as metrics and ours as properties becomes such.
    func result(_ n: Int) throws -> StepResult {
        var metrics: StateMap = ["n": .int(Int64(n))]
        for (key, value) in always { metrics[key] = value }
        if case .map(let more)? = steps["\(n)"] { for (key, value) in more { metrics[key] = value } }
        var result = StepResult()
        for (key, value) in metrics {
            switch (key, value) {
            case ("done", .bool(let value)): result.done = value
            case ("should_checkpoint", .bool(let value)): result.shouldCheckpoint = value
            case ("timesteps_this_iter", .int(let value)): result.timestepsThisIteration = Int(value)
            case ("episodes_this_iter", .int(let value)): result.episodesThisIteration = Int(value)
            default: result.metrics[key] = value
            }
        }
        return result
    }
}

/// The recorded class trainable: it writes files of its own, and is an object.
final class FileCounter: DirectoryTrainable, Resettable, Cleaning, Exporting {
    private var script: Script
    private(set) var n = 0
    private(set) var loaded: String?
    private(set) var isClean = false
    private(set) var folder: String?

    init(configuration: StateMap, context: TrainableContext) throws {
        script = try Script(configuration)
        folder = context.folder
    }

    func step() throws -> StepResult {
        n += 1
        if script.sleep > 0 { Thread.sleep(forTimeInterval: script.sleep) }
        return try script.result(n)
    }

    func saveCheckpoint(to directory: String) throws {
        try "\(n)".write(toFile: "\(directory)/state.txt", atomically: false, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: "\(directory)/sub/empty", withIntermediateDirectories: true)
    }

    func loadCheckpoint(from directory: String) throws {
        let text = try String(contentsOfFile: "\(directory)/state.txt", encoding: .utf8)
        guard let number = Int(text) else { throw StateError(.malformed, "no number", path: "state.txt") }
        n = number
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { !$0.hasPrefix(".") }
        loaded = "directory with " + names.sorted().joined(separator: ",")
    }

    func reset(configuration: StateMap, context: TrainableContext) throws {
        if configuration["resettable"] == false { throw StateError(.outOfRange, "refused", path: "resettable") }
        script = try Script(configuration)
        n = 0
    }

    func cleanUp() { isClean = true }

    func exportModel(formats: [String], to directory: String) -> [String: String] {
        Dictionary(uniqueKeysWithValues: formats.map { ($0, directory) })
    }
}

/// The same with a value for its state.
struct ValueCounter: StatefulTrainable {
    private let script: Script
    private(set) var n = 0
    private(set) var loaded: StateMap?

    init(configuration: StateMap, context: TrainableContext) throws { script = try Script(configuration) }

    mutating func step() throws -> StepResult {
        n += 1
        return try script.result(n)
    }

    var state: StateMap { ["n": .int(Int64(n))] }

    mutating func load(_ state: StateReader) throws {
        n = try state.child("n").int()
        if case .map(let map) = state.tree { loaded = map }
    }
}
