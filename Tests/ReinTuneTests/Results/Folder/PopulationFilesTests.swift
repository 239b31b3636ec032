import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct PopulationFilesTests {
    private static let steps: [(TrialID, TrialID)] = [("a", "b"), ("c", "d"), ("c", "a"), ("a", "e"), ("f", "c")]

    private static func entry(_ target: TrialID, _ donor: TrialID) -> PopulationLog.Entry {
        PopulationLog.Entry(
            target: target, donor: donor, targetTag: "\(target)_tag", donorTag: "\(donor)_tag", targetIteration: 1,
            donorIteration: 2, donorConfiguration: ["lr": 0.5], configuration: ["lr": 0.25])
    }

    private static func expectFiles(in folder: String, of log: PopulationLog) throws {
        var expected = log.entries.isEmpty ? [:] : [PopulationLog.fileName: log.text]
        for id in log.trials { expected[PopulationLog.fileName(of: id)] = log.text(of: id) }
        #expect(try files(below: folder).mapValues { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test(
        "After each step the files have what the log has, whatever process writes them and however many steps it is behind"
    )
    func updates() throws {
        for restarts in [Set<Int>(), [1, 3], [0, 1, 2, 3, 4]] {
            for skipped in [Set<Int>(), [0, 2], [1, 2, 3]] {
                try withTemporaryDirectory { folder in
                    var log = PopulationLog()
                    var writer = PopulationFiles(in: folder)
                    try writer.update(log)
                    try Self.expectFiles(in: folder, of: log)
                    for (number, step) in Self.steps.enumerated() {
                        if restarts.contains(number) { writer = PopulationFiles(in: folder) }
                        log.append(Self.entry(step.0, step.1))
                        if skipped.contains(number) { continue }
                        try writer.update(log)
                        try writer.update(log)
                        try Self.expectFiles(in: folder, of: log)
                    }
                }
            }
        }
    }

    @Test("What another process left in the middle is mended, and what could not be written is tried again")
    func trouble() throws {
        try withTemporaryDirectory { folder in
            var log = PopulationLog()
            for step in Self.steps { log.append(Self.entry(step.0, step.1)) }
            let path = "\(folder)/\(PopulationLog.fileName)"
            try "[half".write(toFile: path, atomically: false, encoding: .utf8)
            var writer = PopulationFiles(in: folder)
            try writer.update(log)
            try Self.expectFiles(in: folder, of: log)
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            log.append(Self.entry("g", "a"))
            for _ in 0..<2 { #expect(throws: StateError.self) { try writer.update(log) } }
            try FileManager.default.removeItem(atPath: path)
            try writer.update(log)
            try Self.expectFiles(in: folder, of: log)
        }
    }
}
