import Foundation
import Rein
import Testing

@Suite("rein tune and rein results with addresses", .timeLimit(.minutes(30)))
struct TuneAddressTests {
    private static func search() -> Search {
        var search = Search()
        search.iterations = 2
        search.others = [#""maxConcurrent": 1, "deterministic": true"#]
        return search
    }

    @Test("An experiment in memory ends like one in a folder, and the address of a folder is that folder")
    func places() throws {
        let scratch = try Scratch()
        try Self.search().write("search.json", in: scratch)
        let memory = try scratch.done(["tune", "search.json", "--directory", "memory://trial/search"])
        #expect(memory.output.hasPrefix("Done: ") && memory.output.contains("Checkpoint: memory://trial/search/"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path) == ["search.json"])
        let file = "file://" + scratch.path("runs/here")
        try scratch.done(["tune", "search.json", "--directory", file, "--quiet"])
        try scratch.done(["tune", "--resume", file, "--stop", "training_iteration=3", "--quiet"])
        let results = try scratch.done(["results", file, "--json"])
        #expect(try results.output == scratch.done(["results", scratch.path("runs/here"), "--json"]).output)
    }

    @Test("Addresses that lead nowhere are refused with a reason")
    func refused() throws {
        let scratch = try Scratch()
        try Self.search().write("search.json", in: scratch)
        let cases: [(arguments: [String], words: String)] = [
            (["tune", "search.json", "--directory", "s3://bucket/e"], "ReinStorage"),
            (["tune", "--resume", "s3://bucket/e"], "ReinStorage"), (["results", "s3://bucket/e"], "ReinStorage"),
            (["tune", "search.json", "--directory", "memry://a/e"], "memory"),
            (["tune", "--resume", "memory://trial/nothing"], "tune.json"),
            (["results", "memory://trial/nothing"], "there is no such folder"),
            (["tune", "--ask-tell", "--resume", "memory://trial/e"], "--ask-tell"),
        ]
        for (arguments, words) in cases {
            let outcome = try scratch.rein(arguments)
            #expect(outcome.code != 0 && outcome.code != 70, "\(arguments)")
            #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path) == ["search.json"])
    }
}
