import ReinCheckpoints
import ReinTune
import Testing

/// The 36 expansions that were recorded of Ray Tune: number, order, ids, tags and settings of the trials.
@Suite struct RecordedExpansionTests {
    /// A space of ours for one that was recorded.
    struct Twin: Sendable {
        var space: String
        var points: [String] = []
        var draws = GridDraws.anewInEachCell
        /// Keys that are drawn: the recorded values are those of NumPy.
        var drawn: Set<String> = []
    }

    /// What we say instead of what was recorded, as part of an error.
    private static let refusals: [String: String] = [
        "empty grid": "a/grid: the grid is empty",
        "grid of a string": "a/grid: expected list, found string \"xyz\"",
        "grid of a number": "a/grid: expected list, found integer 5",
        "grid inside a choice": "a/choice/0: a value to choose holds no grids",
        "points to evaluate unknown key":
            "pointsToEvaluate/0/zz: the point has a key that the space does not have; the keys there are b",
        "points to evaluate outside the domain":
            "pointsToEvaluate/0/b: the point has integer 99, which does not belong to the domain",
        "sample_from circular": "a: the value is derived from itself: a -> b -> a",
        "sample_from unknown key": "a: it is derived from \"zz\", but there is no \"zz\"; there are a",
        "sample_from returning a grid": "a: a derived value is a value: it cannot be a {\"grid\": ...}",
    ]

