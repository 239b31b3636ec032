import ReinCheckpoints
import ReinRandom
import Testing

@testable import ReinTune

/// Functions whose shares of variance are known.
struct ImportanceTests {
    /// Trials with settings drawn at random.
    private func report(_ count: Int, _ make: (inout RandomStream) -> (StateMap, Double)) -> ImportanceReport {
        var random = RandomStream(seed: 3, name: "trials")
        var configurations: [StateMap] = []
        var targets: [Double] = []
        for _ in 0..<count {
            let (configuration, target) = make(&random)
            configurations.append(configuration)
            targets.append(target)
        }
        return ImportanceReport(metric: "score", configurations: configurations, targets: targets)
    }

    private func share(_ name: String, _ report: ImportanceReport) -> Double {
        report.parameters.first { $0.name == name }?.share ?? .nan
    }

    @Test("One number of three decides")
    func oneOfThree() throws {
        let report = report(200) { random in
            let (a, b, c) = (random.nextDouble(), random.nextDouble(), random.nextDouble())
            return (["a": .double(a), "net": ["b": .double(b)], "c": .double(c)], -3 * b + 1)
        }
        #expect(report.parameters.map(\.name).first == "net/b")
        #expect(share("net/b", report) > 0.85 && share("net/b", report) < 1.15)
        #expect(share("a", report) < 0.02 && share("c", report) < 0.02)
        let correlations = report.parameters.map { $0.rankCorrelation ?? .nan }
        #expect(abs(correlations[0] + 1) < 1e-12 && abs(correlations[1]) < 0.2 && abs(correlations[2]) < 0.2)
        #expect(try #require(report.explained) > 0.95 && report.trialCount == 200 && report.reason == nil)
    }

    @Test("Shares are those of the variance where effects add up")
    func sum() {
        // Variances 4/12, 1/12: four fifths and one fifth.
        let report = report(600) { random in
            let (a, b) = (random.nextDouble(), random.nextDouble())
            return (["a": .double(a), "b": .double(b)], 2 * a + b)
        }
        #expect(abs(share("a", report) - 0.8) < 0.1 && abs(share("b", report) - 0.2) < 0.06)
    }

    @Test("Kinds without an order count as numbers do")
    func kinds() {
        let effects = ["sgd": 0.0, "adam": 3, "lion": -1, "rms": 3.5]
        let report = report(150) { random in
            let kind = ["adam", "lion", "rms", "sgd"][random.below(4)]
            let noise = random.nextDouble()
            return (["kind": .string(kind), "flag": .bool(noise < 0.5), "rate": .double(noise)], effects[kind] ?? 0)
        }
        #expect(share("kind", report) > 0.85)
        #expect(share("flag", report) < 0.03 && share("rate", report) < 0.03)
        #expect(report.parameters[0].rankCorrelation == nil)
    }

    @Test("Settings that matter only together have a share each")
    func interaction() {
        let report = report(300) { random in
            let (a, b, c) = (random.nextDouble(), random.nextDouble(), random.nextDouble())
            return (["a": .double(a), "b": .double(b), "c": .double(c)], (a - 0.5) * (b - 0.5))
        }
        // Nothing of the variance is that of one alone, and both have all of it together.
        #expect(share("a", report) > 0.5 && share("b", report) > 0.5 && share("c", report) < 0.1)
        #expect(report.parameters.allSatisfy { abs($0.rankCorrelation ?? 0) < 0.2 })
    }

    @Test("What depends on nothing has no share")
    func noise() throws {
        let report = report(200) { random in
            (["a": .double(random.nextDouble()), "b": .int(Int64(random.below(3)))], random.nextDouble())
        }
        #expect(share("a", report) < 0.1 && share("b", report) < 0.1)
        #expect(try #require(report.explained) < 0.1)
    }

    @Test("A setting that only some trials have counts among them, and its being there is the other one's effect")
    func conditional() throws {
        let report = report(300) { random in
            let isOn = random.below(2) == 0
            let (inner, other) = (random.nextDouble(), random.nextDouble())
            var map: StateMap = ["kind": isOn ? "on" : "off", "other": .double(other)]
            if isOn { map["inner"] = .double(inner) }
            return (map, isOn ? 2 + inner : 0)
        }
        let inner = try #require(report.parameters.first { $0.name == "inner" })
        #expect(report.parameters[0].name == "kind" && report.parameters[0].share > 0.7)
        #expect(inner.share > 0.01 && inner.share < 0.15)
        #expect(inner.trialCount > 100 && inner.trialCount < 200 && (inner.rankCorrelation ?? 0) > 0.99)
        #expect(share("other", report) < 0.02)
    }

    @Test("The same trials give the same answer, whatever the size of the numbers")
    func repeats() {
        func make(_ scale: Double) -> ImportanceReport {
            report(60) { random in
                let a = random.nextDouble()
                return (["a": .double(a), "b": .double(random.nextDouble())], scale * a)
            }
        }
        #expect(make(1) == make(1))
        for scale in [0x1p-900, 0x1p900] {
            for (left, right) in zip(make(1).parameters, make(scale).parameters) {
                #expect(left == right)
            }
        }
    }

    @Test("Where nothing can be said there is a reason")
    func reasons() throws {
        func reason(_ count: Int, _ configuration: (Int) -> StateMap, _ target: (Int) -> Double) throws -> String {
            let report = ImportanceReport(
                metric: "m", configurations: (0..<count).map(configuration), targets: (0..<count).map(target))
            #expect(report.parameters.isEmpty && report.explained == nil)
            return try #require(report.reason)
        }
        func different(_ trial: Int) -> StateMap { ["x": .int(Int64(trial))] }
        #expect(try reason(9, different) { Double($0) }.contains("at least 10 are needed"))
        #expect(try reason(0, different) { Double($0) }.contains("0 trials"))
        #expect(try reason(20, { _ in ["x": 1] }) { Double($0) }.contains("no setting differs"))
        #expect(try reason(20, different) { _ in 3 }.contains("same in all trials"))
    }

    @Test("Ranks that are shared count by their mean")
    func ranks() throws {
        // The ranks are 1, 2.5, 2.5, 4, 5 and 2, 1, 3.5, 3.5, 5.
        let correlation = try #require(RankCorrelation.value([1, 2, 2, 4, 5], [2, 1, 3, 3, 9]))
        #expect(abs(correlation - 7.25 / 9.5) < 1e-12)
        #expect(RankCorrelation.value([1, 2, 3], [4, 4, 4]) == nil)
        #expect(RankCorrelation.value([1, 2], [3, 4]) == nil)
        #expect(RankCorrelation.value([1, 10, 100], [3, 2, 1]) == -1)
    }
}
