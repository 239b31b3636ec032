import ReinCheckpoints
import Testing

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

    @Test("An id is coded as a string and checked on the way back")
    func coding() throws {
        #expect(StateEncoder().encode([PolicyID.default]) == ["default_policy"])
        #expect(throws: StateError.self) { try StateDecoder().decode([PolicyID].self, from: [".."]) }
    }
}
