import Testing

@testable import ReinCheckpoints

@Suite("Policy ids")
struct PolicyIDTests {
    @Test(
        "What RLlib allows is allowed",
        arguments: [
            "pol0", "red team", "ünï.x", "team*red", ".hidden", " x", "-rf", "~", "日本",
            String(repeating: "é", count: 100),
        ])
    func allowed(string: String) throws {
        #expect(try PolicyID(string).string == string)
    }

    @Test(
        "What is no safe name of a folder is refused",
        arguments: [
            "", ".", "..", "...", "a/b", "/", "../x", "a\\b", "x.", "x ", " ", "a<b", "a>b", "a:b", "a\"b", "a|b",
            "a?b",
            "a\0b", "a\nb", "\u{7f}", "a\u{85}b", "a\u{2028}b", "a/\u{301}b", "x.\u{301}.",
            String(repeating: "a", count: 201),
            String(repeating: "é", count: 101),
        ])
    func refused(string: String) throws {
        let error = try #require(throws: StateError.self) { try PolicyID(string) }
        #expect(error.code == .invalidPolicyID)
        #expect(error.description.utf8.count < 300)
    }

    @Test(
        "Characters that are not to be seen are refused, and shown in the message",
        arguments: [
            "\u{200E}", "\u{200F}", "\u{202A}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{061C}", "\u{200B}", "\u{200C}",
            "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{AD}", "\u{FE0F}", "\u{3164}", "\u{E0041}", "\u{34F}",
        ])
    func invisible(character: String) throws {
        let error = try #require(throws: StateError.self) { try PolicyID("pol\(character)0") }
        #expect(error.code == .invalidPolicyID)
        let number = String(try #require(character.unicodeScalars.first).value, radix: 16)
        #expect(error.description.contains("U+\(number.uppercased())"), "\(error)")
        #expect(error.description.contains("\\u{\(number)}"), "\(error)")
        #expect(!error.description.contains(character))
    }

    @Test(
        "A checkpoint of ids that differ in upper and lower case alone is not written",
        arguments: [["a", "A"], ["é", "É"]])
    func clash(ids: [String]) throws {
        let scratch = try TemporaryDirectory()
        let error = #expect(throws: StateError.self) {
            try CheckpointDirectory.writeAlgorithm(
                to: scratch.path("checkpoint"), format: .native, algorithm: ["a": 1],
                policies: try ids.map { (try PolicyID($0), ["a": 1]) })
        }
        #expect(error?.code == .alreadyExists)
        #expect(error?.message.contains("differ in upper and lower case alone") == true)
        #expect(try !CheckpointDirectory.exists(at: scratch.path("checkpoint")))
    }

    @Test("An id that a manifest lists twice is named where it stands the second time")
    func executor() throws {
        #expect(PolicyID.firstRepetition(in: []) == nil)
        #expect(PolicyID.firstRepetition(in: ["b", "a", "B"]) == nil)
        #expect(PolicyID.firstRepetition(in: ["c", "a", "b", "a", "c", "a"]) == 3)
        let sample = try SampleCheckpoint(.native)
        try sample.editManifest { $0["policy_ids"] = ["pol0", "pol1", "red team", "pol1", "pol0"] }
        let error = #expect(throws: StateError.self) { try sample.open().policyIDs }
        #expect(error?.path == "\(sample.manifest())/policy_ids/3")
        #expect(error?.message == "the id \"pol1\" appears twice")
    }

    @Test("An id is coded as a string and checked on the way back")
    func coding() throws {
        #expect(StateEncoder().encode([PolicyID.default]) == ["default_policy"])
        #expect(throws: StateError.self) { try StateDecoder().decode([PolicyID].self, from: [".."]) }
    }
}
