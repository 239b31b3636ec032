import ReinCheckpoints
import Testing

@testable import ReinInterop

@Suite("Reading pickles without running them")
struct PickleReaderTests {
    static func read(_ bytes: [UInt8], globals: Set<String> = []) throws -> PickleView {
        PickleView(try PickleReader.read(bytes, globals: globals), path: "")
    }

    @Test("Plain values are read, integers of every width among them")
    func values() throws {
        // {"a": [1, -2, 300, 70000, 2**40, -2**63, 0.5, None, True, "é", b"\xff"], "b": (1, (2, 3))}
        var body: [UInt8] = [0x80, 2] + PickleBytes.emptyDictionary + PickleBytes.mark + [0x58, 1, 0, 0, 0, 0x61]
        body += PickleBytes.emptyList + PickleBytes.mark + [0x4b, 1, 0x4a, 0xfe, 0xff, 0xff, 0xff, 0x4d, 0x2c, 1]
        body += [0x4a, 0x70, 0x11, 1, 0, 0x8a, 6, 0, 0, 0, 0, 0, 1, 0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x80]
        body += [0x47, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0, 0x4e, 0x88, 0x8c, 2, 0xc3, 0xa9, 0x43, 1, 0xff, 0x65]
        body += PickleBytes.text("b") + [0x4b, 1, 0x4b, 2, 0x4b, 3, 0x86, 0x86, 0x75] + PickleBytes.stop
        let expected: StateTree = [
            "a": [1, -2, 300, 70_000, 1_099_511_627_776, .int(.min), 0.5, nil, true, "é", .bytes([255])],
            "b": [1, [2, 3]],
        ]
        let same = try Self.read(body).tree() == expected
        #expect(same)
        // 2**64 is too wide for a tree, and read all the same: random generators hold such numbers.
        let wide: [UInt8] = [0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1] + PickleBytes.stop
        #expect(try Self.read(wide).kind == "integer of more than 64 bits")
        #expect(throws: StateError.self) { try Self.read(wide).tree() }
    }

    @Test("A global that is not on the list is refused by its name and place, however it is written")
    func globals() {
        let plain = PickleBytes.global("os", "system")
        let stacked = PickleBytes.text("os") + PickleBytes.text("system") + [0x93]
        for call in [plain, stacked] {
            let bytes = [0x80, 4] + call + PickleBytes.tuple([PickleBytes.text("true")]) + PickleBytes.reduce
            let error = stateError { _ = try Self.read(bytes + PickleBytes.stop, globals: ["os.path"]) }
            #expect(error?.code == .unsupportedFormat)
            #expect(error?.message.contains("os.system") == true)
            #expect(error?.message.hasPrefix("pickle, byte \(call == plain ? 2 : 14):") == true)
        }
    }

    @Test("A call of a global on the list is written down, not made")
    func records() throws {
        let call = PickleBytes.global("some", "thing") + PickleBytes.tuple([PickleBytes.text("argument")])
        let view = try Self.read(
            call + PickleBytes.reduce + PickleBytes.text("state") + PickleBytes.build + PickleBytes.stop,
            globals: ["some.thing"])
        #expect(view.recordName == "some.thing")
        #expect(try view.arguments(first: 1)[0].string() == "argument")
        #expect(try view.state().string() == "state")
        #expect(throws: StateError.self) { try view.tree() }
    }

    @Test("What lies in a class is named as protocols before 4 do it, and let in by its own name only")
    func attributes() throws {
        func call(_ owner: [UInt8], _ name: [UInt8]) -> [UInt8] {
            PickleBytes.global("builtins", "getattr") + PickleBytes.tuple([owner, name]) + PickleBytes.reduce
        }
        let part = call(PickleBytes.global("some", "Thing"), PickleBytes.text("part"))
        let made = part + PickleBytes.tuple([PickleBytes.text("argument")]) + PickleBytes.reduce + PickleBytes.stop
        let view = try Self.read(made, globals: ["some.Thing", "some.Thing.part"])
        #expect(view.recordName == "some.Thing.part")
        #expect(try view.arguments(first: 1)[0].string() == "argument")
        let error = stateError { _ = try Self.read(made, globals: ["some.Thing"]) }
        #expect(error?.code == .unsupportedFormat && error?.message.contains("some.Thing.part") == true)
        #expect(stateError { _ = try Self.read(made, globals: ["some.Thing.part"]) }?.code == .unsupportedFormat)
        let record = PickleBytes.global("some", "Thing") + PickleBytes.emptyTuple + PickleBytes.reduce
        for attack in [
            call(record, PickleBytes.text("part")), call(PickleBytes.none, PickleBytes.text("part")),
            call(PickleBytes.global("some", "Thing"), PickleBytes.none),
            call(PickleBytes.global("some", "Thing"), PickleBytes.text("__globals__")),
            call(PickleBytes.global("builtins", "getattr"), PickleBytes.text("part")),
            PickleBytes.global("builtins", "getattr") + PickleBytes.emptyTuple + PickleBytes.reduce,
        ] {
            let error = stateError { _ = try Self.read(attack + PickleBytes.stop, globals: ["some.Thing"]) }
            #expect(error?.code == .unsupportedFormat, "\(String(describing: error))")
        }
    }

