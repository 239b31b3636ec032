import Foundation
import ReinCheckpoints
import Testing

@testable import ReinTune

struct BestResultTests {
    /// One of the recorded sets of histories.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let metric: String
        let summaries: [MetricSummary?]
        let rows: [[StateTree]]
        var testDescription: String { name }
    }

    static let cases: [Case] = {
        do { return try recorded() } catch { fatalError("the fixture is damaged: \(error)") }
    }()

    private static func recorded() throws -> [Case] {
        let path = Bundle.module.resourcePath! + "/Fixtures/best_result.json"
        let tree = StateReader(try JSON.parse(String(contentsOfFile: path, encoding: .utf8)))
        return try tree.child("cases").list().map { item in
            let metric = try item.string("metric")
            let summaries = try item.child("histories").list().map { history -> MetricSummary? in
                var summary: MetricSummary?
                for result in try history.list() {
                    guard let value = try number(result.tree.metric(metric)) else { continue }
                    summary = summary ?? MetricSummary()
                    summary?.append(value)
                }
                return summary
            }
            return Case(
                name: try item.string("name"), metric: metric, summaries: summaries,
                rows: try item.child("best_scope_mode_filter_trial").list().map { try $0.list().map(\.tree) })
        }
    }

    private static func number(_ tree: StateTree?) throws -> Double? {
        switch tree {
        case .int(let value)?: Double(value)
        case .double(let value)?: value
        case .bool(let value)?: value ? 1 : 0
        case .string("NaN")?: .nan
        case .string("Infinity")?: .infinity
        case .string("-Infinity")?: -.infinity
        case nil: nil
        default: throw StateError(.malformed, "no number")
        }
    }

    /// What differs from Ray, on purpose: a trial that never had the metric is not the best one, and after a NaN means and
    /// extremes go on with the values that are numbers.
    private static let differences: [String: [String: String]] = [
        "one trial that never reported the metric": [
            "last max": "", "last min": "", "avg max": "", "avg min": "", "last-5-avg max": "", "last-5-avg min": "",
            "last-10-avg max": "", "last-10-avg min": "", "all max": "", "all min": "",
        ],
        "NaN last": [
            "avg max": "t0", "last-5-avg max": "t0", "last-10-avg max": "t0", "all max": "t0", "all min": "t0",
        ],
        "NaN first": ["avg max": "t0", "last-5-avg max": "t0", "last-10-avg max": "t0"],
        "NaN between": ["avg max": "t0", "last-5-avg max": "t0", "last-10-avg max": "t0", "all max": "t0"],
    ]

    @Test("Every scope finds the trial that Ray finds, but for its faults", arguments: cases)
    func recordedCases(_ item: Case) throws {
        var count = 0
        for row in item.rows where row[2] == .bool(true) {
            guard case .string(let scope) = row[0], case .string(let order) = row[1] else { continue }
            let rule = BestTrialRule(
                item.metric, try #require(ScoreOrder(rawValue: order)),
                scope: try #require(ResultScope(rawValue: scope)))
            let recorded = if case .string(let trial) = row[3] { trial } else { "" }
            let expected = Self.differences[item.name]?["\(scope) \(order)"] ?? recorded
            let found = rule.best(of: item.summaries).map { "t\($0)" } ?? ""
            #expect(found == expected, "\(scope) \(order)")
            count += 1
        }
        #expect(count == 10)
    }

    @Test("A summary that was written down goes on as it was")
    func state() throws {
        var summary = MetricSummary()
        for value in [3, Double.nan, -Double.infinity, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] { summary.append(value) }
        var other = MetricSummary()
        try other.restore(from: summary.state)
        for value in [1.0, 2] {
            summary.append(value)
            other.append(value)
        }
        #expect(other == summary)
        #expect(summary.mean(ofLast: 5) == (11 + 12 + 13 + 1 + 2) / 5.0)
        #expect(summary.value(in: .best, order: .min) == nil && summary.value(in: .best, order: .max) == 13)
        var damaged = summary.state
        if case .map(var map) = damaged {
            map["count"] = 3
            damaged = .map(map)
        }
        #expect(throws: StateError.self) { try other.restore(from: damaged) }
        #expect(other == summary)
    }
}
