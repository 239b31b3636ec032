import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Fills a folder with checkpoints, and is killed on the way by those who start it: each start checks what the one before
/// has left, and goes on after the latest checkpoint.
///
/// On the way it does whatever a store can do: it holds a checkpoint that no longer stays, gives up one that was begun,
/// and notes something about two that stay. Every other one is of a policy, whose files a manifest lists.
struct StoreProbe {
    /// How many checkpoints there are at the end, numbered from 1 however often their making was begun anew.
    let total: Int
    private let folder: String
    private let store: CheckpointStore

    private static let numToKeep = 2
    /// The checkpoints about which something is noted.
    private static let noted: Set<Int64> = [1, 4]

    /// Opens the folder, and checks that nothing is in it but what may be.
    init(folder: String, total: Int) throws {
        self.folder = folder
        self.total = total
        let highest = try Self.highestIndex(in: folder)
        store = try CheckpointStore(
            at: folder, config: CheckpointConfig(numToKeep: Self.numToKeep, scoreAttribute: "score"))
        guard store.nextIndex > highest else {
            throw Self.finding("index \(store.nextIndex) was used before")
        }
        let warnings = store.takeWarnings()
        guard warnings.isEmpty else { throw Self.finding("warns of \(warnings)") }
        try check()
        let latest = try store.latest.map { try Self.number(of: $0) } ?? 0
        Self.say("opened \(latest)")
    }

    /// Makes the checkpoints that are missing, and checks once more.
    func run() throws {
        var number = try store.latest.map { try Self.number(of: $0) } ?? 0
        try note()
        while number < Int64(total) {
            number += 1
            if number == 3 { try giveUp(number) }
            if number == 4, let second = try store.checkpoints.first(where: { try Self.number(of: $0) == 2 }) {
                let hold = try store.hold(second.index)
                try add(number)
                guard try LocalFile.isDirectory(second.path) else { throw Self.finding("what is held was deleted") }
                hold.release()
            } else {
                try add(number)
            }
            try note()
        }
        try check(isEnd: true)
        Self.say("done \(number)")
    }

    private func add(_ number: Int64) throws {
        try store.add(metrics: ["number": .int(number), "score": .int(Self.score(number))]) { path in
            try Self.checkpoint(number).write(to: path)
        }
    }

    /// Begins a checkpoint that comes to nothing.
    private func giveUp(_ number: Int64) throws {
        struct GivenUp: Error {}
        do {
            try store.add(metrics: [:]) { path in
                try Self.checkpoint(number).write(to: path)
                throw GivenUp()
            }
        } catch is GivenUp {}
    }

    private func note() throws {
        for stored in store.checkpoints {
            let number = try Self.number(of: stored)
            guard Self.noted.contains(number) else { continue }
            var checkpoint = try store.checkpoint(stored.index)
            if try checkpoint.metadata().isEmpty { try checkpoint.setMetadata(Self.notes(number)) }
        }
    }
}

/// What must hold at each start and at the end.
extension StoreProbe {
    /// Checks which checkpoints there are, that they are whole, and that nothing else is.
    private func check(isEnd: Bool = false) throws {
        let latest = try store.latest.map { try Self.number(of: $0) } ?? 0
        let numbers = try store.checkpoints.map { try Self.number(of: $0) }
        guard numbers == Self.retained(after: latest) else {
            throw Self.finding("\(numbers) are there after \(latest)")
        }
        for stored in store.checkpoints {
            let number = try Self.number(of: stored)
            let checkpoint = try Checkpoint(directory: stored.path)
            try checkpoint.verify()
            guard try checkpoint.dictionary() == Self.checkpoint(number).dictionary() else {
                throw Self.finding("\(stored.path) holds something else than it was made of")
            }
            let notes = try checkpoint.metadata()
            guard notes == Self.notes(number) || (notes.isEmpty && !(isEnd && Self.noted.contains(number))) else {
                throw Self.finding("\(stored.path) has the metadata \(notes)")
            }
            for name in try LocalFile.names(in: stored.path) where name.contains("partial") {
                throw Self.finding("\(stored.path)/\(name) stays")
            }
        }
        let expected = Set(store.checkpoints.map { lastComponent(of: $0.path) } + [".checkpoints.jsonl", ".lock"])
        let names = Set(try LocalFile.names(in: folder))
        guard names == expected else {
            throw Self.finding("\(names.symmetricDifference(expected).sorted()) should not, or should, be there")
        }
    }

    /// The numbers that stay: the best ones and the latest.
    private static func retained(after latest: Int64) -> [Int64] {
        let numbers = (0..<latest).map { $0 + 1 }
        let best = numbers.sorted { score($0) > score($1) }.prefix(numToKeep)
        return numbers.filter { best.contains($0) || $0 == latest }
    }

    /// The highest index that was ever used, by the lines of the journal and the names in the folder; −1 when none was.
    private static func highestIndex(in folder: String) throws -> Int {
        var highest = -1
        for name in try LocalFile.names(in: folder) {
            // Also hidden ones: `.checkpoint_000003.partial-…`.
            guard let mark = name.split(separator: ".").first, mark.hasPrefix("checkpoint_") else { continue }
            highest = max(highest, Int(mark.dropFirst("checkpoint_".count)) ?? -1)
        }
        let path = "\(folder)/.checkpoints.jsonl"
        guard try LocalFile.exists(path) else { return highest }
        let text = String(decoding: try LocalFile.read(path, limit: 1 << 20), as: UTF8.self)
        // What follows the last end of a line was never noted.
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let digits = line.drop { !$0.isNumber }.prefix(while: \.isNumber)
            highest = max(highest, Int(digits) ?? -1)
        }
        return highest
    }
}

/// What the checkpoints are made of.
extension StoreProbe {
    private static func number(of stored: StoredCheckpoint) throws -> Int64 {
        Int64(try StateReader(stored.metrics).child("number").int())
    }

    /// Each number below 7 has another score, and so on; of equal scores, the newer one is the better.
    private static func score(_ number: Int64) -> Int64 { number * 5 % 7 * 1000 + number }

    private static func notes(_ number: Int64) -> StateMap {
        noted.contains(number) ? ["about": .int(number)] : [:]
    }

    private static func checkpoint(_ number: Int64) throws -> Checkpoint {
        guard number.isMultiple(of: 2) else { return try Checkpoint(dictionary: ["number": .int(number)]) }
        return Checkpoint(policy: ["number": .int(number)])
    }

    private static func finding(_ message: String) -> StateError { StateError(.malformed, message, path: "FINDING") }

    /// Writes a line at once: what a killed process has said is not lost.
    private static func say(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}
