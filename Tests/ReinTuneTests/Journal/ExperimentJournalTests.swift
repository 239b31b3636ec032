import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct ExperimentJournalTests {
    private static let records: [StateTree] = [
        ["reported": "t0", "score": .double(.nan)], ["decided": ["stop", "t1"], "bytes": .bytes([0, 255])],
        ["made": .map(["rate": 0.1, "low": .double(-.infinity)])], ["text": "two\nlines, é \u{1F600}"],
    ]

    private struct Opened {
        var records: [StateTree] = []
        var experiment = StateTree.null
        var warning: String?
    }

    private static func open(_ folder: String) throws(StateError) -> Opened {
        var opened = Opened()
        var records: [StateTree] = []
        let journal = try ExperimentJournal(openingIn: folder) {
            opened.experiment = $0
        } _: { record in
            records.append(record)
        }
        opened.records = records
        opened.warning = journal.warning
        return opened
    }

    private static func write(to folder: String) throws {
        var journal = try ExperimentJournal(beginningIn: folder, experiment: "abcde")
        try journal.append(Array(records[..<2]), synchronizing: true)
        try journal.append(Array(records[2...]), synchronizing: false)
    }

    private static func file(_ folder: String) -> String { "\(folder)/\(ExperimentJournal.fileName)" }

    /// Two trees are compared as text, since NaN is not equal to itself.
    private static func text(_ records: some Sequence<StateTree>) throws -> [String] {
        try records.map { try TreeLine.text(of: $0) }
    }

    @Test("What was written comes back in its order, also after a journal was opened and goes on")
    func roundTrip() throws {
        try withTemporaryDirectory { folder in
            try Self.write(to: folder)
            var journal = try ExperimentJournal(openingIn: folder) { _ in
            } _: { _ in
            }
            try journal.append([["last": 1]], synchronizing: true)
            let opened = try Self.open(folder)
            #expect(opened.experiment == "abcde" && opened.warning == nil)
            #expect(try Self.text(opened.records) == Self.text(Self.records + [["last": 1]]))
            let error = #expect(throws: StateError.self) {
                _ = try ExperimentJournal(beginningIn: folder, experiment: "x")
            }
            #expect(error?.code == .alreadyExists)
        }
    }

    @Test("Cut anywhere, a journal is what it was some lines before, or no journal")
    func cuts() throws {
        try withTemporaryDirectory { folder in
            try Self.write(to: folder)
            let whole = try Data(contentsOf: URL(fileURLWithPath: Self.file(folder)))
            var counts: Set<Int> = []
            for length in 0..<whole.count {
                try whole.prefix(length).write(to: URL(fileURLWithPath: Self.file(folder)))
                let lines = whole.prefix(length).count { $0 == 10 }
                guard lines > 0 else {
                    #expect(#expect(throws: StateError.self) { _ = try Self.open(folder) }?.code == .malformed)
                    continue
                }
                let opened = try Self.open(folder)
                #expect(try Self.text(opened.records) == Self.text(Self.records.prefix(lines - 1)))
                let isTorn = whole[length - 1] != 10
                #expect((opened.warning != nil) == isTorn)
                // What was dropped is gone for good.
                #expect(try Self.open(folder).warning == nil)
                counts.insert(lines)
            }
            #expect(counts == [1, 2, 3, 4])
        }
    }

    @Test("A flipped bit is an error that names the line, but in the last one, which is dropped and said")
    func flips() throws {
        try withTemporaryDirectory { folder in
            try Self.write(to: folder)
            let whole = try Data(contentsOf: URL(fileURLWithPath: Self.file(folder)))
            let lastLine = whole.dropLast().lastIndex(of: 10)! + 1
            for place in whole.indices {
                for bit in [0, 3, 7] {
                    var damaged = whole
                    damaged[place] ^= 1 << UInt8(bit)
                    try damaged.write(to: URL(fileURLWithPath: Self.file(folder)))
                    // Without the end of the line before, both are one damaged line.
                    if place >= lastLine - 1 {
                        let opened = try Self.open(folder)
                        let dropped = place == lastLine - 1 ? 2 : 1
                        #expect(opened.records.count == Self.records.count - dropped && opened.warning != nil)
                    } else {
                        let error = #expect(throws: StateError.self) { _ = try Self.open(folder) }
                        #expect(error?.path.contains(", line ") == true, "byte \(place), bit \(bit): \(error as Any)")
                    }
                }
            }
        }
    }

    @Test("Lines that are there twice, are missing, or are of a newer version are errors that say so")
    func mistakes() throws {
        try withTemporaryDirectory { folder in
            try Self.write(to: folder)
            let path = Self.file(folder)
            let whole = try String(contentsOfFile: path, encoding: .utf8)
            let lines = whole.split(separator: "\n").map(String.init)
            func error(_ text: String) throws -> StateError? {
                try text.write(toFile: path, atomically: false, encoding: .utf8)
                return #expect(throws: StateError.self) { _ = try Self.open(folder) }
            }
            #expect(try error(whole + whole)?.message.contains("twice") == true)
            let missing = (lines[..<2] + lines[3...]).joined(separator: "\n") + "\n"
            #expect(try error(missing)?.message.contains("missing") == true)
            let newer = try JournalLine(number: 0, record: ["journal": 2, "experiment": "e", "new": 1]).text() + "\n"
            #expect(try error(newer)?.code == .unsupportedVersion)
            #expect(try error("")?.code == .malformed)
            #expect(try error("{}\n")?.code == .malformed)
            try FileManager.default.removeItem(atPath: path)
            #expect(#expect(throws: StateError.self) { _ = try Self.open(folder) }?.code == .notFound)
        }
    }

    @Test("A tensor cannot be written down, and nothing of its turn is")
    func tensors() throws {
        try withTemporaryDirectory { folder in
            var journal = try ExperimentJournal(beginningIn: folder, experiment: "e")
            let tensor = StateTree.tensor(StateTensor([1, 2] as [Float], shape: [2]))
            let error = #expect(throws: StateError.self) {
                try journal.append([["a": 1], ["b": tensor]], synchronizing: false)
            }
            #expect(error?.code == .wrongType)
            try journal.append([["c": 1]], synchronizing: false)
            #expect(try Self.open(folder).records == [["c": 1]])
        }
    }
}
