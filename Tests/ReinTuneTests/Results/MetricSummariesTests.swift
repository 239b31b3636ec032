import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct MetricSummariesTests {
    @Test(
        "Numbers and truth values are summed up by their names, in the order of their appearance, and nothing else is")
    func names() {
        var summaries = MetricSummaries()
        summaries.append(["score": 1, "inner": ["a": true, "b": ["c": 2.5]], "text": "x", "list": [1], "no": nil])
        summaries.append(["late": 3, "inner": ["b": ["c": 3.5], "a": false], "score": .double(.nan), "pid": 7])
        summaries.append(["config": ["lr": 1], "trial_id": 4, "timestamp": 5, "score": 4])
        #expect(summaries.names == ["score", "inner/a", "inner/b/c", "late"])
        #expect(summaries.entries.map(\.0) == summaries.names)
        #expect(summaries["score"]?.count == 2 && summaries["score"]?.mean == 2.5 && summaries["score"]?.last == 4)
        #expect(summaries["inner/a"]?.mean == 0.5 && summaries["inner/b/c"]?.maximum == 3.5)
        #expect(summaries["late"]?.count == 1 && summaries["pid"] == nil && summaries["inner"] == nil)
    }

    @Test(
        "They are the same ones when they are read from the file of results, but that null has no NaN", arguments: 0..<3
    )
    func file(trial: Int) throws {
        let results = try RecordedExperiment.results(of: trial)
        var expected = MetricSummaries()
        for result in results { expected.append(result) }
        try withTemporaryDirectory { folder in
            try RecordedExperiment.write(trial, to: folder, .init(writesNonFiniteNumbers: true, writesEvents: false))
            // The settings are at another place in the lines, which is none of their business.
            #expect(try MetricSummaries(resultsAt: "\(folder)/result.json") == expected)
            let path = "\(folder)/odd.json"
            try "[1]\n{\"a\":1}\n\n{\"a\":\n{\"a\":NaN}\n{\"a\":3}".write(
                toFile: path, atomically: false, encoding: .utf8)
            let odd = try MetricSummaries(resultsAt: path)
            #expect(odd.names == ["a"] && odd["a"]?.count == 1 && odd["a"]?.last?.isNaN == true)
            #expect(throws: StateError.self) { _ = try MetricSummaries(resultsAt: "\(folder)/none") }
        }
    }
}
