import Foundation
import ReinCheckpoints
import Testing

@testable import ReinTune

/// The trials of an experiment that Ray wrote down, and what it is to be written from.
enum RecordedExperiment {
    /// The results of a trial, of which there are three.
    static func results(of trial: Int) throws -> [StateMap] { try lines(of: text("result.json", of: trial)) }

    /// The text of a file in the folder of a trial.
    static func text(_ name: String, of trial: Int) throws -> String {
        let url = try #require(
            Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures/experiment/\(trial)"))
        return try String(contentsOf: url, encoding: .utf8)
    }

    /// The maps in a text with one JSON object a line, where NaN and the infinities may be words.
    static func lines(of text: String) throws -> [StateMap] {
        try text.split(separator: "\n").map { line in
            guard case .map(let map) = try JSON.parse(fromPython: Array(line.utf8)) else {
                throw StateError(.malformed, "no object: \(line)")
            }
            return map
        }
    }

    /// A trial as a controller knows it.
    static func record(of trial: Int) throws -> TrialRecord {
        let results = try results(of: trial)
        guard case .map(let configuration)? = results.last?["config"] else { throw StateError(.missingKey, "config") }
        return TrialRecord(
            id: TrialID(experiment: "abcde", index: trial), index: trial, configuration: configuration,
            tag: "\(trial)_lr=0.\(trial + 1)000", status: trial == 2 ? .errored : .terminated,
            lastResult: results.last.map { .map($0) })
    }

    /// What was chosen for a trial.
    static func searched(of trial: Int) throws -> StateMap {
        ["lr": try #require(try record(of: trial).configuration["lr"])]
    }

    /// Writes the records of a trial.
    @discardableResult
    static func write(_ trial: Int, to folder: String, _ options: TrialLog.Options = .init()) throws -> [String] {
        let log = try TrialLog(
            folder: folder, trial: record(of: trial), searched: searched(of: trial), options)
        for result in try results(of: trial) { log.append(result) }
        return log.finish(isOver: true)
    }
}

/// The paths of the event files in a folder, in the order of their names.
func eventFiles(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("events.out.tfevents.") }.sorted()
        .map { "\(folder)/\($0)" }
}

/// The bytes of a file.
func bytes(of path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

/// The text of a file.
func text(of path: String) throws -> String { String(decoding: try bytes(of: path), as: UTF8.self) }
