import Testing

@testable import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("The records of results")
struct ResultLogTests {
    private let directory: TemporaryDirectory
    private let table: String
    private let results: String

    init() throws {
        directory = try TemporaryDirectory()
        table = directory.path("progress.csv")
        results = directory.path("result.json")
    }

    private func log(after last: Int = .max, key: String = "step") throws -> ResultLog {
        try ResultLog(table: table, results: results, numberedBy: key, continuingAfter: last)
    }

    private func text(_ path: String) throws -> String { String(decoding: try readFile(path).array, as: UTF8.self) }

    private func lines(_ path: String) throws -> [String] { try text(path).split(separator: "\n").map(String.init) }

    @Test("A row is cells and one JSON object; what is in maps has its keys with slashes between")
    func row() throws {
        var log = try log()
        log.append(
            [
                "step": 1, "loss": ["actor": 0.5, "parts": ["a": .double(.nan), "b": .double(-.infinity)]],
                "none": .null, "word": "a,b", "list": [1, 2.0], "is": true, "empty": [:],
            ], details: ["note": ["x": 1]])
        try log.finish()
        #expect(
            try text(table) == """
                step,loss/actor,loss/parts/a,loss/parts/b,none,word,list,is
                1,0.5,nan,-inf,,"a,b","[1,2.0]",true

                """)
        #expect(
            try text(results) == """
                {"step":1,"loss":{"actor":0.5,"parts":{"a":null,"b":null}},"none":null,"word":"a,b","list":[1,2.0],\
                "is":true,"empty":{},"note":{"x":1}}

                """)
    }

    @Test("Columns join the table as they appear, one rewriting for each row that has new ones")
    func newColumns() throws {
        var log = try log()
        log.append(["step": 1, "a": 1])
        log.append(["step": 2, "evaluation": ["mean": 2.5], "a": 2])
        log.append(["step": 3])
        log.append(["a": 4, "own \"key\"": "x", "step": 4, "evaluation": 7])
        try log.finish()
        #expect(log.takeWarnings() == [])
        #expect(
            try lines(table) == [
                #"step,a,evaluation/mean,"own ""key""",evaluation"#, "1,1,,,", "2,2,2.5,,", "3,,,,", "4,4,,x,7",
            ])
        #expect(try lines(results).count == 4)
        #expect(directory.names == ["progress.csv", "result.json"])
    }

    @Test("Only rows that come again go: not those from before a number that was there already")
    func rowsOfAnotherTime() throws {
        // How far the record had come, where it goes on, and what stays.
        let cases: [(numbers: [Int], last: Int, kept: [Int])] = [
            ([1, 2, 3, 4, 5, 6, 5], 5, [1, 2, 3, 4, 5, 6, 5]), ([1, 2, 3, 4, 3, 4, 5], 3, [1, 2, 3, 4, 3]),
            ([1, 2, 7, 8, 9], 6, [1, 2]), ([1, 2, 2, 2], 1, [1, 2, 2]), ([1, 2, 3], 0, []),
        ]
        for (numbers, last, kept) in cases {
            for path in [table, results] { unlink(path) }
            var before = try log()
            for number in numbers { before.append(["step": .int(Int64(number))]) }
            try before.finish()
            _ = try log(after: last)
            #expect(try lines(results) == kept.map { "{\"step\":\($0)}" })
            #expect(try lines(table) == ["step"] + kept.map { "\($0)" })
        }
    }

    @Test("Text and keys that would break a line do not, and the rows are read again")
    func lineBreaks() throws {
        var first = try log()
        first.append(["word": "one\ntwo", "step": 1, "a\nb": "\r\n", "c": "\r"])
        var second = try log()
        #expect(second.takeWarnings() == [])
        second.append(["step": 2, "new": 1])
        try second.finish()
        let rows = try lines(table).map(CommaSeparated.fields)
        #expect(
            rows == [
                ["word", "step", "\"a\\nb\"", "c", "new"], ["\"one\\ntwo\"", "1", "\"\\r\\n\"", "\r", ""],
                ["", "2", "", "", "1"],
            ])
    }

    @Test("Going on removes later rows and a last one that does not end, wherever the number stands")
    func goingOn() throws {
        var first = try log(key: "number")
        for number in 1...3 { first.append(["value": .double(Double(number)), "number": .int(Int64(number))]) }
        try first.finish()
        for path in [table, results] { try overwrite(path, readFile(path).array + Array("4.0,".utf8)) }
        var second = try log(after: 2, key: "number")
        #expect(second.takeWarnings() == [])
        second.append(["value": 9.0, "number": 3, "more": 1])
        try second.finish()
        #expect(try lines(table) == ["value,number,more", "1.0,1,", "2.0,2,", "9.0,3,1"])
        #expect(try lines(results).map { try StateReader(JSON.parse($0)).int("number") } == [1, 2, 3])
    }

    @Test("A table that cannot be rewritten waits with all its rows, and is complete afterwards")
    func rewritingFails() throws {
        var log = try log()
        log.append(["step": 1])
        let obstacle = TemporaryName.replacing(table)
        try LocalFile.makeDirectories(obstacle + "/x")
        log.append(["step": 2, "a": 1])
        #expect(log.takeWarnings().count == 1)
        log.append(["step": 3, "b": 2])
        #expect(log.takeWarnings() == [])
        let error = try #require(throws: StateError.self) { try log.finish() }
        #expect(error.message.contains("2 lines are lost") && error.path == table, "\(error)")
        #expect(try text(table) == "step\n1\n")
        try Directory(opening: obstacle).removeContents()
        #expect(rmdir(obstacle) == 0)
        log.append(["step": 4])
        #expect(log.takeWarnings() == ["the records are written again"])
        try log.finish()
        #expect(try lines(table) == ["step,a,b", "1,,", "2,1,", "3,,2", "4,,"])
        #expect(try lines(results).count == 4)
    }

    @Test("What does not have the number is set aside, and begun anew")
    func foreign() throws {
        try overwrite(table, Array("other,columns\n1,2\n".utf8))
        try overwrite(results, Array("{\"step\":\"x\"}\n".utf8))
        var log = try log()
        #expect(log.takeWarnings().count == 2)
        log.append(["step": 1])
        try log.finish()
        #expect(try text(table) == "step\n1\n" && text(results) == "{\"step\":1}\n")
        #expect(try text(table + ".damaged") == "other,columns\n1,2\n")
    }

    @Test(
        "Fields survive a line of comma-separated values",
        arguments: [
            ["a", "b"], ["", "", ""], ["a,b", "\"quoted\"", "plain"], ["\"", ",", "\",\""],
        ])
    func commaSeparated(_ fields: [String]) {
        #expect(CommaSeparated.fields(CommaSeparated.line(fields)) == fields)
    }
}
