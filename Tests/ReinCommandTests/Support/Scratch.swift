import Foundation
import Rein
import Testing

/// A directory for one test, removed at its end, and `rein` running in it.
final class Scratch {
    /// The directory.
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("rein-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Options that make an iteration 32 steps of a tiny network.
    static let tiny = [
        "--set", "environmentCount=2", "--set", "rolloutLength=16", "--set", "epochs=1", "--set", "minibatchSize=16",
        "--set", "network.hidden=[8]",
    ]

    /// Runs `rein`.
    func rein(_ arguments: String..., input: String = "") throws -> CommandProcess.Outcome {
        try rein(arguments, input: input)
    }

    /// Runs `rein`.
    func rein(_ arguments: [String], input: String = "") throws -> CommandProcess.Outcome {
        try CommandProcess(arguments, in: directory, input: input).wait()
    }

    /// Runs `rein` and expects it to be done.
    @discardableResult
    func done(
        _ arguments: [String], input: String = "", _ location: SourceLocation = #_sourceLocation
    ) throws -> CommandProcess.Outcome {
        let outcome = try CommandProcess(arguments, in: directory, input: input).wait()
        try #require(outcome.code == 0, "\(arguments): \(outcome.errors)", sourceLocation: location)
        return outcome
    }

    /// Trains a few tiny iterations into the run directory `run`.
    @discardableResult
    func train(
        _ run: String, steps: Int = 64, _ more: [String] = [], _ location: SourceLocation = #_sourceLocation
    ) throws -> CommandProcess.Outcome {
        try done(
            ["train", "--output", run, "--stop-steps", "\(steps)", "--quiet"] + Self.tiny + more, location)
    }

    /// The path of a file in the directory.
    func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    /// The text of a file.
    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: directory.appendingPathComponent(name)), as: UTF8.self)
    }

    /// Whether there is a file of this name.
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// All files below a directory with their bytes, by their paths inside it.
    func files(_ name: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        let root = directory.appendingPathComponent(name)
        for path in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
            let file = root.appendingPathComponent(path)
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory)
            if exists, !isDirectory.boolValue { files[path] = try Data(contentsOf: file) }
        }
        return files
    }

    /// Writes a file.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: directory.appendingPathComponent(name))
    }
}

/// The one JSON document that a text is.
func document(_ text: String) throws -> StateReader { StateReader(try JSON.parse(text)) }
