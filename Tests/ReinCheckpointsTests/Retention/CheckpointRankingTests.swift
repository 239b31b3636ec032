import ReinCheckpoints
import Testing

@Suite("Which checkpoints stay")
struct CheckpointRankingTests {
    /// The rule, straightforward: everything is sorted anew each time.
    private struct Oracle {
        let sequence: RetentionFixture.Sequence
        private var present: [Int] = []

        init(_ sequence: RetentionFixture.Sequence) { self.sequence = sequence }

        /// 0 for what is no number, 1 for NaN, 2 for numbers, of which the second value says how good they are.
        private func key(_ index: Int) -> (Int, Double, Int) {
            let sign: Double = sequence.order == .max ? 1 : -1
            let value: Double?
            switch sequence.score(of: sequence.metrics[index]) {
            case .bool(let score): value = score ? 1 : 0
            case .int(let score): value = Double(score)
            case .double(let score): value = score
            default: value = nil
            }
            guard let value else { return (0, 0, index) }
            return value.isNaN ? (1, 0, index) : (2, sign * value, index)
        }

        mutating func register(_ index: Int) -> RetentionFixture.Step {
            present.append(index)
            let sorted = present.sorted { key($0) < key($1) }
            let kept = sequence.numToKeep.map { Array(sorted.suffix($0)) } ?? sorted
            present.removeAll { !kept.contains($0) && $0 != index }
            return .init(onDisk: present, bestWorstFirst: kept)
        }
    }

    /// What the ranking does with a sequence.
    private func steps(of sequence: RetentionFixture.Sequence) throws -> [RetentionFixture.Step] {
        var ranking = CheckpointRanking(try sequence.config)
        var present: Set<Int> = []
        return sequence.metrics.enumerated().map { index, metrics in
            present.insert(index)
            present.subtract(ranking.register(index, metrics: metrics))
            #expect(ranking.latest == index)
            #expect(ranking.best == ranking.bestCheckpoints.last)
            #expect(ranking.retained == present.sorted())
            #expect(ranking.count == present.count)
            return .init(onDisk: present.sorted(), bestWorstFirst: ranking.bestCheckpoints)
        }
    }

    @Test("340 sequences keep what Ray keeps of them")
    func keepsWhatRayKeeps() throws {
        let sequences = try RetentionFixture().sequences
        #expect(sequences.count == 340)
        for sequence in sequences where !sequence.showsFault {
            #expect(try steps(of: sequence) == sequence.steps, "\(sequence.testDescription)")
        }
    }

    @Test("Sequences that show faults of Ray follow the rule")
    func sequencesThatShowFaultsOfRayFollowTheRule() throws {
        let sequences = try RetentionFixture().sequences
        let faulty = sequences.filter(\.showsFault)
        // Four kinds with a value that is no number, in both orders, and three with a missing one, in one: for four numbers
        // to keep and two attributes.
        #expect(faulty.count == (4 * 2 + 3) * 8)
        for sequence in sequences {
            var oracle = Oracle(sequence)
            let expected = sequence.metrics.indices.map { oracle.register($0) }
            #expect(try steps(of: sequence) == expected, "\(sequence.testDescription)")
            if !sequence.showsFault { #expect(expected == sequence.steps, "\(sequence.testDescription)") }
        }
    }

    @Test("Whole runs keep what Ray keeps of them", arguments: try RetentionFixture().runs.indices)
    func keepsWhatRayKeepsInRuns(_ number: Int) throws {
        let run = try RetentionFixture().runs[number]
        var ranking = CheckpointRanking(run.config)
        var iterations: [Int] = []
        for iteration in 1...7 where run.config.shouldCheckpoint(iteration: iteration, done: iteration == 7) {
            let score = [5, 9, 1, 2, 3, 7, 4][iteration - 1]
            ranking.register(
                iterations.count,
                metrics: [
                    "n": .int(Int64(iteration)), "score": .int(Int64(score)), "e": ["score": .int(Int64(iteration))],
                ])
            iterations.append(iteration)
        }
        #expect(ranking.retained.map { [$0, iterations[$0]] } == run.folders)
        #expect(ranking.latest == run.latest)
        #expect(ranking.bestCheckpoints == run.bestWorstFirst)
    }

    @Test("Checkpoints are made when Ray makes them", arguments: try RetentionFixture().when.indices)
    func checkpointsAreMadeWhenRayMakesThem(_ number: Int) throws {
        let run = try RetentionFixture().when[number]
        let made = (1...run.iterations).filter {
            run.config.shouldCheckpoint(
                iteration: $0, done: $0 == run.iterations, requested: run.variant == "should 5" && $0 == 5)
        }
        #expect(made == run.made)
    }

    @Test("What is no number is worse than NaN, in both orders", arguments: ScoreOrder.allCases)
    func whatIsNoNumberIsWorseThanNaN(_ order: ScoreOrder) throws {
        var ranking = CheckpointRanking(try CheckpointConfig(scoreAttribute: "score", scoreOrder: order))
        let metrics: [StateTree] = [
            ["score": .double(.nan)], ["score": "9"], ["score": .double(order == .max ? -.infinity : .infinity)], [:],
            ["score": [9]], ["score": nil], ["score": ["a": 1]], ["score": 1], 3,
        ]
        for (index, metrics) in metrics.enumerated() { ranking.register(index, metrics: metrics) }
        #expect(ranking.bestCheckpoints == [1, 3, 4, 5, 6, 8, 0, 2, 7])
    }

    @Test("What could not be scored is said once")
    func saysOnceWhatCouldNotBeScored() throws {
        var ranking = CheckpointRanking(try CheckpointConfig(numToKeep: 1, scoreAttribute: "score"))
        ranking.register(0, metrics: ["score": .double(.nan)])
        #expect(ranking.problem == nil)
        ranking.register(1, metrics: ["score": "high"])
        ranking.register(2, metrics: [:])
        #expect(
            ranking.problem == "\"score\" is no number but string \"high\" in the metrics of checkpoint 1: such a "
                + "checkpoint counts as the worst")
        var recency = CheckpointRanking(try CheckpointConfig(numToKeep: 1))
        recency.register(0, metrics: ["score": "high"])
        #expect(recency.problem == nil)
    }

