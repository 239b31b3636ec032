import Rein
import ReinTune
import Testing

@testable import ReinCommand

@Suite("What rein tune shows")
struct TuneDisplayTests {
    private func trial(_ index: Int, _ status: TrialStatus, score: Double? = nil, iteration: Int64 = 1) -> TrialRecord {
        TrialRecord(
            id: TrialID(experiment: "e", index: index), index: index, configuration: ["rate": .double(Double(index))],
            status: status,
            lastResult: score.map { ["score": .double($0), "training_iteration": .int(iteration)] })
    }

    private func lines(_ trials: [TrialRecord], _ order: ScoreOrder = .max, limit: Int) -> [String] {
        TrialLines(metric: "score", order: order, space: ["rate": .uniform(0...10)]).lines(trials, limit: limit)
    }

    /// The numbers of the trials of some lines.
    private func numbers(_ lines: [String]) -> [Int] {
        lines.dropFirst().compactMap { $0.hasPrefix("e_") ? Int($0.prefix(7).dropFirst(2)) : nil }
    }

    @Test("The best trials come first, those that run have room, and those that wait are left out")
    func ranking() {
        let trials = [
            trial(0, .terminated, score: 1), trial(1, .errored), trial(2, .running, score: .nan),
            trial(3, .terminated, score: 3), trial(4, .terminated, score: 2), trial(5, .running), trial(6, .pending),
            trial(7, .paused, score: 3),
        ]
        #expect(numbers(lines(trials, limit: 10)) == [3, 7, 4, 0, 2, 5])
        #expect(numbers(lines(trials, .min, limit: 10)) == [0, 4, 3, 7, 2, 5])
        let few = lines(trials, limit: 3)
        #expect(numbers(few) == [3, 7, 2])
        #expect(few.last == "(and 3 more)")
        #expect(lines([], limit: 3).isEmpty)
        #expect(lines(trials, limit: 0).isEmpty)
        #expect(lines(trials, limit: 10)[1].hasSuffix("rate=3"))
    }

    @Test("What has happened is told once, in order")
    func changes() {
        var changes = TrialChanges()
        func kinds(_ trials: [TrialRecord], isContinuing: Bool = false) -> [String] {
            changes.take(trials, isContinuing: isContinuing).map { "\($0.trial.index) \($0.kind.rawValue)" }
        }
        #expect(kinds([trial(0, .running), trial(1, .pending)]) == ["0 begin"])
        #expect(kinds([trial(0, .running), trial(1, .pending)]).isEmpty)
        #expect(kinds([trial(0, .running, score: 1), trial(1, .running)]) == ["0 result", "1 begin"])
        #expect(
            kinds([trial(0, .terminated, score: 1, iteration: 2), trial(1, .paused)])
                == ["0 result", "0 end", "1 pause"])
        #expect(kinds([trial(0, .terminated, score: 1, iteration: 2), trial(1, .errored)]) == ["1 end"])
        changes = TrialChanges()
        let before = [trial(0, .terminated, score: 1), trial(1, .running, score: 1), trial(2, .paused)]
        #expect(kinds(before, isContinuing: true) == ["1 begin"])
        #expect(kinds([before[0], trial(1, .running, score: 1, iteration: 2), before[2]]) == ["1 result"])
    }

    @Test("Lines of a terminal are drawn in their own place, also after it has become narrower")
    func block() {
        var block = TerminalBlock()
        #expect(block.clearing(columns: 80).isEmpty)
        #expect(block.drawing(["first", "second"], columns: 80) == "\rfirst\u{1B}[K\nsecond\u{1B}[K\n\u{1B}[J")
        #expect(block.drawing(["1"], columns: 80) == "\u{1B}[2A\r1\u{1B}[K\n\u{1B}[J")
        _ = block.drawing(["123456789", "1"], columns: 80)
        // Three lines of four columns, and one.
        #expect(block.drawing(["123456789"], columns: 4) == "\u{1B}[4A\r123\u{1B}[K\n\u{1B}[J")
        #expect(block.clearing(columns: 4) == "\u{1B}[1A\r\u{1B}[J")
        #expect(!block.isOpen)
    }
}
