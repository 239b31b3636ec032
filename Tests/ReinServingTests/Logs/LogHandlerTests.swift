#if Serving
import Foundation
import Logging
import ReinCheckpoints
import Testing

@testable import ReinServing

@Suite("Lines of a log")
struct LogHandlerTests {
    private struct Failure: Error, CustomStringConvertible { let description = "no \"way\"" }

    @Test("An event is one line of JSON, with numbers as numbers")
    func json() throws {
        let lines = LogLines()
        var logger = lines.logger(.info)
        logger[metadataKey: "server"] = "a"
        logger.info(
            "loaded \"red\"",
            metadata: [
                "bytes": .stringConvertible(12), "ready": .stringConvertible(true), "x": .stringConvertible(0.5),
                "list": ["a", .stringConvertible(1)], "map": ["b": "2", "a": "1"], "time": "late", "server": "b",
            ])
        logger.debug("not told")
        #expect(lines.all.count == 1)
        let line = try #require(lines.all.first)
        #expect(
            line.hasSuffix(
                #""level":"info","message":"loaded \"red\"","bytes":12,"list":["a",1],"map":{"a":"1","b":"2"},"#
                    + #""ready":true,"server":"b","time_":"late","x":0.5}"# + "\n"))
        #expect(line.wholeMatch(of: /\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",.*\n/) != nil)
    }

    @Test("Control characters, and what is not to be seen, are escaped")
    func escapes() throws {
        let lines = LogLines()
        let text =
            "a\u{1b}[31m\n\r\t\u{0}\u{7f}\u{9b}\u{202e}\u{2028}\u{feff}\"\\é🙂\(String(decoding: [0xff], as: UTF8.self))"
        lines.logger().info("x", metadata: ["value": "\(text)", "bad\u{7}key": "y"])
        let line = try #require(lines.all.first)
        #expect(
            line.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" }
                && line.dropLast().allSatisfy { $0 != "\n" })
        for character in ["\u{7f}", "\u{9b}", "\u{202e}", "\u{2028}", "\u{feff}"] {
            #expect(!line.unicodeScalars.contains(character.unicodeScalars.first ?? "x"))
        }
        #expect(line.contains("é🙂"))
        let tree = try #require(lines.trees.first)
        #expect(try tree.string("value") == text && tree.string("bad\u{7}key") == "y")
    }

    @Test("Long values are cut, and a line has at most 4,096 bytes")
    func long() throws {
        let lines = LogLines()
        lines.logger().info("x", metadata: ["value": "\(String(repeating: "é", count: 5000))", "z": "end"])
        let value = try #require(lines.trees.first).string("value")
        #expect(value.hasSuffix("é...") && value.utf8.count <= LogLine.textLimit + 8)
        #expect(try #require(lines.trees.first).string("z") == "end")
        var metadata: Logger.Metadata = [:]
        for index in 0..<100 { metadata["key\(index)"] = "\(String(repeating: "\u{1}", count: 500))" }
        lines.logger().info("y", metadata: metadata)
        #expect(lines.all[1].utf8.count <= LogLine.limit)
        #expect(try lines.trees[1].child("cut").bool())
        var nested = Logger.MetadataValue.string("deep")
        for _ in 0..<1000 { nested = .array([nested]) }
        lines.logger().info("z", metadata: ["nested": nested])
        #expect(lines.all[2].utf8.count < 200 && (try? lines.trees[2]) != nil)
    }

    @Test("Lines for people have the same in words")
    func text() {
        let lines = LogLines()
        let logger = Logger(label: "test") { _ in TextLogHandler(level: .info, sink: lines.sink) }
        logger.info("loaded", metadata: ["model": "red", "reason": "two words\u{1b}[0m"])
        logger.warning("x", metadata: ["y": "\(String(repeating: "é", count: 5000))"])
        #expect(lines.all[0].hasSuffix("Z loaded model=red reason=\"two words\\u{1b}[0m\"\n"))
        #expect(lines.all[1].contains("Z warning x y=é") && lines.all[1].utf8.count <= LogLine.limit)
    }

    @Test("An error that goes with an event is told")
    func error() throws {
        let lines = LogLines()
        lines.logger().error("failed", error: Failure())
        #expect(try #require(lines.trees.first).string("error") == "no \"way\"")
    }

    @Test(
        "Times are of the calendar",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_709_251_199_001, "2024-02-29T23:59:59.001Z"), (-1, "1969-12-31T23:59:59.999Z"),
        ])
    func times(milliseconds: Int, text: String) { #expect(UTCTime(milliseconds: milliseconds).description == text) }

    @Test("Every day of 400 years is that of Foundation")
    func calendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for day in stride(from: 0, to: 146_097, by: 13) {
            let parts = calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86400))
            let text = UTCTime(milliseconds: day * 86_400_000).description.prefix(10)
            #expect(text == String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0))
        }
    }
}
#endif
