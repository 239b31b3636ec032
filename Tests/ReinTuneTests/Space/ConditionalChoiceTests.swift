import ReinCheckpoints
import ReinTune
import Testing

@Suite struct ConditionalChoiceTests {
    private static let text = """
        {"gamma": 0.99,
         "algorithm": {"cases": {
            "PPO": {"clip": {"uniform": [0.1, 0.3]}, "network": {"width": {"int": [8, 9]}}},
            "DQN": {"update": {"cases": [{"value": "hard", "brings": {"period": {"int": [100, 200]}}},
                                         {"value": "soft", "brings": {"rate": {"logUniform": [0.001, 0.1]}}}]}},
            "random": {}}, "weights": [2, 1, 1]},
         "last": 1}
        """

    @Test("a case brings its keys, beside the choice and right behind it") func keys() throws {
        let variants = try VariantSequence(of: SearchSpace(Self.text), numSamples: 400, seed: 4)
        var counts: [String: Int] = [:]
        for index in 0..<400 {
            let variant = try variants.variant(at: index)
            let keys = variant.configuration.keys
            guard case .string(let algorithm)? = variant.configuration["algorithm"] else { continue }
            counts[algorithm, default: 0] += 1
            switch algorithm {
            case "PPO":
                #expect(keys == ["gamma", "algorithm", "clip", "network", "last"])
                #expect(variant.searchedPaths.map(\.description) == ["algorithm", "clip", "network/width"])
            case "DQN":
                let isHard = variant.configuration["update"] == "hard"
                #expect(keys == ["gamma", "algorithm", "update", isHard ? "period" : "rate", "last"])
                counts[isHard ? "hard" : "soft", default: 0] += 1
            default: #expect(keys == ["gamma", "algorithm", "last"])
            }
        }
        // Five standard deviations: 50 and 43.
        #expect(abs((counts["PPO"] ?? 0) - 200) < 50)
        #expect(abs((counts["DQN"] ?? 0) - 100) < 43)
        #expect((counts["hard"] ?? 0) > 20 && (counts["soft"] ?? 0) > 20)
    }

    @Test("the dimensions say when they are there") func dimensions() throws {
        let dimensions = try SearchSpace(Self.text).dimensions
        #expect(
            dimensions.map { "\($0.path): \($0.conditions.map { "\($0.path)=\($0.index)/\($0.count)" })" } == [
                "algorithm: []", #"clip: ["algorithm=0/3"]"#, #"network/width: ["algorithm=0/3"]"#,
                #"update: ["algorithm=1/3"]"#, #"period: ["algorithm=1/3", "update=0/2"]"#,
                #"rate: ["algorithm=1/3", "update=1/2"]"#,
            ])
    }

    @Test(
        "what does not go together is refused",
        arguments: [
            (#"{"a": {"cases": {"x": {"b": 1}}}, "b": 2}"#, "a: a case brings the key \"b\", which is there besides"),
            (
                #"{"a": {"cases": {"x": {"c": 1}}}, "b": {"cases": {"y": {"c": 1}}}}"#,
                "b: a case brings the key \"c\", which is there besides"
            ),
            (
                #"{"a": {"cases": {"x": {"b": {"cases": {"y": {"a": 1}}}}}}}"#,
                "a: a case brings the key \"a\", which is there besides"
            ),
            (#"{"a": {"cases": {"x": {"b": {"grid": [1]}}}}}"#, "b: a case cannot bring a grid"),
            (#"{"a": [{"cases": {"x": {"b": 1}}}]}"#, "a/0: only a choice that has a key can bring other keys"),
            (#"{"a": {"grid": [{"grid": [1]}]}}"#, "a: a grid cannot lie inside another one"),
        ])
    func refused(_ text: String, _ message: String) throws {
        let space = try SearchSpace(text)
        #expect(try #require(fault { try space.check() }).hasPrefix(message))
    }

    @Test("two cases of one choice may bring the same key") func same() throws {
        let space = try SearchSpace(
            #"{"a": {"cases": {"x": {"b": {"int": [1, 1]}}, "y": {"b": {"int": [2, 2]}}}}}"#)
        let variants = try VariantSequence(of: space, numSamples: 40)
        for index in 0..<40 {
            let configuration = try variants.variant(at: index).configuration
            #expect(configuration["b"] == (configuration["a"] == "x" ? 1 : 2))
        }
    }

    @Test("derived values are checked in every case, however seldom it is chosen") func checked() {
        let space: SearchSpace = [
            "a": .cases(["x": ["b": 1], "y": ["c": .cases(["p": [:], "q": ["d": 2]])]], weights: [1e9, 1]),
            "e": .derived { $0.contains("d") ? try $0["f"] : 0 },
        ]
        #expect(
            fault { try space.check() }
                == "e: it is derived from \"f\", but there is no \"f\"; there are a, c, d, e")
        let never: SearchSpace = [
            "a": .cases(["x": [:], "y": ["b": 1]], weights: [1, 0]),
            "e": .derived { $0.contains("b") ? try $0["f"] : 0 },
        ]
        #expect(fault { try never.check() } == nil)
    }

    @Test("a point chooses a case and may fix what it brings, and nothing else") func points() throws {
        let space = try SearchSpace(Self.text)
        let variants = try VariantSequence(
            of: space, numSamples: 2,
            pointsToEvaluate: [
                ["algorithm": "DQN", "update": "soft", "rate": 0.01],
                ["algorithm": "PPO", "network": ["width": 9]],
            ])
        #expect(
            try variants.variant(at: 0).configuration == [
                "gamma": 0.99, "algorithm": "DQN", "update": "soft", "rate": 0.01, "last": 1,
            ])
        #expect(try variants.variant(at: 1).searchedPaths.map(\.description) == ["clip"])
        func message(_ point: StateMap) -> String? {
            fault { _ = try VariantSequence(of: space, pointsToEvaluate: [point]) }
        }
        #expect(
            message(["clip": 0.2])
                == "pointsToEvaluate/0/clip: the key comes with the case string \"PPO\" of \"algorithm\", which the point "
                + "does not choose")
        #expect(
            message(["algorithm": "A2C"])
                == "pointsToEvaluate/0/algorithm: the point has string \"A2C\", which does not belong to the cases")
        #expect(
            message(["algorithm": "PPO", "clip": 0.9])
                == "pointsToEvaluate/0/clip: the point has double 0.9, which does not belong to the domain")
    }
}
