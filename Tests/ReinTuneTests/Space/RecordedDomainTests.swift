import ReinCheckpoints
import ReinRandom
import ReinTune
import Testing

/// Domains beside the 4,000 draws that were recorded of each of Ray Tune's: bounds, distinct values, shares.
@Suite struct RecordedDomainTests {
    enum Expectation: Sendable {
        /// The recorded values in the recorded shares.
        case same
        /// The recorded bounds, and about as many distinct values; the shares are others on purpose.
        case sameBounds
        /// These values, all equally likely, where Ray leaves an end out, prefers some values or does not round.
        case equally([Double])
        /// An error with this text.
        case refused(String)
        /// Whole numbers around 0, where Ray does not round.
        case rounded
    }

    private static let twins: [String: (json: String, expectation: Expectation)] = [
        "uniform(0, 1)": (#"{"uniform": [0, 1]}"#, .same),
        "uniform(2, 2)": (#"{"uniform": [2, 2]}"#, .same),
        "uniform(3, 1)": (#"{"uniform": [3, 1]}"#, .refused("the bounds are reversed: 3.0 is more than 1.0")),
        "uniform(-5, -1)": (#"{"uniform": [-5, -1]}"#, .same),
        "quniform(0, 1, 0.25)": (#"{"uniform": [0, 1], "step": 0.25}"#, .equally([0, 0.25, 0.5, 0.75, 1])),
        // The grid begins at the lower bound, so that this one is possible.
        "quniform(0.1, 0.9, 0.2)": (#"{"uniform": [0.1, 0.9], "step": 0.2}"#, .equally([0.1, 0.3, 0.5, 0.7, 0.9])),
        "quniform(0, 1, 0.3)": (
            #"{"uniform": [0, 1], "step": 0.3}"#, .refused("steps of 0.3 do not lead from 0.0 to 1.0")
        ),
        "quniform(0, 10, 3)": (#"{"uniform": [0, 10], "step": 3}"#, .refused("steps of 3.0 do not lead")),
        "quniform(1, 2, 0.5)": (#"{"uniform": [1, 2], "step": 0.5}"#, .equally([1, 1.5, 2])),
        "quniform(0, 1, 0)": (#"{"uniform": [0, 1], "step": 0}"#, .refused("the step 0.0 has to be above 0")),
        "loguniform(1e-4, 1e-1)": (#"{"logUniform": [1e-4, 1e-1]}"#, .same),
        "loguniform(1, 8, 2)": (#"{"logUniform": [1, 8]}"#, .same),
        "loguniform(0, 1)": (#"{"logUniform": [0, 1]}"#, .refused("a logarithmic domain begins above 0, not at 0.0")),
        "loguniform(-1, 1)": (
            #"{"logUniform": [-1, 1]}"#, .refused("a logarithmic domain begins above 0, not at -1.0")
        ),
        "loguniform(5, 1)": (#"{"logUniform": [5, 1]}"#, .refused("the bounds are reversed")),
        "qloguniform(1e-3, 1e-1, 1e-3)": (#"{"logUniform": [1e-3, 1e-1], "step": 1e-3}"#, .sameBounds),
        "qloguniform(1, 100, 10)": (#"{"logUniform": [1, 100], "step": 10}"#, .refused("steps of 10.0 do not lead")),
        "qloguniform(1, 101, 10)": (
            #"{"uniform": [1, 101], "step": 10}"#, .equally([1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 101])
        ),
        "qloguniform(5e-4, 1e-1, 5e-4)": (#"{"logUniform": [5e-4, 1e-1], "step": 5e-4}"#, .sameBounds),
        "randn()": (#"{"normal": [0, 1]}"#, .same),
        "randn(10, 2)": (#"{"normal": [10, 2]}"#, .same),
        "qrandn(10, 2, 0.2)": (#"{"normal": [10, 2], "step": 0.2}"#, .same),
        "qrandn(0, 1, 1)": (#"{"normal": [0, 1], "step": 1}"#, .rounded),
        "randint(0, 5)": (#"{"int": [0, 4]}"#, .same),
        "randint(-3, 0)": (#"{"int": [-3, -1]}"#, .same),
        "randint(5, 5)": (#"{"int": [5, 4]}"#, .refused("the bounds are reversed: 5 is more than 4")),
        "randint(5, 2)": (#"{"int": [5, 1]}"#, .refused("the bounds are reversed: 5 is more than 1")),
        "randint(0.5, 3.5)": (#"{"int": [0.5, 3.5]}"#, .refused("expected integer, found double 0.5")),
        "qrandint(0, 10, 5)": (#"{"int": [0, 10], "step": 5}"#, .equally([0, 5, 10])),
        "qrandint(0, 10, 2)": (#"{"int": [0, 10], "step": 2}"#, .equally([0, 2, 4, 6, 8, 10])),
        "qrandint(0, 10, 3)": (#"{"int": [0, 10], "step": 3}"#, .refused("steps of 3 do not lead from 0 to 10")),
        "qrandint(1, 9, 2)": (#"{"int": [1, 9], "step": 2}"#, .equally([1, 3, 5, 7, 9])),
        "qrandint(0, 10)": (#"{"int": [0, 10]}"#, .equally((0...10).map(Double.init))),
        "qrandint(0, 10, 1)": (#"{"int": [0, 10], "step": 1}"#, .equally((0...10).map(Double.init))),
        "qrandint(2, 10, 2)": (#"{"int": [2, 10], "step": 2}"#, .equally([2, 4, 6, 8, 10])),
        // Ray cuts what is behind the point off; here each number stands for what is nearest to it.
        "lograndint(1, 10)": (#"{"logInt": [1, 9]}"#, .sameBounds),
        "lograndint(1, 1000)": (#"{"logInt": [1, 999]}"#, .sameBounds),
        "lograndint(0, 10)": (#"{"logInt": [0, 9]}"#, .refused("a logarithmic domain begins above 0, not at 0")),
        "qlograndint(2, 10, 2)": (#"{"logInt": [2, 8], "step": 2}"#, .sameBounds),
        "qlograndint(1, 10, 2)": (#"{"logInt": [1, 10], "step": 2}"#, .refused("steps of 2 do not lead from 1 to 10")),
        "qlograndint(10, 100, 10)": (#"{"logInt": [10, 100], "step": 10}"#, .sameBounds),
        "choice([1, 2, 3])": (#"{"choice": [1, 2, 3]}"#, .same),
        "choice(['a', 'b'])": (#"{"choice": ["a", "b"]}"#, .same),
        "choice([])": (#"{"choice": []}"#, .refused("there is nothing to choose from")),
        "choice([1.5])": (#"{"choice": [1.5]}"#, .same),
    ]

    private static let draws = 4000

    static let names: [String] = {
        (try? Fixture.named("search_space").child("domains").list().map { try $0.child("name").string() }) ?? []
    }()

    @Test("all 45 domains are there") func count() {
        #expect(Self.names.count == 45)
        #expect(Set(Self.names) == Set(Self.twins.keys))
    }

    @Test("draws as recorded, or as it should", arguments: names) func domain(_ name: String) throws {
        let recorded = try #require(
            try Fixture.named("search_space").child("domains").list().first { try $0.child("name").string() == name })
        let (json, expectation) = try #require(Self.twins[name])
        if case .refused(let message) = expectation {
            let fault = try #require(fault { _ = try SearchSpace(#"{"x": \#(json)}"#) })
            #expect(fault.hasPrefix("x/") && fault.contains(message))
            return
        }
        guard case .domain(let domain) = try SearchSpace(#"{"x": \#(json)}"#).entries[0].parameter else {
            Issue.record("\(json) is no domain")
            return
        }
        var random = RandomStream(seed: 11, name: name)
        let draws = (0..<Self.draws).map { _ in domain.sample(using: &random) }
        for draw in draws { #expect(domain.contains(draw)) }
        switch expectation {
        case .same:
            if let counts = recorded.optionalChild("counts") {
                try expectSameCounts(draws, counts)
            } else {
                try expectSameQuantiles(draws.map(Self.number), recorded)
            }
        case .sameBounds: try expectSameBounds(draws.map(Self.number), recorded)
        case .equally(let values): expectEqualShares(draws.map(Self.number), values)
        case .rounded: expectRoundedNormal(draws.map(Self.number))
        case .refused: break
        }
    }

    private static func number(_ tree: StateTree) -> Double {
        switch tree {
        case .int(let number): Double(number)
        case .double(let number): number
        default: .nan
        }
    }

    /// Five standard deviations of the difference of two shares in 4,000 draws each.
    private static func tolerance(_ share: Double) -> Double {
        5 * (2 * max(share * (1 - share), 0.001) / Double(draws)).squareRoot()
    }

    private func expectSameCounts(_ draws: [StateTree], _ counts: StateReader) throws {
        var own: [String: Int] = [:]
        for draw in draws { own[JSON.text(draw), default: 0] += 1 }
        let pairs = try counts.list().map { try ($0.list()[0].tree, $0.list()[1].int()) }
        #expect(Set(own.keys) == Set(pairs.map { JSON.text($0.0) }))
        for (value, count) in pairs {
            let (share, expected) = (Double(own[JSON.text(value)] ?? 0) / 4000, Double(count) / 4000)
            #expect(abs(share - expected) <= Self.tolerance(expected))
        }
    }

    private func expectSameQuantiles(_ draws: [Double], _ recorded: StateReader) throws {
        for (quantile, share) in try zip(recorded.list("quantiles_0.1_0.5_0.9"), [0.1, 0.5, 0.9]) {
            let quantile = try quantile.double()
            // A quantised value that is the quantile takes a share of its own.
            let below = Double(draws.count { $0 < quantile - 1e-9 }) / 4000
            let upTo = Double(draws.count { $0 <= quantile + 1e-9 }) / 4000
            #expect(below - Self.tolerance(share) <= share && share <= upTo + Self.tolerance(share))
        }
        let distinct = try recorded.int("distinct")
        if distinct < 4000 { #expect(abs(Set(draws.map { ($0 * 1e6).rounded() }).count - distinct) <= distinct / 5) }
    }

    private func expectSameBounds(_ draws: [Double], _ recorded: StateReader) throws {
        let lower = try recorded.double("minimum")
        let upper = try recorded.double("maximum")
        #expect(draws.min() == lower)
        // The upper end is rare.
        #expect(try #require(draws.max()) <= upper && #require(draws.max()) > 0.97 * upper)
        let distinct = try recorded.int("distinct")
        let own = Set(draws.map { ($0 * 1e6).rounded() }).count
        #expect(abs(own - distinct) <= distinct / 10)
        // Equal ratios are about equally likely: half of the draws are below the geometric mean.
        let middle = (lower * upper).squareRoot()
        let below = Double(draws.count { $0 < middle }) / 4000
        #expect(below > 0.35 && below < 0.65)
    }

    private func expectEqualShares(_ draws: [Double], _ values: [Double]) {
        let expected = 1 / Double(values.count)
        for value in values {
            let share = Double(draws.count { abs($0 - value) < 1e-9 }) / 4000
            #expect(abs(share - expected) <= Self.tolerance(expected))
        }
        #expect(draws.allSatisfy { draw in values.contains { abs($0 - draw) < 1e-9 } })
    }

    private func expectRoundedNormal(_ draws: [Double]) {
        for draw in draws { #expect(draw == draw.rounded()) }
        // What lies between -1/2 and 1/2.
        let share = Double(draws.count { $0 == 0 }) / 4000
        #expect(abs(share - 0.3829) <= Self.tolerance(0.3829))
    }

    @Test("whole numbers on a logarithmic scale stand for what is nearest to them") func logarithmicShares() {
        let domain = Domain.logIntegers(1...9)
        var random = RandomStream(seed: 5, name: "logInt")
        let draws = (0..<Self.draws).map { _ in Self.number(domain.sample(using: &random)) }
        // log((k + 1/2) / (k - 1/2)) / log(19), to four digits.
        for (value, expected) in zip(1..., [0.3731, 0.1735, 0.1143, 0.0854, 0.0682, 0.0567, 0.0486, 0.0425, 0.0378]) {
            let share = Double(draws.count { $0 == Double(value) }) / 4000
            #expect(abs(share - expected) <= Self.tolerance(expected))
        }
    }

    @Test("weights are shares, and 0 is never") func weights() throws {
        let space = try SearchSpace(#"{"x": {"choice": ["a", "b", "c"], "weights": [3, 0, 1]}}"#)
        guard case .domain(let domain) = space.entries[0].parameter else {
            Issue.record("no domain was read")
            return
        }
        var random = RandomStream(seed: 5, name: "weights")
        let draws = (0..<Self.draws).map { _ in domain.sample(using: &random) }
        #expect(draws.count { $0 == "b" } == 0)
        #expect(abs(Double(draws.count { $0 == "a" }) / 4000 - 0.75) <= Self.tolerance(0.75))
    }
}
