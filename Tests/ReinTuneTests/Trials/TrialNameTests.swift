import ReinCheckpoints
import ReinTune
import Testing

@Suite struct TrialNameTests {
    @Test("ids have five characters of the experiment and five digits, or more") func ids() {
        #expect(TrialID(experiment: "abcde", index: 0).string == "abcde_00000")
        #expect(TrialID(experiment: "abcde", index: 99_999).string == "abcde_99999")
        #expect(TrialID(experiment: "abcde", index: 100_000).string == "abcde_100000")
        var codes: Set<String> = []
        for seed in 0..<100 {
            let code = TrialID.experimentCode("tune", seed: UInt64(seed))
            #expect(code.count == 5 && code.allSatisfy { "0123456789abcdef".contains($0) })
            #expect(code == TrialID.experimentCode("tune", seed: UInt64(seed)))
            codes.insert(code)
        }
        #expect(codes.count > 95)
        #expect(TrialID.experimentCode("a", seed: 1) != TrialID.experimentCode("b", seed: 1))
    }

    private func tag(_ configuration: StateMap) throws -> String {
        let space = try SearchSpace(configuration.map { ($0.0, .grid([.fixed($0.1)])) })
        return TrialTag.text(index: 3, configuration: configuration, of: space)
    }

    @Test("tags are cleaned and cut") func tags() throws {
        #expect(try tag(["a": "__x_  _y__"]) == "3_a=x___y")
        #expect(try tag(["k 1": .double(.nan), "b/c": .double(-.infinity)]) == "3_b_c=-inf,k_1=nan")
        #expect(try tag(["a": .double(-0.00001), "b": 0.00005]) == "3_a=-0.0000,b=0.0001")
        #expect(try tag(["a": ["k": [1.5, nil, "t"]], "b": .bytes([1])]) == "3_a=k_1_5_None_t,b=bytes")
        #expect(try tag(["a": .string(String(repeating: "🙂", count: 4000))]) == "3_a=")
        #expect(try tag(["a": .string(String(repeating: "x", count: 4000))]).utf8.count == 104)
        #expect(try tag(["a": 1e300]).utf8.count == 104)
        #expect(try tag(["a": .list([StateTree](repeating: 7, count: 100_000))]).utf8.count == 103)
    }

    @Test("settings that somebody thought up have tags too, without what their case lacks") func thoughtUp() throws {
        let space: SearchSpace = [
            "a": .uniform(0...1), "b": 3, "k": .cases(["x": ["n": .integers(0...9)], "y": ["m": .integers(0...9)]]),
            "l": [1, .derived { try $0["a"] }],
        ]
        let configuration: StateMap = ["a": 0.25, "b": 3, "k": "y", "m": 4, "l": [1, 0.25]]
        #expect(TrialTag.text(index: 0, configuration: configuration, of: space) == "0_a=0.2500,k=y,1=0.2500,m=4")
        #expect(TrialTag.text(index: 12, configuration: configuration, of: ["b": 3]) == "12")
    }

    @Test("folders are named as Ray Tune names them") func folders() {
        #expect(
            TrialFolderName.name(
                trainable: "Trainable_CartPole-v1", id: "abcde_00000", tag: "0_lr=0.1000", date: "2026-11-28_13-54-15")
                == "Trainable_CartPole-v1_abcde_00000_0_lr=0.1000_2026-11-28_13-54-15")
        let long = TrialFolderName.name(
            trainable: "T", id: "abcde_00000", tag: "0_x=\(String(repeating: "y", count: 300))", date: "d")
        #expect(long == "T_abcde_00000_0_x=\(String(repeating: "y", count: 112))_d")
    }

    @Test(
        "whatever the names are, a folder can be made of them",
        arguments: [
            "a/b\\c(d)", "new\nline\r\u{0}\u{7f}\u{2028}\u{2029}", "..", ".hidden", "", "🙂", "👩‍👩‍👧‍👦", "é\u{301}\u{202e}",
            ".\u{301}",
            String(repeating: "x", count: 4000), String(repeating: "🙂", count: 4000),
            String(repeating: "\u{301}", count: 4000), String(repeating: "/", count: 4000), ".a.partial-1-2",
        ])
    func unsafe(_ name: String) {
        for (trainable, id, tag) in [(name, "abcde_00007", "7_a=1"), ("T", "abcde_00007", name), ("T", name, name)] {
            let folder = TrialFolderName.name(
                trainable: trainable, id: TrialID(id), tag: tag, date: "2026-11-28_13-54-15")
            #expect(folder.utf8.count <= 221 && folder.unicodeScalars.count <= 151)
            #expect(
                !folder.unicodeScalars.contains {
                    $0.value < 32 || "/\\()\u{7f}\u{2028}\u{2029}\u{202e}".unicodeScalars.contains($0)
                })
            #expect(folder.utf8.first != UInt8(ascii: ".") && folder.hasSuffix("_2026-11-28_13-54-15"))
            // Trials of one experiment have different folders, however long the trainable's name is.
            if id == "abcde_00007" { #expect(Array(folder.utf8).contains(Array("_abcde_00007_".utf8))) }
        }
        let emoji = TrialFolderName.name(trainable: "🙂", id: "abcde_00000", tag: "0")
        #expect(emoji == "🙂_abcde_00000_0")
    }

    @Test("a folder that is there is not taken") func unique() {
        let taken: Set<String> = ["a", "a_0001", "a_0002"]
        #expect(TrialFolderName.unique("a") { taken.contains($0) } == "a_0003")
        #expect(TrialFolderName.unique("b") { taken.contains($0) } == "b")
    }
}
