import ReinCheckpoints
import ReinTune
import Testing

@Suite struct DiagnoseSerializationTests {
    private func lines(_ diagnosis: SerializationDiagnosis) -> [String] { diagnosis.problems.map(\.description) }

    struct Good: Codable {
        var rate = 0.1
        var limit = Double.infinity
        var sizes = [1, 2]
        var names = ["b": 1, "a": 2]
        var word = UInt64.max
        var nothing: Int?
        var tree: StateTree = ["bytes": .bytes([1, 2]), "nan": .double(.nan)]
    }

    @Test("a value that can be saved has no problems")
    func good() {
        let diagnosis = diagnoseSerialization(of: Good())
        #expect(diagnosis.isSerializable && diagnosis.problems.isEmpty && diagnosis.remarks.isEmpty)
        #expect("\(diagnosis)" == "can be saved")
        #expect(diagnoseSerialization(of: 3).isSerializable)
        #expect(diagnoseSerialization(of: [1.5, 2], as: .json).isSerializable)
    }

    private struct Socket: Encodable {
        struct Failure: Error, CustomStringConvertible { let description = "a socket cannot be saved" }
        func encode(to encoder: any Encoder) throws { throw Failure() }
    }

    private struct Log: Encodable {
        func encode(to encoder: any Encoder) throws {
            throw EncodingError.invalidValue(self, .init(codingPath: encoder.codingPath, debugDescription: "a log"))
        }
    }

    private struct Holder: Encodable {
        var rate = 0.5
        var socket = Socket()
        var deeper = ["x": [Log()], "y": []]
        var wide = Int128.max
        var state: StateTree = ["ok": 1]
    }

    @Test("everything that throws is found with its path, not only the first")
    func throwing() {
        let diagnosis = diagnoseSerialization(of: Holder())
        #expect(!diagnosis.isSerializable)
        #expect(lines(diagnosis).prefix(2) == ["socket: a socket cannot be saved", "deeper/x/0: a log"])
        #expect(diagnosis.problems.map(\.path) == ["socket", "deeper/x/0", "wide"])
        #expect("\(diagnosis)".hasPrefix("cannot be saved:\n  socket: a socket cannot be saved\n  deeper/x/0: a log\n"))
    }

