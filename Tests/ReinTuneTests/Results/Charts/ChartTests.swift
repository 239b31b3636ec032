import Foundation
import ReinCheckpoints
import ReinRandom
import ReinTestSupport
import Testing

@testable import ReinTune

struct ChartTests {
    /// The texts of both pictures.
    private func charts(_ folder: String, _ metric: String = "score") throws -> [String] {
        let grid = try ResultGrid(reading: folder)
        let charts = [try grid.curveChart(metric, .max), try grid.parallelChart(metric, .max)]
        for chart in charts {
            try check(chart)
        }
        return charts
    }

    /// That a text is one element whose parts are closed, with numbers that are finite.
    private func check(_ chart: String) throws {
        #expect(chart.hasPrefix("<svg ") && chart.hasSuffix("</svg>\n"))
        #expect(!chart.contains("nan") && !chart.contains("inf "))
        let parser = XMLChecker(chart)
        #expect(parser.isWellFormed)
    }

    private func withSample(_ body: (SampleExperiment) throws -> Void) throws {
        try withTemporaryDirectory { try body(SampleExperiment(folder: $0)) }
    }

    @Test("The recorded experiment has a curve and a line for each trial")
    func recorded() throws {
        let charts = try charts(SampleExperiment.recorded("experiment"))
        #expect(charts[0].contains("best: 24, trial abcde_00001 (1_lr=0.2000)"))
        #expect(charts[0].components(separatedBy: "stroke=\"\(ScoreColor.best)\"").count == 3)
        #expect(charts[1].contains(">lr</text>") && charts[1].contains(">fails</text>"))
    }

    @Test("Names are no markup, and nothing that is not to be seen is in the picture")
    func names() throws {
        try withSample { sample in
            for trial in 0..<3 {
                let name = "<script>&\"'\u{0}\u{202E}]]>\(trial)"
                try sample.addTrial(trial, [name: .double(Double(trial)), "x": .string(name)], scores: [1, 2]) { _ in
                    ["<m>": .double(Double(trial))]
                }
            }
            for chart in try charts(sample.folder, "<m>") {
                #expect(!chart.contains("<script>") && chart.contains("&lt;m&gt;"))
                #expect(chart.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 0x202E || $0 == "\n" })
            }
        }
    }

    @Test("One trial, no results, and values that are not finite are drawn as far as they can be")
    func odd() throws {
        try withSample { sample in
            try sample.addTrial(0, ["x": 1], scores: [3])
            let single = try charts(sample.folder)
            #expect(single[0].contains("<circle") && single[0].contains("best: 3"))
            try sample.write("{}", to: "T_abcde_00001_1/params.json")
            try sample.addTrial(2, ["x": 1e300], scores: [.nan, .nan])
            try sample.addTrial(3, ["x": 1e-300], scores: [-.infinity, 4, .nan, 5e307, -1e308])
            let charts = try charts(sample.folder)
            #expect(charts[0].contains("in 3 of 4 trials") && charts[0].contains("best: 3"))
            #expect(charts[1].contains("(log)") && charts[1].contains("stroke-dasharray"))
        }
    }

    @Test("An axis has logarithms where numbers are positive and span more than two powers of ten")
    func logarithms() {
        func isLogarithmic(_ values: [Double]) -> Bool { ParallelAxis("x", numbers: values).isLogarithmic }
        #expect(isLogarithmic([1e-4, 1e-3, 1e-1]) && !isLogarithmic([1, 100]) && !isLogarithmic([0, 1000]))
        #expect(!isLogarithmic([-1, 1e6]) && !isLogarithmic([]))
        let axis = ParallelAxis("x", numbers: [1e-4, 1e-2, 1, nil, .nan])
        #expect(axis.places == [0, 0.5, 1, nil, nil])
        #expect(axis.ticks.map(\.name) == ["0.0001", "0.001", "0.01", "0.1", "1"])
        let kinds = ParallelAxis("k", ["b", nil, "a", .null])
        #expect(kinds.places == [1, nil, 0.5, 0] && kinds.ticks.map(\.name) == ["-", "a", "b"])
    }

    @Test("Ticks are round numbers inside the axis that differ in what is written")
    func ticks() {
        for (low, high) in [
            (0.0, 1.0), (-3, 17), (1e-9, 2e-9), (1e15, 1e15 + 8), (-1e300, 1e300), (5, 5), (0, 0),
            (.leastNonzeroMagnitude, .leastNonzeroMagnitude),
        ] {
            let scale = ChartScale([low, high], allowsLogarithms: false)
            let ticks = scale.ticks(about: 6)
            #expect((2...12).contains(ticks.count), "\(low) \(high)")
            #expect(ticks.allSatisfy { (0...1).contains(scale.fraction(of: $0.value)) })
        }
        #expect(
            ChartScale([0, 10], allowsLogarithms: false).ticks(about: 5).map(\.name) == ["0", "2", "4", "6", "8", "10"])
    }

    @Test("A thousand trials are a picture of bounded size that keeps the peaks")
    func many() throws {
        var random = RandomStream(seed: 1, name: "many")
        var curves: [LearningCurve] = []
        var rates: [Double?] = []
        for trial in 0..<1200 {
            let rate = random.nextDouble()
            rates.append(rate)
            let scores = (0..<200).map { Double($0) * rate + random.nextDouble() }
            curves.append(
                LearningCurve(trial: TrialID("t\(trial)"), x: (0..<200).map { Double($0) }, y: scores))
        }
        let drawn = CurveChart.text(.init(names: ("score", "steps"), curves: curves, bestLabel: "best"))
        let axes = [ParallelAxis("rate", numbers: rates), ParallelAxis("score", numbers: curves.map { $0.y.last })]
        let lines = ParallelChart.text(
            .init(title: "t", note: nil, axes: axes, order: Array(0..<1200), shares: axes[1].places, bestLabel: "best"))
        for chart in [drawn, lines] {
            try check(chart)
            #expect(chart.utf8.count < 1 << 20)
            #expect(chart.components(separatedBy: "<path").count > 1000)
        }
        #expect(drawn.contains("1000 curves are drawn"))
        var values = (0..<5000).map { Double($0 % 7) }
        values[3210] = 100
        values[77] = -50
        values[10] = .nan
        let places = Decimation.places(values, limit: 60)
        #expect(places.count <= 60 && places.first == 0 && places.last == 4999)
        #expect(places.contains(3210) && places.contains(77) && places == places.sorted())
        #expect(Decimation.places([1, 2, 3], limit: 60) == [0, 1, 2])
    }
}

/// Reads a text as XML.
private struct XMLChecker {
    let isWellFormed: Bool

    init(_ text: String) {
        // A tag and the text behind it at a time; this text has no comments, and no attributes with angle brackets.
        var open: [Substring] = []
        var isGood = true
        for part in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            let pieces = part.split(separator: ">", maxSplits: 1, omittingEmptySubsequences: false)
            isGood = isGood && pieces.count == 2 && !pieces[pieces.count - 1].contains(">")
            let tag = pieces[0]
            if tag.hasPrefix("/") {
                isGood = isGood && open.popLast() == tag.dropFirst()
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
            }
            for reference in part.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
                isGood = isGood && ["amp;", "lt;", "gt;", "quot;"].contains { reference.hasPrefix($0) }
            }
            isGood = isGood && tag.count { $0 == "\"" } % 2 == 0
        }
        isWellFormed = isGood && open.isEmpty
    }
}
