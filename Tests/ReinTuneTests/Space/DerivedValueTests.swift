import ReinCheckpoints
import ReinTune
import Testing

@Suite struct DerivedValueTests {
    private func value(_ function: String, _ inputs: String, _ parameters: String = "{}") throws -> StateTree? {
        let space = try SearchSpace(
            #"{"x": {"derived": "\#(function)", "of": \#(inputs), "with": \#(parameters)}}"#)
        return try VariantSequence(of: space).variant(at: 0).configuration["x"]
    }

    @Test(
        "the functions that are there",
        arguments: [
            ("copy", "[[1]]", "[1]"), ("sum", "[1, 2, 3]", "6"), ("sum", "[1, 0.5]", "1.5"),
            ("product", "[4, -2]", "-8"),
            ("difference", "[1, 3]", "-2"), ("minimum", "[2, 1, 1.5]", "1.0"), ("maximum", "[2, 7]", "7"),
            ("ratio", "[1, 4]", "0.25"), ("quotient", "[7, 2]", "3"), ("quotient", "[-7, 2]", "-4"),
            ("quotient", "[-8, 2]", "-4"), ("power", "[2, 10]", "1024.0"), ("round", "[2.6]", "3"), ("sum", "[5]", "5"),
        ])
    func functions(_ function: String, _ inputs: String, _ expected: String) throws {
        #expect(try value(function, inputs) == JSON.parse(expected))
    }

    @Test("a table that values are looked up in") func lookup() throws {
        #expect(try value("lookup", #"[{"constant": "b"}]"#, #"{"a": 1, "b": [2]}"#) == [2])
        #expect(try value("lookup", "[3]", #"{"3": "x"}"#) == "x")
        #expect(try value("lookup", "[true]", #"{"true": null}"#) == StateTree.null)
        #expect(
            fault { _ = try value("lookup", #"[{"constant": "Acrobat-v1"}]"#, #"{"Acrobot-v1": 1}"#) }
                == "x: \"lookup\" has nothing for \"Acrobat-v1\"; did you mean \"Acrobot-v1\"? It has Acrobot-v1")
    }

    @Test(
        "what cannot be computed is refused",
        arguments: [
            ("ratio", "[1, 0]", "x: \"ratio\" divides by 0"),
            ("quotient", "[1, 0]", "x: \"quotient\" divides by 0"),
            ("quotient", "[-9223372036854775808, -1]", "x: \"quotient\" gives a whole number beyond 2^63"),
            ("quotient", "[1.5, 1]", "x: expected integer, found double 1.5"),
            ("product", "[9223372036854775807, 2]", "x: \"product\" gives a whole number beyond 2^63"),
            ("product", "[1e300, 1e300]", "x: \"product\" gives inf"),
            ("power", "[-1, 0.5]", "x: \"power\" gives"),
            ("round", "[1e300]", "x: \"round\" gives a whole number beyond 2^63"),
            ("sum", #"[{"constant": "a"}]"#, "x: expected number, found string \"a\""),
            ("sum", "[true, 1]", "x: expected number, found boolean true"),
        ])
    func refused(_ function: String, _ inputs: String, _ message: String) throws {
        #expect(try #require(fault { _ = try value(function, inputs) }).hasPrefix(message))
    }

    @Test("a function of one's own has parameters") func registered() throws {
        DerivedFunction.register(
            DerivedFunction("test-share", inputCount: 1...1, parameters: ["share"]) {
                inputs, parameters throws(StateError) in
                .double(try StateReader(inputs[0]).double() * StateReader(.map(parameters)).double("share"))
            })
        #expect(DerivedFunction.names.contains("test-share"))
        #expect(try value("test-share", "[10]", #"{"share": 0.5}"#) == 5.0)
        #expect(
            try #require(fault { _ = try value("test-share", "[10]", #"{"shar": 0.5}"#) })
                .hasPrefix("x/with/shar: there is no such key; did you mean \"share\"?"))
        #expect(fault { _ = try value("test-share", "[10]") } == "x/share: required, but missing")
    }

    @Test("a value follows from grids, draws, lists and other derived values") func sources() throws {
        let space: SearchSpace = [
            "last": .derived { try $0["m/sum"] + Double($0.int("layers/1")) },
            "grid": .grid([1, 2]),
            "draw": .integers(5...5),
            "layers": [8, .derived { try $0.int("layers/0") * 2 }],
            "m": ["sum": .derived("sum", of: ["grid", "draw", 0.5])],
            "whole": .derived { try $0.tree("layers") },
            "text": .derived { try $0.bool("flag") ? $0.string("name") : "" },
            "flag": true,
            "name": "x",
            "list": .derived { _ in [1, 2] },
        ]
        let variants = try VariantSequence(of: space)
        #expect(
            try variants.variant(at: 1).configuration == [
                "last": 23.5, "grid": 2, "draw": 5, "layers": [8, 16], "m": ["sum": 7.5], "whole": [8, 16], "text": "x",
                "flag": true, "name": "x", "list": [1, 2],
            ])
    }

    @Test("circles are found before the first trial, also those that a closure hides") func circles() {
        let space: SearchSpace = [
            "a": .derived { try $0["m/b"] },
            "m": ["b": .derived { (try? $0["c"]) ?? 0 }],
            "c": .derived { try $0["a"] },
        ]
        // The closure of m/b goes on without c, and c has what it asks for.
        #expect(fault { try space.check() } == nil)
        let honest: SearchSpace = [
            "a": .derived { try $0["m/b"] }, "m": ["b": .derived { try $0["c"] }], "c": .derived { try $0["a"] },
        ]
        #expect(fault { try honest.check() } == "a: the value is derived from itself: a -> m/b -> c -> a")
        let itself: SearchSpace = ["m": ["a": .derived { try $0.tree("m") }]]
        #expect(fault { try itself.check() } == "m/a: the value is derived from itself: m/a -> m/a")
    }

    @Test("errors name the derived value, and the nearest key") func places() {
        func message(_ space: SearchSpace) -> String? { fault { _ = try VariantSequence(of: space) } }
        #expect(
            message(["learningRate": 1.0, "m": ["x": .derived { try $0["learningRat"] }]])
                == "m/x: it is derived from \"learningRat\", but there is no \"learningRat\"; did you mean "
                + "\"learningRate\"? There are learningRate, m")
        #expect(
            message(["a": "text", "x": .derived { try $0["a"] }])
                == "x: it is derived from \"a\": expected number, found string \"text\"")
        #expect(
            message(["a": 1, "x": .derived { try $0["a/b"] }])
                == "x: it is derived from \"a/b\", but there is no \"b\"; there is nothing below that place")
        #expect(
            message(["a": [1, 2], "x": .derived { try $0["a/2"] }])
                == "x: it is derived from \"a/2\", but there is no \"2\"; there are 0, 1")
        struct Own: Error, CustomStringConvertible { var description: String { "of one's own" } }
        #expect(
            message(["x": .derived { inputs -> Int in throw Own() }]) == "x: the closure throws: of one's own")
        // The place is that of the value that fails, not of the one that asks for it.
        #expect(
            message(["y": .derived { try $0["x"] }, "x": .derived { try $0["zz"] }])?.hasPrefix("x: it is derived")
                == true)
    }

    @Test("long chains are computed in order, and refused when each waits for the next") func chains() throws {
        var entries: [SearchSpace.Entry] = [("v0", 1)]
        for index in 1...1000 { entries.append(("v\(index)", .derived("sum", of: [.setting("v\(index - 1)"), 1]))) }
        let variant = try VariantSequence(of: SearchSpace(entries)).variant(at: 0)
        #expect(variant.configuration["v1000"] == 1001)
        let reversed = try SearchSpace(entries.reversed())
        #expect(
            try #require(fault { try reversed.check() }).hasSuffix("more than 200 derived values wait for one another"))
    }
}