    @Test("Metrics are found by their flattened names")
    func findsMetricsByTheirFlattenedNames() throws {
        let metrics: StateTree = ["a": ["b": ["c": 1], "d/e": 2], "f/g": ["h": 3], "f": 4, "i/j": 5]
        let found: [String: StateTree] = ["a/b/c": 1, "a/d/e": 2, "f/g/h": 3, "f": 4, "i/j": 5]
        for (name, value) in found { #expect(metrics.metric(name) == value, "\(name)") }
        for name in ["b", "a/c", "a/b/c/d", "f/h", "i", "j", "a/"] { #expect(metrics.metric(name) == nil, "\(name)") }
    }

    @Test("Large rankings are those of the rule")
    func largeRankingsAreThoseOfTheRule() throws {
        for (numToKeep, order) in [(nil, ScoreOrder.max), (1_500, .min), (1, .max), (700, .max)] as [(Int?, ScoreOrder)]
        {
            var generator = SplitMix64(state: 7)
            var ranking = CheckpointRanking(
                try CheckpointConfig(numToKeep: numToKeep, scoreAttribute: "score", scoreOrder: order))
            var present: [(index: Int, score: Double)] = []
            for index in 0..<3_000 {
                // Few values, so that there are ties.
                let score = Double(Int.random(in: -500...500, using: &generator)) / 4
                let removed = Set(ranking.register(index, metrics: ["score": .double(score)]))
                present.append((index, order == .max ? score : -score))
                present.removeAll { removed.contains($0.index) }
                #expect(removed.count <= 2)
                guard index % 500 == 499 || index == 1 else { continue }
                let sorted = present.sorted { ($0.score, $0.index) < ($1.score, $1.index) }.map(\.index)
                #expect(ranking.bestCheckpoints == Array(sorted.suffix(numToKeep ?? sorted.count)))
                #expect(ranking.retained == present.map(\.index))
                #expect(present.count == min(index + 1, numToKeep ?? .max) || present.count == (numToKeep ?? 0) + 1)
            }
        }
    }

    @Test("What is gone is forgotten")
    func forgetsWhatIsGone() throws {
        var ranking = CheckpointRanking(try CheckpointConfig(numToKeep: 2, scoreAttribute: "score"))
        for (index, score) in [5, 9, 1].enumerated() {
            ranking.register(index, metrics: ["score": .int(Int64(score))])
        }
        ranking.forget(2)
        ranking.forget(7)
        #expect(ranking.latest == 1)
        #expect(ranking.retained == [0, 1])
        #expect(ranking.register(3, metrics: ["score": 2]) == [])
        ranking.forget(1)
        #expect(ranking.best == 0)
        #expect(ranking.bestCheckpoints == [3, 0])
        for index in [0, 3] { ranking.forget(index) }
        #expect(ranking.latest == nil)
        #expect(ranking.best == nil)
    }
}
