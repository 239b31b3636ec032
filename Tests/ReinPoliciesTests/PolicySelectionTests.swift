import Rein
import Testing

@Suite("Choosing policies by ids and patterns")
struct PolicySelectionTests {
    static let known: [PolicyID] = ["pol1", "pol0", "pol10", "other", "pol[01]", "a*"]

    @Test(
        "Patterns choose in their order, and each policy once",
        arguments: [
            ("pol0", ["pol0"]), ("pol?", ["pol1", "pol0"]),
            ("other,pol*", ["other", "pol1", "pol0", "pol10", "pol[01]"]),
            ("*", ["pol1", "pol0", "pol10", "other", "pol[01]", "a*"]), ("pol0,pol0,pol[!1]", ["pol0"]),
            // What is an id is no pattern.
            ("pol[01]", ["pol[01]"]), ("a*", ["a*"]),
        ])
    func chooses(_ text: String, _ expected: [String]) throws {
        #expect(try PolicySelection(parsing: text).ids(in: Self.known).map(\.string) == expected)
    }

    @Test("A pattern that matches nothing is an error with the nearest id and a list that can be read")
    func nothing() throws {
        let many = try (0..<100).map { try PolicyID("pol\($0)") }
        for (pattern, nearest) in [("pol777", "pol77"), ("Pol-5", "pol5")] {
            let error = try #require(throws: StateError.self) { try PolicySelection(parsing: pattern).ids(in: many) }
            #expect(error.code == .notFound)
            #expect(error.message.contains("\"\(pattern)\"") && error.message.contains("did you mean \"\(nearest)"))
            #expect(error.message.contains("\"pol19\" and 80 more") && !error.message.contains("\"pol20\""))
        }
        #expect(throws: StateError.self) { try PolicySelection(["pol0"]).ids(in: []) }
        #expect(try PolicySelection(patterns: []).ids(in: many).isEmpty)
    }

    @Test("A name that can be no id is refused when it is read", arguments: ["", "a,,b", "../x", "a.", "a/b"])
    func refusals(_ text: String) {
        #expect(throws: StateError.self) { try PolicySelection(parsing: text) }
    }

    @Test("Thousands of ids are chosen in a time in proportion to their number")
    func many() throws {
        let ids = try (0..<20_000).map { try PolicyID("policy_\($0)") }
        #expect(try PolicySelection(ids).ids(in: ids) == ids)
    }
}