    @Test("JSON has no word for numbers that are not finite, bytes and tensors; all are found")
    func json() {
        let tree: StateTree = [
            "a": [1, .double(.nan), .double(-.infinity)], "b": ["c": .bytes([1])],
            "d": .tensor(StateTensor([1, 2] as [Float], shape: [2])), "e": 2.5,
        ]
        #expect(
            lines(diagnoseSerialization(of: tree, as: .json)) == [
                "a/1: JSON has no word for nan", "a/2: JSON has no word for -inf", "b/c: JSON has no bytes",
                "d: JSON has no tensor",
            ])
        #expect(diagnoseSerialization(of: tree).isSerializable)
        #expect(lines(diagnoseSerialization(of: Good(), as: .json)).first == "limit: JSON has no word for inf")
        #expect(lines(diagnoseSerialization(of: ["x": .double(.nan)] as StateMap, as: .json)).count == 1)
    }

    private indirect enum Nest: Codable {
        case end
        case inside([Nest])
    }

    private static func nested(_ depth: Int) -> StateTree {
        (0..<depth).reduce(1) { tree, _ in .list([tree]) }
    }

    @Test("as many lists may lie inside one another as a file holds, and not one more")
    func depth() {
        #expect(diagnoseSerialization(of: Self.nested(128)).isSerializable)
        for form in [SerializationForm.state, .json] {
            for depth in [129, 500] {
                let diagnosis = diagnoseSerialization(of: Self.nested(depth), as: form)
                #expect(diagnosis.problems.count == 1)
                #expect(diagnosis.problems.first?.path.split(separator: "/").count == 128)
            }
        }
        let lists = (0..<100).reduce(Nest.end) { nest, _ in .inside([nest]) }
        #expect(diagnoseSerialization(of: lists).problems.count == 1)
    }

    private final class Ring: Encodable {
        var next: [Ring] = []
        let isSingle: Bool
        init(single: Bool) { isSingle = single }

        func encode(to encoder: any Encoder) throws {
            if isSingle, let next = next.first {
                var container = encoder.singleValueContainer()
                try container.encode(next)
            } else {
                var container = encoder.unkeyedContainer()
                for ring in next { try container.encode(ring) }
            }
        }
    }

    @Test("objects that lead back to themselves come to an end", arguments: [true, false], [1, 2])
    func cycles(single: Bool, branches: Int) {
        let ring = Ring(single: single)
        ring.next = Array(repeating: ring, count: branches)
        let diagnosis = diagnoseSerialization(of: ring)
        #expect(!diagnosis.isSerializable && diagnosis.problems.count <= 1_001)
        ring.next = []
    }

    private struct Twice: Encodable {
        enum Key: String, CodingKey { case a, b }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(1, forKey: .a)
            var nested = container.nestedContainer(keyedBy: Key.self, forKey: .b)
            try nested.encode(1, forKey: .a)
            try nested.encode(2, forKey: .a)
            try container.encode(3, forKey: .a)
        }
    }

    private struct Mixed: Encodable {
        enum Key: String, CodingKey { case a }
        func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode(1)
            var map = encoder.container(keyedBy: Key.self)
            try map.encode(1, forKey: .a)
        }
    }

    @Test("keys that are written twice and containers of two kinds are found, and stop no process")
    func mistakes() {
        #expect(
            lines(diagnoseSerialization(of: ["v": Twice()])) == [
                "v/b/a: is written twice, and only the last value is kept",
                "v/a: is written twice, and only the last value is kept",
            ])
        #expect(
            lines(diagnoseSerialization(of: [Mixed()])) == [
                "0: asks for two kinds of container, and only the first is filled"
            ])
    }

    private struct Forgetful: Codable {
        var kept = 1
        var lost = 2
        var list = [1, 2, 3]
        enum Key: String, CodingKey { case kept, lost, list }

        init() {}

        init(from decoder: any Decoder) throws {
            kept = try decoder.container(keyedBy: Key.self).decode(Int.self, forKey: .kept) + 1
            list = []
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(kept, forKey: .kept)
            if !list.isEmpty { try container.encode(lost, forKey: .lost) }
            try container.encode(list, forKey: .list)
        }
    }

    private struct Unreadable: Codable {
        var a = 1
        init() {}
        init(from decoder: any Decoder) throws {
            _ = try [String: String](from: decoder)
        }
    }

    @Test("what a decoder drops or changes is found")
    func roundTrip() {
        #expect(
            lines(diagnoseSerialization(of: [Forgetful()])) == [
                "0/kept: is integer 1, and integer 2 when read back", "0/lost: is lost when read back",
                "0/list: has 3 elements, and 0 when read back",
            ])
        #expect(
            lines(diagnoseSerialization(of: [Unreadable()])) == [
                "0/a: cannot be read back: expected string, found integer 1"
            ])
    }

    private struct Loose: Codable {
        var tags: Set<Int> = Set(0..<50)
        var table = Dictionary(uniqueKeysWithValues: (0..<50).map { ($0, "\($0)") })
        var pairs = Dictionary(uniqueKeysWithValues: (0..<50).map { (Double($0), $0) })
        var one: Set<Int> = [1]
        var named = ["b": 1, "a": 2]
    }

    @Test("collections without an order can be saved, and are remarked upon")
    func unordered() {
        let diagnosis = diagnoseSerialization(of: Loose())
        #expect(diagnosis.isSerializable)
        #expect(diagnosis.remarks.map(\.path) == ["tags", "table", "pairs"])
    }

    @Test("a million problems are counted up to a limit")
    func many() {
        let tree = StateTree.list(Array(repeating: .double(.nan), count: 100_000))
        let diagnosis = diagnoseSerialization(of: tree, as: .json)
        #expect(diagnosis.problems.count == 1_000)
        #expect(diagnosis.problems.last?.path == "999")
    }
}
