import ReinCheckpoints
import Testing

@Suite("State maps")
struct StateMapTests {
    @Test("Keys keep their order through setting, replacing and removing", arguments: [3, 12, 13, 14, 100])
    func order(count: Int) {
        var map = StateMap()
        for index in 0..<count { map["key \(index)"] = .int(Int64(index)) }
        map["key 1"] = "replaced"
        map["key 0"] = nil
        map["missing"] = nil
        map["new"] = StateTree.null
        let expected = (1..<count).map { "key \($0)" } + ["new"]
        #expect(map.keys == expected)
        #expect(map.count == count && !map.isEmpty)
        #expect(map["key 1"] == "replaced" && map["key 2"] == 2 && map["new"] == .null && map["key 0"] == nil)
        let isAppended = map.append("new", 1)
        #expect(!isAppended)
        #expect(map["new"] == .null)
    }

    @Test("Equality minds the order, the bits of doubles and the bytes of strings")
    func equality() {
        #expect(["a": 1, "b": 2] as StateTree != ["b": 2, "a": 1])
        #expect(StateTree.double(0) != -0.0)
        #expect(StateTree.double(.nan) == .double(-.nan))
        #expect(StateTree.string("é") != "e\u{301}")
        #expect(["é": 1] as StateTree != ["e\u{301}": 1])
        #expect(StateTree.int(1) != 1.0)
        #expect(
            StateTree.tensor(StateTensor([1] as [Float], shape: [1])) != .tensor(StateTensor([1] as [Float], shape: []))
        )
    }
}

@Suite("State readers")
struct StateReaderTests {
    let reader = StateReader(
        [
            "network": ["layers": [["weight": .tensor(StateTensor([1, 2] as [Float], shape: [2]))]]],
            "step": 3, "rate": 0.5, "null": nil,
        ], path: "policies/pol0")

    @Test("Values are read by key")
    func values() throws {
        #expect(try reader.int("step") == 3)
        #expect(try reader.double("step") == 3)
        #expect(try reader.double("rate") == 0.5)
        #expect(reader.optionalChild("null") == nil && reader.optionalChild("none") == nil)
        #expect(try reader.map().map(\.key) == ["network", "step", "rate", "null"])
        #expect(StateReader(-1).path == "")
        #expect(try StateReader(-1).uint64() == .max)
    }

    @Test("Errors name the place and say what was expected")
    func errors() throws {
        let weight = try reader.child("network").list("layers")[0].child("weight")
        #expect(try weight.floats(shape: [2]) == [1, 2])
        let shape = try #require(throws: StateError.self) { try weight.floats(shape: [2, 1]) }
        #expect("\(shape)" == "policies/pol0/network/layers/0/weight: expected shape [2, 1], found [2]")
        let type = try #require(throws: StateError.self) { try weight.doubles(shape: [2]) }
        #expect("\(type)" == "policies/pol0/network/layers/0/weight: expected elements F64, found F32")
        let missing = try #require(throws: StateError.self) { try reader.int("epoch") }
        #expect(missing == StateError(.missingKey, "required, but missing", path: "policies/pol0/epoch"))
        let kind = try #require(throws: StateError.self) { try reader.int("rate") }
        #expect("\(kind)" == "policies/pol0/rate: expected integer, found double 0.5")
        let unknown = try #require(throws: StateError.self) { try reader.expectKeys(["network", "step"]) }
        #expect(unknown.code == .unknownKey && unknown.path == "policies/pol0/rate")
        #expect(shape.nested(under: "run").path == "run/policies/pol0/network/layers/0/weight")
        #expect(StateError(.malformed, "a\nb\u{1b}[2J").description == "a\\u{a}b\\u{1b}[2J")
    }
}

@Suite("State tensors")
struct StateTensorTests {
    @Test("The shape must fit the bytes")
    func shapes() {
        let shapes: [[Int]] = [[2], [-1, -1], [.max, 4], [.max, 0, .max, .max], [4, 0]]
        for shape in shapes {
            #expect(throws: StateError.self) {
                try StateTensor(elementType: .float32, shape: shape, bytes: StateBytes([1, 2, 3, 4]))
            }
        }
        #expect(throws: Never.self) {
            try StateTensor(elementType: .float32, shape: [], bytes: StateBytes([1, 2, 3, 4]))
        }
    }

    @Test("Numbers are copied out, aligned or not")
    func numbers() throws {
        let bytes = StateBytes([9, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40])
        let tensor = try StateTensor(elementType: .float32, shape: [2], bytes: bytes[1..<9])
        #expect(try tensor.floats() == [1, 2])
        try withUnsafeTemporaryAllocation(of: Float.self, capacity: 2) { buffer in
            try tensor.copy(into: buffer)
            #expect(Array(buffer) == [1, 2])
            #expect(throws: StateError.self) {
                try tensor.copy(into: UnsafeMutableBufferPointer(rebasing: buffer[..<1]))
            }
        }
        #expect(try StateTensor([1, -2] as [Int64], shape: [2]).int64s() == [1, -2])
        #expect(try StateTensor([0.1], shape: [1]).doubles() == [0.1])
        #expect(throws: StateError.self) { try tensor.int64s() }
    }
}