    @Test("Every byte that is no opcode on the list is refused by name or number")
    func opcodes() {
        for byte in UInt8.min...UInt8.max where PickleOpcode(rawValue: byte) == nil {
            let error = stateError { _ = try Self.read([0x80, 4, byte, 0, 0, 0, 0, 0, 0, 0, 0]) }
            let name = PickleOpcode.refusedName(byte)
            #expect(error?.code == (name == nil ? .malformed : .unsupportedFormat))
            #expect(error?.message.contains(name ?? "0x\(String(byte, radix: 16))") == true)
            #expect(error?.message.hasPrefix("pickle, byte 2:") == true)
        }
        #expect(throws: StateError.self) { try Self.read(PickleBytes.none + [0x51] + PickleBytes.stop) }
        #expect(throws: StateError.self) { try Self.read([0x80, 6] + PickleBytes.none + PickleBytes.stop) }
    }

    @Test("Lengths that reach beyond the end are refused before anything is allocated")
    func lengths() {
        let huge = [UInt8](repeating: 0xff, count: 8)
        for opcode: UInt8 in [0x8d, 0x8e, 0x95, 0x96] {
            #expect(throws: StateError.self) { try Self.read([opcode] + huge + PickleBytes.stop) }
            #expect(throws: StateError.self) {
                try Self.read([opcode] + huge.dropLast() + [0x7f] + PickleBytes.stop)
            }
        }
        for opcode: UInt8 in [0x58, 0x42, 0x8b] {
            #expect(throws: StateError.self) { try Self.read([opcode] + huge.prefix(4) + PickleBytes.stop) }
        }
    }

    @Test("A place in the memo may have any number and costs nothing")
    func memo() throws {
        let key: [UInt8] = [0xff, 0xff, 0xff, 0xff]
        let bytes = PickleBytes.none + [0x72] + key + [0x6a] + key + [0x86]
        let elements = try Self.read(bytes + PickleBytes.stop).elements()
        #expect(elements.count == 2)
        #expect(throws: StateError.self) { try Self.read([0x6a] + key + PickleBytes.stop) }
        #expect(throws: StateError.self) { try Self.read([0x94] + PickleBytes.stop) }
    }

    @Test("More values than any agent needs are refused")
    func flood() {
        let bytes = [UInt8](repeating: 0x4e, count: PickleReader.maximumValues + 1)
        let error = stateError { _ = try Self.read(PickleBytes.mark + bytes + PickleBytes.tuple + PickleBytes.stop) }
        #expect(error?.code == .outOfRange)
        let puts = [UInt8](repeating: 0x94, count: PickleReader.maximumValues + 1)
        #expect(stateError { _ = try Self.read(PickleBytes.none + puts + PickleBytes.stop) }?.code == .outOfRange)
        let marks = [UInt8](repeating: PickleBytes.mark[0], count: PickleReader.maximumValues + 1)
        #expect(stateError { _ = try Self.read(marks) }?.code == .outOfRange)
    }

    @Test("Values that lie very deep, or in themselves, are read, and refused where somebody would follow them")
    func depth() throws {
        let count = 100_000
        let deep =
            [UInt8](repeating: PickleBytes.emptyList[0], count: count)
            + [UInt8](repeating: PickleBytes.append[0], count: count - 1)
        let view = try Self.read(deep + PickleBytes.stop)
        #expect(try view.elements().count == 1)
        #expect(stateError { _ = try view.tree() }?.code == .outOfRange)

        let circle = PickleBytes.emptyList + PickleBytes.put(0) + PickleBytes.get(0) + PickleBytes.append
        let itself = try Self.read(circle + PickleBytes.stop)
        #expect(stateError { _ = try itself.tree() }?.code == .outOfRange)
    }

    @Test("Lists of lists of one list do not grow into a tree")
    func laughter() throws {
        var bytes = PickleBytes.emptyList + PickleBytes.put(0)
        for level: UInt8 in 1...12 {
            let many = [[UInt8]](repeating: PickleBytes.get(level - 1), count: 16).flatMap { $0 }
            bytes += PickleBytes.emptyList + PickleBytes.mark + many + [0x65] + PickleBytes.put(level)
        }
        let view = try Self.read(PickleBytes.mark + bytes + PickleBytes.tuple + PickleBytes.stop)
        #expect(stateError { _ = try view.tree() }?.code == .outOfRange)
    }

    @Test("Of what one value can be put in many places, no more is looked at than any agent has")
    func looks() throws {
        func nones(_ count: Int) -> [[UInt8]] { [[UInt8]](repeating: PickleBytes.none, count: count) }
        func record(_ count: Int) throws -> PickleView {
            let call = PickleBytes.global("some", "thing") + PickleBytes.tuple(nones(count)) + PickleBytes.reduce
            return try Self.read(call + PickleBytes.stop, globals: ["some.thing"])
        }
        #expect(try record(9).arguments(first: 4).count == 4)
        #expect(try record(4).arguments(first: 4).count == 4)
        for count in [3, 17, 10_000] {
            #expect(stateError { _ = try record(count).arguments(first: 4) }?.code == .malformed)
        }
        func sizes(_ count: Int) throws -> PickleView {
            let one = [[UInt8]](repeating: PickleBytes.integer(1), count: count)
            return try Self.read(PickleBytes.tuple(one) + PickleBytes.stop)
        }
        #expect(try sizes(64).sizes().count == 64)
        #expect(stateError { _ = try sizes(65).sizes() }?.code == .outOfRange)

        func dictionary(_ keys: [[UInt8]]) throws -> PickleView {
            let entries = keys.flatMap { $0 + PickleBytes.none }
            return try Self.read(PickleBytes.emptyDictionary + PickleBytes.mark + entries + [0x75] + PickleBytes.stop)
        }
        let names = (0...PickleView.maximumEntries).map { PickleBytes.text(String($0)) }
        #expect(try dictionary(names.dropLast()).entries().count == PickleView.maximumEntries)
        #expect(stateError { _ = try dictionary(names).entries() }?.code == .outOfRange)
        let long = [0x58, 0, 1, 0, 0] + [UInt8](repeating: 0x61, count: 256)
        #expect(stateError { _ = try dictionary([long]).entries() }?.code == .outOfRange)
    }

    @Test("Integers of 64 bits are integers, and places begin without a slash")
    func places() throws {
        let view = try Self.read(
            PickleBytes.emptyDictionary + PickleBytes.text("n") + PickleBytes.integer(.max)
                + PickleBytes.setItem + PickleBytes.stop)
        let entries = try view.entries()
        #expect(try entries.required("n", in: view).integer() == .max)
        #expect(stateError { _ = try entries.required("n", in: view).string() }?.path == "n")
        #expect(stateError { _ = try entries.required("m", in: view) }?.path == "m")
    }

    @Test("Values from before a mark, and what is left at the end, are refused")
    func structure() {
        let cases: [[UInt8]] = [
            [], PickleBytes.stop, PickleBytes.none, PickleBytes.none + PickleBytes.none + PickleBytes.stop,
            PickleBytes.none + PickleBytes.mark + PickleBytes.stop, PickleBytes.none + PickleBytes.stop + [0],
            PickleBytes.none + PickleBytes.mark + [0x85] + PickleBytes.stop, PickleBytes.tuple + PickleBytes.stop,
            PickleBytes.none + PickleBytes.append + PickleBytes.stop,
            PickleBytes.emptyList + PickleBytes.mark + PickleBytes.none + PickleBytes.append + PickleBytes.stop,
            PickleBytes.emptyTuple + PickleBytes.none + PickleBytes.append + PickleBytes.stop,
            PickleBytes.emptyDictionary + PickleBytes.mark + PickleBytes.none + [0x75] + PickleBytes.stop,
            PickleBytes.none + PickleBytes.emptyTuple + PickleBytes.reduce + PickleBytes.stop,
            PickleBytes.emptyList + PickleBytes.none + PickleBytes.build + PickleBytes.stop,
            [0x8c, 2, 0xc3, 0x28] + PickleBytes.stop, [0x63, 0x61], [0x93] + PickleBytes.stop,
        ]
        for bytes in cases { #expect(throws: StateError.self) { try Self.read(bytes) } }
    }
}
