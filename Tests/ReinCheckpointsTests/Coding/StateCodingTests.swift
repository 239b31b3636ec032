import ReinCheckpoints
import Testing

@Suite("Codable bridge")
struct StateCodingTests {
    struct Everything: Codable, Equatable {
        var flag = true
        var name = "pole"
        var small: Int8 = -128
        var signed = Int64.min
        var word = UInt64.max
        var index: UInt = 1 << 63
        var single: Float = 0.1
        var exact = Double.leastNonzeroMagnitude
        var missing: Int?
        var present: Double? = 2
        var nested: Nested? = Nested()
        var absent: Nested?
        var choices: [Choice] = [.plain, .labelled(value: 3), .unlabelled(1, "a")]
        var table = ["b": 1, "a": 2, "c": 3]
        var optionals: [Double?] = [1, nil]
    }

    struct Nested: Codable, Equatable { var depth = 1 }

    enum Choice: Codable, Equatable {
        case plain
        case labelled(value: Int)
        case unlabelled(Int, String)
    }

    @Test("A value survives encoding and decoding exactly")
    func roundTrip() throws {
        let tree = StateEncoder().encode(Everything())
        #expect(try StateDecoder().decode(Everything.self, from: tree) == Everything())
    }

    @Test("The tree says what it holds: order of encoding, explicit nulls, bit patterns, sorted dictionaries")
    func form() throws {
        let tree = StateEncoder().encode(Everything())
        let expected: StateTree = [
            "flag": true, "name": "pole", "small": -128, "signed": .int(.min), "word": -1, "index": .int(.min),
            "single": .double(Double(Float(0.1))), "exact": .double(.leastNonzeroMagnitude), "missing": nil,
            "present": 2.0,
            "nested": ["depth": 1], "absent": nil,
            "choices": [["plain": [:]], ["labelled": ["value": 3]], ["unlabelled": ["_0": 1, "_1": "a"]]],
            "table": ["a": 2, "b": 1, "c": 3], "optionals": [1.0, nil],
        ]
        #expect(tree == expected)
    }

    @Test("Infinite and undefined numbers survive")
    func nonFinite() throws {
        let floats: [Float] = [.infinity, -.infinity, .nan, -0.0]
        let tree = StateEncoder().encode(floats)
        #expect(tree == [.double(.infinity), .double(-.infinity), .double(.nan), .double(-0.0)])
        let decoded = try StateDecoder().decode([Float].self, from: tree)
        #expect(decoded[2].isNaN && decoded[3].sign == .minus && decoded[0] == .infinity)
    }

    static let faults: [(StateTree, StateError.Code, String)] = [
        (["nested": ["depth": "deep"]], .wrongType, "run/nested/depth"),
        (["nested": [:]], .missingKey, "run/nested/depth"),
        (["nested": ["depth": 1.0]], .wrongType, "run/nested/depth"),
        (["nested": []], .wrongType, "run/nested"),
        (["choices": [["plain": [:]], ["odd": [:]]]], .malformed, "run/choices/1"),
        (["choices": [["plain": [:], "labelled": [:]]]], .wrongType, "run/choices/0"),
        (["policy": ["pol0", "a/b"]], .invalidPolicyID, "run/policy/1"),
        (["small": 300], .outOfRange, "run/small"),
    ]

    struct Partial: Codable {
        var nested: Nested?
        var choices: [Choice]?
        var policy: [PolicyID]?
        var small: Int8?
    }

    @Test("A decoding error names the place", arguments: faults)
    func errors(tree: StateTree, code: StateError.Code, path: String) throws {
        let error = try #require(throws: StateError.self) {
            try StateDecoder().decode(Partial.self, from: tree, path: "run")
        }
        #expect(error.path == path)
        if code != .malformed { #expect(error.code == code) }
    }

    @Test("A double may be written as an integer if it is exact")
    func lenientDouble() throws {
        #expect(try StateDecoder().decode([Double].self, from: [3, 0.5]) == [3, 0.5])
        #expect(throws: StateError.self) { try StateDecoder().decode([Double].self, from: [.int(.max)]) }
    }
}
