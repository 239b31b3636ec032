import ReinCheckpoints
import ReinTune
import Testing

@Suite struct VariantSequenceTests {
    private static func digits(_ count: Int) throws -> SearchSpace {
        try SearchSpace(
            (0..<count).map { (key: "d\($0)", parameter: .grid((0..<10).map { .fixed(.int($0)) })) })
    }

    @Test("a grid of 10^9 cells is counted and entered anywhere") func large() throws {
        let variants = try VariantSequence(of: Self.digits(9), numSamples: 7)
        #expect(variants.count == 7_000_000_000)
        #expect(
            try variants.variant(at: 3_123_456_789).configuration == [
                "d0": 9, "d1": 8, "d2": 7, "d3": 6, "d4": 5, "d5": 4, "d6": 3, "d7": 2, "d8": 1,
            ])
        #expect(try variants.variant(at: 6_999_999_999).configuration["d8"] == 9)
    }

    @Test("grids in a list come in the order of their numbers") func order() throws {
        let variants = try VariantSequence(of: [
            "a": .list([SearchSpace.Parameter](repeating: .grid([0, 1]), count: 11))
        ])
        #expect(variants.count == 2048)
        for place in 0..<11 {
            var elements = [StateTree](repeating: 0, count: 11)
            elements[place] = 1
            #expect(try variants.variant(at: 1 << place).configuration == ["a": .list(elements)])
        }
        let tag = try TrialTag.text(index: 1, variant: variants.variant(at: 1))
        #expect(tag == "1_0=1,1=0,2=0,3=0,4=0,5=0,6=0,7=0,8=0,9=0,10=0")
    }

    @Test("more trials than can be counted are refused, unless there is no end anyway") func tooLarge() throws {
        let message = "the grid and the samples make more than 2^63 trials; -1 samples have no end"
        #expect(fault { _ = try VariantSequence(of: Self.digits(9), numSamples: .max) } == message)
        #expect(fault { _ = try VariantSequence(of: Self.digits(19)) } == message)
        #expect(try VariantSequence(of: Self.digits(9), numSamples: -1).count == nil)
        #expect(
            fault { _ = try VariantSequence(of: Self.digits(1), numSamples: -2) }
                == "numSamples: -2 samples; -1 means no end")
    }

    @Test("a variant depends on its number only, and a parameter on no other one") func independent() throws {
        let small = try VariantSequence(of: ["u": .uniform(0...1), "m": ["n": .normal()]], numSamples: 20, seed: 5)
        let large = try VariantSequence(
            of: ["a": .uniform(0...1), "m": ["k": .integers(0...9), "n": .normal()], "u": .uniform(0...1)],
            numSamples: -1, seed: 5)
        let other = try VariantSequence(of: small.space, numSamples: 20, seed: 6)
        var seen: Set<String> = []
        for index in (0..<20).reversed() {
            let (one, two) = (try small.variant(at: index).configuration, try large.variant(at: index).configuration)
            #expect(one["u"] == two["u"])
            #expect(one.value(at: SpacePath().key("m").key("n")) == two.value(at: SpacePath().key("m").key("n")))
            #expect(two["a"] != two["u"])
            #expect(try one["u"] != other.variant(at: index).configuration["u"])
            seen.insert("\(one)")
        }
        #expect(seen.count == 20)
    }

    @Test("an endless sequence goes on behind its points") func endless() throws {
        let variants = try VariantSequence(
            of: ["a": .grid([1, 2, 3]), "b": .integers(0...9)], numSamples: -1,
            pointsToEvaluate: [["a": 2, "b": 7], ["b": 8]])
        #expect(variants.count == nil)
        let values = try (0..<8).map { try variants.variant(at: $0).configuration }
        #expect(values.map { $0["a"] } == [2, 1, 2, 3, 1, 2, 3, 1])
        #expect(values[0..<4].map { $0["b"] } == [7, 8, 8, 8])
        #expect(try variants.variant(at: .max).configuration.count == 2)
    }

    @Test(
        "points fit the space, in its own kinds of numbers",
        arguments: [
            (#"{"real": 1}"#, nil), (#"{"grid": 2}"#, nil), (#"{"fixed": "x"}"#, nil), (#"{"derived": 7}"#, nil),
            (#"{"list": [3, 0.5]}"#, nil), (#"{"m": {"option": {"k": 1}}}"#, nil), ("{}", nil),
            (#"{"real": 2}"#, "real: the point has integer 2, which does not belong to the domain"),
            (#"{"real": "1"}"#, "real: the point has string \"1\", which does not belong to the domain"),
            (#"{"whole": 1.0}"#, "whole: the point has double 1.0, which does not belong to the domain"),
            (#"{"grid": 4}"#, "grid: the point has integer 4, which does not belong to the grid"),
            (#"{"fixed": "y"}"#, "fixed: the point has string \"y\", but the space fixes string \"x\""),
            (#"{"list": [3]}"#, "list: the point has list, which does not belong to the space, which has a list of 2"),
            (#"{"m": 3}"#, "m: the point has integer 3, which does not belong to the space, which has a map"),
            (
                #"{"m": {"opiton": 3}}"#,
                "m/opiton: the point has a key that the space does not have; did you mean \"option\"?"
            ),
        ])
    func points(_ point: String, _ message: String?) throws {
        let space = try SearchSpace(
            """
            {"real": {"uniform": [0, 1]}, "whole": {"int": [0, 3]}, "grid": {"grid": [1.5, 2.0]}, "fixed": "x",
             "derived": {"derived": "copy", "of": ["whole"]}, "list": [{"int": [3, 4]}, {"uniform": [0, 1]}],
             "m": {"option": {"choice": [{"k": 1.0}, 2]}}}
            """)
        let found = fault {
            let variants = try VariantSequence(of: space, pointsToEvaluate: [StateMap(point)])
            let configuration = try variants.variant(at: 0).configuration
            if let real = configuration["real"] { #expect(real.kind == "double") }
            for (key, value) in try StateMap(point) where key == "grid" {
                #expect(configuration[key] == 2.0, "\(value)")
            }
            if try StateMap(point)["derived"] != nil { #expect(configuration["derived"] == 7) }
        }
        if let message {
            #expect(try #require(found).hasPrefix("pointsToEvaluate/0/\(message)"))
        } else {
            #expect(found == nil)
        }
    }

    @Test("settings are checked before the first trial, each value of each kind") func validation() throws {
        let space = try SearchSpace(
            """
            {"rate": {"logUniform": [0.001, 1]}, "grid": {"grid": ["a", "b", "c", "d", "e"]}, "fixed": 1,
             "kind": {"cases": {"x": {"own": {"choice": [1, 2, 3]}}, "y": {"steps": {"int": [10, 20]}}}},
             "noise": {"normal": [1, 0.25]}, "twice": {"derived": "product", "of": ["rate", 2]}}
            """)
        var seen: [String: Set<String>] = [:]
        try space.check { configuration throws(StateError) in
            for (key, value) in configuration { seen[key, default: []].insert(JSON.text(value)) }
        }
        #expect(
            seen == [
                "rate": ["0.001", "1.0"], "grid": [#""a""#, #""b""#, #""c""#, #""d""#, #""e""#], "fixed": ["1"],
                "kind": [#""x""#, #""y""#], "own": ["1", "2", "3"], "steps": ["10", "20"], "noise": ["0.5", "1.5"],
                "twice": ["0.002", "2.0"],
            ])
        let found = fault {
            try space.check { configuration throws(StateError) in
                try StateReader(.map(configuration)).expectKeys([
                    "rate", "grid", "fixed", "kind", "own", "step", "noise",
                ])
            }
        }
        #expect(try #require(found).contains("there is no such key"))
        let refused = fault {
            try space.check { configuration throws(StateError) in
                guard configuration["own"] != 3 else { throw StateError(.outOfRange, "3 is too much", path: "own") }
            }
        }
        #expect(refused == "own: 3 is too much")
        let variants = try VariantSequence(of: space, pointsToEvaluate: [["rate": 0.5], ["rate": 0.25]])
        let pointed = fault {
            try variants.check { configuration throws(StateError) in
                guard configuration["rate"] != 0.25 else { throw StateError(.outOfRange, "unwanted", path: "rate") }
            }
        }
        #expect(pointed == "pointsToEvaluate/1/rate: unwanted")
    }

    @Test("a point that makes a derived value impossible is refused") func impossiblePoint() throws {
        let space = try SearchSpace(
            #"{"a": {"int": [0, 1000000]}, "b": {"derived": "ratio", "of": [1, "a"]}}"#)
        #expect(
            fault { _ = try VariantSequence(of: space, pointsToEvaluate: [["a": 1], ["a": 0]]) }
                == "pointsToEvaluate/1/b: \"ratio\" divides by 0")
    }

    @Test("the checks of a space of any size end") func bounded() throws {
        let values = (0..<200_000).map { StateTree.int($0) }
        let space = try SearchSpace([
            ("a", .grid(values.map { .fixed($0) })), ("b", .domain(.categories(CategoryDomain(values)))),
            ("c", .derived("sum", of: ["a", "b"])),
        ])
        var count = 0
        try space.check { _ in count += 1 }
        #expect(count == 4096)
        #expect(try VariantSequence(of: space, pointsToEvaluate: [["b": 1], ["b": 2]]).count == 400_000)
        #expect(try VariantSequence(of: space, numSamples: 3).count == 600_000)
    }
}
