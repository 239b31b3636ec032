import Foundation
import ReinTestSupport
import Testing

@testable import ReinCheckpoints

struct EventFileTests {
    @Test("CRC-32C has its check value, and is masked as TensorFlow masks it")
    func checksum() {
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xe306_9283)
        #expect(CRC32C.checksum(Array(repeating: 0, count: 32)) == 0x8a91_36aa)
        let sum: UInt32 = 0xe306_9283
        #expect(EventRecord.maskedChecksum(Array("123456789".utf8)) == (sum >> 15 | sum << 17) &+ 0xa282_ead8)
    }

    @Test("Fields are written as the description of the wire format shows them")
    func wireFormat() {
        var writer = ProtobufWriter()
        writer.integer(1, 150)
        writer.string(2, "testing")
        writer.message(3) { $0.integer(1, 150) }
        writer.integer(1, -2)
        writer.float(5, 1)
        writer.double(1, 1)
        writer.doubles(6, [1])
        writer.bool(16, true)
        let fields = [
            "089601", "120774657374696e67", "1a03089601", "08feffffffffffffffff01", "2d0000803f", "09000000000000f03f",
            "3208000000000000f03f", "800101",
        ]
        let digits = writer.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        #expect(digits.joined() == fields.joined())
    }

    /// The keys that Ray's own writer leaves out.
    private static let left = ["config", "pid", "timestamp", "time_total_s", "training_iteration"]

    /// Results as Ray wrote them, whose bare NaN and Infinity become what they stand for.
    private static func results() throws -> [StateTree] {
        let text = try String(contentsOfFile: fixture("result.json"), encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            let quoted = line.replacingOccurrences(of: ": NaN", with: ": \"NaN\"")
                .replacingOccurrences(of: ": Infinity", with: ": \"Infinity\"")
            guard case .map(var map) = try JSON.parse(quoted) else { throw StateError(.malformed, "no result") }
            for (key, value) in map.entries {
                if value == "NaN" { map[key] = .double(.nan) }
                if value == "Infinity" { map[key] = .double(.infinity) }
            }
            return .map(map)
        }
    }

    private static func fixture(_ name: String) throws -> String {
        try #require(Bundle.module.resourcePath) + "/Fixtures/events/\(name)"
    }

    private static func write(_ results: [StateTree], to directory: String) throws -> EventFile {
        let file = try EventFile(in: directory, host: "host", time: 1_795_874_059.5)
        for result in results {
            let step = try StateReader(result).int("timesteps_total")
            file.append(EventSummary(result, prefix: "ray/tune/", leavingOut: left), step: step, time: 1_795_874_060)
        }
        let hyperparameters = EventHyperparameters(["lr": 0.1], metrics: ["ray/tune/score", "ray/tune/loss"])
        for summary in hyperparameters.summaries(hasSucceeded: true) { file.append(summary, step: 0, time: 1) }
        #expect(file.problem == nil && file.lostCount == 0)
        return file
    }

    @Test("The results of a trial become the tags, steps and values that Ray writes of them")
    func ray() throws {
        try withTemporaryDirectory { directory in
            let file = try Self.write(Self.results(), to: directory)
            #expect(file.path.hasSuffix("/events.out.tfevents.1795874059.host"))
            let ours = try EventReader(Array(Data(contentsOf: URL(fileURLWithPath: file.path))))
            let theirs = try EventReader(Array(Data(contentsOf: URL(fileURLWithPath: Self.fixture("ray.tfevents")))))
            #expect(ours.version == theirs.version)
            func sorted(_ reader: EventReader) -> [EventReader.Value] {
                reader.values.filter { $0.plugin == nil }.sorted { ($0.step, $0.tag) < ($1.step, $1.tag) }
            }
            #expect(sorted(ours) == sorted(theirs))
            #expect(sorted(ours).count > 70)
            #expect(sorted(ours).contains { $0.scalar == .infinity })
            func plugins(_ reader: EventReader) -> [String] {
                reader.values.filter { $0.plugin == "hparams" }.map(\.tag)
            }
            #expect(plugins(ours) == plugins(theirs))
        }
    }

    @Test(
        "TensorBoard reads the file",
        .enabled(
            if: PythonInterpreter(variable: "REIN_TENSORBOARD_PYTHON") != nil,
            "REIN_TENSORBOARD_PYTHON names no Python interpreter with tensorboard"))
    func tensorboard() throws {
        let python = try #require(PythonInterpreter(variable: "REIN_TENSORBOARD_PYTHON"))
        try withTemporaryDirectory { directory in
            let results = try Self.results()
            let file = try Self.write(results, to: directory)
            let values = try EventReader(Array(Data(contentsOf: URL(fileURLWithPath: file.path)))).values
            var scalars: StateMap = [:]
            var histograms: StateMap = [:]
            for value in values {
                func row(_ numbers: [StateTree]) -> StateTree { .list([.int(Int64(value.step))] + numbers) }
                func add(_ row: StateTree, to map: inout StateMap) {
                    let rows: [StateTree] = if case .list(let rows)? = map[value.tag] { rows } else { [] }
                    map[value.tag] = .list(rows + [row])
                }
                if let scalar = value.scalar {
                    let number: StateTree = scalar.isFinite ? .double(Double(scalar)) : .string("inf")
                    add(row([number]), to: &scalars)
                }
                if let histogram = value.histogram { add(row(histogram.map { .double($0) }), to: &histograms) }
            }
            let expected: StateTree = [
                "scalars": .map(scalars), "histograms": .map(histograms), "hparams": ["lr": 0.1],
            ]
            let path = "\(directory)/expected.json"
            try JSON.text(expected).write(toFile: path, atomically: false, encoding: .utf8)
            #expect(python.run(script: "read_events.py", [directory, path]) == 0)
        }
    }

    @Test("A second file of the same second has another name, and odd hosts have a plain one")
    func names() throws {
        try withTemporaryDirectory { directory in
            let paths = try (0..<3).map { _ in try EventFile(in: directory, host: "a/../b", time: 7).path }
            #expect(Set(paths).count == 3)
            #expect(paths.allSatisfy { $0.hasPrefix("\(directory)/events.out.tfevents.7.host") })
            let error = stateError { _ = try EventFile(in: "\(directory)/nowhere", host: "h", time: .nan) }
            #expect(error?.code == .notFound)
        }
    }

    @Test("A log makes its file with the first event, and says where it goes on behind an earlier one")
    func log() throws {
        try withTemporaryDirectory { directory in
            for number in 1...2 {
                var log = EventLog(in: directory)
                log.append([EventSummary(["text": "x"], prefix: "")], step: 1)
                #expect(try files(below: directory).count == number - 1)
                for step in [10 * number, 10 * number + 1] {
                    log.append([EventSummary(["a": 1], prefix: "")], step: step, time: Double(number))
                }
                log.finish()
                #expect(log.takeWarnings() == [])
            }
            let readers = try files(below: directory).sorted { $0.key < $1.key }.map { try EventReader($0.value) }
            #expect(readers.map(\.starts) == [[], [20]])
            #expect(readers.map { $0.values.map(\.step) } == [[10, 11], [20, 21]])
        }
    }

    @Test("A log that cannot make its file says so once, and makes it when it can")
    func trouble() throws {
        try withTemporaryDirectory { directory in
            let place = "\(directory)/later"
            var log = EventLog(in: place)
            let summary = EventSummary(["a": 1], prefix: "")
            for step in 1...3 { log.append([summary], step: step) }
            let warnings = log.takeWarnings()
            #expect(warnings.count == 1 && warnings[0].contains(place))
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
            for step in 4...5 { log.append([summary], step: step) }
            log.finish()
            #expect(log.takeWarnings() == [])
            #expect(try EventReader(files(below: place).values.first ?? []).values.map(\.step) == [4, 5])
        }
    }

    @Test("What is no number is left out, and what holds it, too")
    func leftOut() throws {
        let summary = EventSummary(
            ["text": "a", "nothing": .null, "mixed": [1, "a"], "empty": [], "inner": ["nan": .double(.nan)]],
            prefix: "")
        #expect(summary.isEmpty)
        #expect(EventHistogram([.nan, .infinity]) == nil)
    }

    @Test("All buckets of a histogram together hold all its numbers, each in the right one")
    func histograms() throws {
        let numbers = [-3.5, -1e-13, 0, 0, 1e-12, 2.25, 1e30, -1e30]
        var message = ProtobufWriter()
        try #require(EventHistogram(numbers)).write(to: &message)
        let summary = EventSummary(["h": .list(numbers.map { .double($0) })], prefix: "")
        let reader = try EventReader(EventRecord.framed(summary.event(step: 3, time: 0)))
        #expect(reader.values == [.init(step: 3, tag: "h", histogram: [8, numbers.reduce(0, +)])])
    }
}