    private static let twins: [String: Twin] = [
        "no variables": Twin(space: #"{"a": 1, "b": {"c": [1, 2]}}"#),
        "one grid": Twin(space: #"{"a": {"grid": [1, 2, 3]}}"#),
        "two grids b before a": Twin(space: #"{"b": {"grid": [1, 2]}, "a": {"grid": ["x", "y", "z"]}}"#),
        "three grids nested": Twin(
            space: #"{"z": {"grid": [0, 1]}, "m": {"b": {"grid": [true, false]}, "a": {"grid": [1.5, 2.5]}}}"#),
        "grid written as dictionary": Twin(space: #"{"a": {"grid": [1, 2]}}"#),
        "grid of lists and dictionaries": Twin(
            space: #"{"a": {"grid": [[1, 2], [3]]}, "b": {"grid": [{"k": 1}, {"k": 2}]}}"#),
        "grid of none and booleans": Twin(space: #"{"a": {"grid": [null, true, 0, ""]}}"#),
        "duplicates in a grid": Twin(space: #"{"a": {"grid": [1, 1, 2]}}"#),
        "empty grid": Twin(space: #"{"a": {"grid": []}, "b": 1}"#),
        "grid of a string": Twin(space: #"{"a": {"grid": "xyz"}}"#),
        "grid of a number": Twin(space: #"{"a": {"grid": 5}}"#),
        "grid inside a choice": Twin(space: #"{"a": {"choice": [{"grid": [1, 2]}, 3]}}"#),
        "choice inside a grid": Twin(space: #"{"a": {"grid": [{"choice": [1, 2]}, 7]}}"#, drawn: ["a"]),
        "grid in a list": Twin(space: #"{"a": [{"grid": [1, 2]}, 3]}"#),
        "grid x choice, num_samples 2": Twin(
            space: #"{"g": {"grid": [1, 2]}, "c": {"choice": ["p", "q", "r"]}, "u": {"uniform": [0, 1]}}"#,
            drawn: ["c", "u"]),
        "constant grid": Twin(
            space: #"{"g": {"grid": [1, 2, 3]}, "u": {"uniform": [0, 1]}}"#, draws: .onceForTheGrid, drawn: ["u"]),
        "points to evaluate": Twin(
            space: #"{"a": {"grid": [1, 2]}, "b": {"int": [0, 2]}}"#,
            points: [#"{"a": 2, "b": 2}"#, #"{"a": 1}"#, #"{"b": 2}"#], drawn: ["b"]),
        "points to evaluate more than samples": Twin(
            space: #"{"b": {"int": [0, 2]}}"#, points: [#"{"b": 2}"#, #"{"b": 1}"#]),
        "points to evaluate unknown key": Twin(space: #"{"b": {"int": [0, 2]}}"#, points: [#"{"zz": 2}"#]),
        "points to evaluate outside the domain": Twin(space: #"{"b": {"int": [0, 2]}}"#, points: [#"{"b": 99}"#]),
        "num_samples 0": Twin(space: #"{"a": {"grid": [1, 2]}}"#),
        "num_samples -1 of TuneConfig becomes the largest integer": Twin(space: #"{"a": {"grid": [1, 2]}}"#),
        "sample_from spec attribute": Twin(
            space: """
                {"a": {"grid": [1, 2]}, "b": {"derived": "product", "of": ["a", 10]},
                 "c": {"derived": "sum", "of": ["b", 1]}}
                """),
        "sample_from spec item": Twin(
            space: #"{"a": {"grid": [1, 2]}, "b": {"derived": "product", "of": ["a", 10]}}"#),
        "sample_from no argument": Twin(space: #"{"b": {"derived": "copy", "of": [4]}}"#),
        "sample_from nested": Twin(
            space: #"{"m": {"a": {"grid": [1, 2]}, "b": {"derived": "sum", "of": ["m/a", 5]}}}"#),
        "sample_from on a sampled value": Twin(
            space: #"{"a": {"int": [3, 3]}, "b": {"derived": "product", "of": ["a", 2]}}"#),
        "sample_from circular": Twin(
            space: #"{"a": {"derived": "copy", "of": ["b"]}, "b": {"derived": "copy", "of": ["a"]}}"#),
        "sample_from unknown key": Twin(space: #"{"a": {"derived": "copy", "of": ["zz"]}}"#),
        "sample_from returning a grid": Twin(
            space: #"{"a": {"derived": "copy", "of": [{"constant": {"grid": [1, 2]}}]}}"#),
        "tags: number formats": Twin(space: #"{"a": {"grid": [0.1, 1e-7, 123456.789, 1.0, 100000000, -2.5]}}"#),
        "tags: text": Twin(
            space: """
                {"a": {"grid": ["plain", "with space", "sl/ash", "ünïcode", "a=b,c",
                                "\(String(repeating: "x", count: 40))"]}}
                """),
        "tags: nested key": Twin(
            space: #"{"outer": {"inner": {"leaf": {"grid": [1]}}}, "list": [{"grid": [2]}], "a": {"grid": [3]}}"#),
        "tags: many keys": Twin(
            space: "{"
                + (0..<14).map { #""k\#($0 < 10 ? "0" : "")\#($0)": {"grid": [\#($0)]}"# }.joined(separator: ", ") + "}"
        ),
        "tags: lambda and objects": Twin(space: #"{"f": {"grid": [[1, 2], {"a": 1}, null, true]}}"#),
    ]

    static let names: [String] = {
        (try? Fixture.named("search_space").child("cases").list().map { try $0.child("name").string() }) ?? []
    }()

    /// Refused by Ray, whose closures have to ask for the specification: ours get the settings.
    private static let withoutTwin = "sample_from config argument"

    @Test("all 36 expansions are there") func count() {
        #expect(Self.names.count == 36)
        #expect(Set(Self.names) == Set(Self.twins.keys).union([Self.withoutTwin]))
    }

    @Test("gives the same trials, or an error for what is a fault", arguments: names.filter { $0 != withoutTwin })
    func expansion(_ name: String) throws {
        let twin = try #require(Self.twins[name])
        let cases = try Fixture.named("search_space").child("cases").list()
        let recorded = try #require(try cases.first { try $0.child("name").string() == name })
        let samples = try recorded.int("num_samples")
        let isEndless = samples == .max
        let make = {
            try VariantSequence(
                of: SearchSpace(twin.space), numSamples: isEndless ? -1 : samples,
                pointsToEvaluate: twin.points.map { try StateMap($0) }, draws: twin.draws, seed: 1)
        }
        if let refusal = Self.refusals[name] {
            let fault = try #require(fault { _ = try make() })
            #expect(fault.hasPrefix(refusal))
            return
        }
        let variants = try make()
        #expect(try isEndless ? variants.count == nil : variants.count == recorded.int("total_samples"))
        let trials = try recorded.list("trials")
        if !isEndless { #expect(variants.count == trials.count) }
        for (index, trial) in trials.enumerated() {
            let variant = try variants.variant(at: index)
            let expected = try settings(trial.child("config").tree, drawnAs: variant.configuration, twin.drawn)
            #expect(variant.configuration == expected)
            #expect(TrialID(experiment: "abcde", index: index).string == (try trial.child("id").string()))
            let tag = try trial.child("tag").string()
            #expect(
                TrialTag.text(index: index, variant: variant)
                    == corrected(tag, variant, twin.drawn, isConstant: twin.draws == .onceForTheGrid))
        }
    }

    /// The recorded settings with our draws in the place of NumPy's, which have to be of the same kind.
    private func settings(
        _ recorded: StateTree, drawnAs own: StateMap, _ drawn: Set<String>
    ) throws -> StateMap {
        guard case .map(var map) = recorded else { return [:] }
        for key in drawn {
            let value = try #require(own[key])
            #expect(value.kind == map[key]?.kind)
            map[key] = value
        }
        return map
    }

    /// The recorded tag with our draws; and with each trial's own value where Ray has the last of the grid in all tags.
    private func corrected(_ tag: String, _ variant: Variant, _ drawn: Set<String>, isConstant: Bool) -> String {
        let parts = tag.split(separator: "_", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return tag }
        let settings = parts[1].split(separator: ",").map { setting -> String in
            let key = String(setting.prefix { $0 != "=" })
            guard drawn.contains(key) || isConstant, let value = variant.configuration[key] else {
                return String(setting)
            }
            switch value {
            case .int(let number): return "\(key)=\(number)"
            case .string(let text): return "\(key)=\(text)"
            case .double(let number):
                let digits = String(Int((number * 1e4).rounded()))
                return "\(key)=0.\(String(repeating: "0", count: 4 - digits.count))\(digits)"
            default: return String(setting)
            }
        }
        return "\(parts[0])_\(settings.joined(separator: ","))"
    }

    @Test("closures get the settings, also derived and nested ones") func closures() throws {
        let space: SearchSpace = [
            "a": .grid([1, 2]),
            "c": .derived { try $0.int("b") + 1 },
            "b": .derived { try $0.int("a") * 10 },
            "m": ["d": .derived { try $0["a"] / 2 }],
        ]
        let variants = try VariantSequence(of: space)
        #expect(variants.count == 2)
        #expect(try variants.variant(at: 1).configuration == ["a": 2, "c": 21, "b": 20, "m": ["d": 1.0]])
        #expect(try TrialTag.text(index: 1, variant: variants.variant(at: 1)) == "1_a=2,b=20,c=21,d=1.0000")
    }

    @Test("values are drawn anew in each cell, or once for the grid") func draws() throws {
        let space = try SearchSpace(#"{"g": {"grid": [1, 2, 3]}, "u": {"uniform": [0, 1]}}"#)
        func values(_ draws: GridDraws) throws -> [StateTree?] {
            let variants = try VariantSequence(of: space, numSamples: 2, draws: draws, seed: 3)
            return try (0..<6).map { try variants.variant(at: $0).configuration["u"] }
        }
        let anew = try values(.anewInEachCell)
        #expect(Set(anew.map { "\(String(describing: $0))" }).count == 6)
        let once = try values(.onceForTheGrid)
        #expect(once[0] == once[1] && once[1] == once[2] && once[3] == once[4] && once[4] == once[5])
        #expect(once[0] != once[3])
    }
}
