import Testing

@testable import ReinCheckpoints

@Suite("JSON")
struct JSONTests {
    static let documents: [(String, StateTree)] = [
        ("null", nil), (" true ", true), ("[]", []), ("{}", [:]), ("0", 0), ("-0", 0), ("-0.0", -0.0), ("1", 1),
        ("1.0", 1.0), ("1e2", 100.0), ("1E+2", 100.0), ("5e-324", .double(.leastNonzeroMagnitude)),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)), (#""""#, ""),
        (#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, "a\"\\/\u{8}\u{c}\n\r\té😀"), ("\"é😀\"", "é😀"),
        (#"{"b":1,"a":[1,2.5,{"c":null}]}"#, ["b": 1, "a": [1, 2.5, ["c": nil]]]),
    ]

    @Test("Text becomes the tree it says", arguments: documents)
    func parsing(text: String, tree: StateTree) throws {
        #expect(try JSON.parse(text) == tree)
        #expect(try JSON.parse(JSON.text(tree)) == tree)
        #expect(try JSON.parse(JSON.text(tree, pretty: true)) == tree)
    }

    static let faults: [(String, String)] = [
        ("", "line 1, column 1"), ("[1,]", "column 4"), ("{\"a\":1,}", "column 8"), ("{a:1}", "column 2"),
        ("01", "column 1"),
        ("-", "column 2"), ("1.", "column 3"), (".5", "column 1"), ("1e", "column 3"), ("+1", "column 1"),
        ("NaN", "column 1"), ("nul", "column 1"), ("tru", "column 1"), ("1 2", "column 3"),
        ("[1\n 2]", "line 2, column 2"),
        ("{\"a\":1,\n\"a\":2}", "line 2, column 1"), ("\"", "column 2"), ("\"\n\"", "column 2"),
        ("\"\\x\"", "column 3"),
        ("\"\\u12g4\"", "column 6"), ("\"\\ud800\"", "column 4"), ("\"\\ud800\\u0041\"", "column 4"),
        ("\"\\udc00\"", "column 4"), ("9223372036854775808", "column 1"), ("-9223372036854775809", "column 2"),
        ("1e400", "column 1"), ("{\"a\" 1}", "column 6"), ("[", "column 2"), ("é", "column 1"),
        ("\u{feff}1", "column 1"),
    ]

    @Test("Broken text is refused with line and column", arguments: faults)
    func refusals(text: String, place: String) throws {
        let error = try #require(throws: StateError.self) { try JSON.parse(text) }
        #expect(error.message.contains(place), "\(error)")
    }

    @Test("Bytes that are not UTF-8 are refused")
    func encoding() {
        for bytes: [UInt8] in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xc3]] {
            #expect(throws: StateError.self) { try JSON.parse([0x22] + bytes + [0x22]) }
            #expect(throws: StateError.self) { try JSON.parse([0x22, 0x5c, 0x6e] + bytes + [0x22]) }
        }
    }

    @Test("Nesting is limited to 128 levels")
    func depth() throws {
        let limit = StateTree.maximumDepth
        let text = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        #expect(throws: Never.self) { try JSON.parse(text) }
        #expect(throws: StateError.self) { try JSON.parse("[\(text)]") }
        #expect(throws: StateError.self) { try JSON.parse(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: StateError.self) { try JSON.parse(String(repeating: "{\"\":", count: 1_000_000)) }
    }

    @Test("Pretty text puts entries on lines and plain lists on one")
    func prettyText() {
        let tree: StateTree = ["hidden": [64, 64], "rate": 3e-4, "empty": [:], "rules": [["a": "b"]]]
        #expect(
            JSON.text(tree, pretty: true) == """
                {
                  "hidden": [64, 64],
                  "rate": 0.0003,
                  "empty": {},
                  "rules": [
                    {
                      "a": "b"
                    }
                  ]
                }
                """)
        #expect(JSON.text(tree) == #"{"hidden":[64,64],"rate":0.0003,"empty":{},"rules":[{"a":"b"}]}"#)
    }

    @Test("Texts for Python have its words for numbers that JSON lacks, and nothing else of their own")
    func python() throws {
        let numbers: StateTree = [.double(.nan), .double(.infinity), .double(-.infinity), 0.5, nil, "NaN"]
        #expect(JSON.text(forPython: numbers) == #"[NaN,Infinity,-Infinity,0.5,null,"NaN"]"#)
        #expect(try JSON.parse(fromPython: Array(JSON.text(forPython: ["a": numbers]).utf8)) == ["a": numbers])
        #expect(JSON.text(numbers) == #"[null,null,null,0.5,null,"NaN"]"#)
    }

    @Test("What JSON lacks becomes null, base64 text or nested lists")
    func approximations() {
        let tensor = StateTensor([1, 2, 3, 0.1] as [Float], shape: [2, 2])
        let tree: StateTree = [.double(.nan), .double(-.infinity), .bytes([1, 2, 3, 4]), .tensor(tensor)]
        #expect(JSON.text(tree) == #"[null,null,"AQIDBA==",[[1.0,2.0],[3.0,0.1]]]"#)
        #expect(JSON.text(.tensor(StateTensor([Float](), shape: [2, 0, 3]))) == "[[],[]]")
    }

    @Test("Control characters are escaped")
    func escapes() throws {
        let tree = StateTree.string(String(String.UnicodeScalarView((0..<0x80).compactMap { Unicode.Scalar($0) })))
        let text = JSON.text(tree)
        #expect(text.utf8.allSatisfy { $0 >= 0x20 })
        #expect(try JSON.parse(text) == tree)
    }

    @Test("Base64 is strict and reversible")
    func base64() {
        for length in 0..<20 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
            #expect(Base64.bytes(Base64.text(bytes)) == bytes)
        }
        for text in ["A", "AA", "AAA", "A===", "====", "AA=A", "AB==", "AAB=", "A*==", "AAAA====", "AA\n="] {
            #expect(Base64.bytes(text) == nil, "\(text)")
        }
    }
}
