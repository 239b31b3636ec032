import ReinCheckpoints
import ReinNumerics

/// One check of what vectors of an environment do: the questions, in order, and the problems found so far.
struct VectorCheck<Vector: CheckedVector> {
    private(set) var list = ProblemList()
    private let make: (_ seeds: [UInt64]) throws -> Vector
    private let timeLimit: Int?
    private let steps: Int
    private let seed: UInt64
    /// The lanes that are checked, by what their seeds and actions are derived from.
    private let lanes: [Int]

    init(
        steps: Int, seed: UInt64, lanes: Int, timeLimit: Int?, make: @escaping (_ seeds: [UInt64]) throws -> Vector
    ) {
        self.steps = steps
        self.seed = seed
        self.lanes = Array(0..<lanes)
        self.timeLimit = timeLimit
        self.make = make
    }

    mutating func run() throws {
        let together = try checkEpisodes()
        try checkCompany(together)
        try checkSeeds()
        try checkState()
    }

    // MARK: The questions

    /// Records all lanes together, and looks at what they see.
    private mutating func checkEpisodes() throws -> [[EnvironmentSnapshot]] {
        var vector = try make(seeds(of: lanes))
        var random = streams(of: lanes)
        list.checkActions(of: vector.spaces)
        let recorded = try vector.record(steps: steps, using: &random)
        for moment in recorded.joined() { list.check(moment, in: vector.spaces) }
        checkLengths(recorded)
        return recorded
    }

    private mutating func checkLengths(_ recorded: [[EnvironmentSnapshot]]) {
        guard let timeLimit else {
            // A lane that leaves nothing to do is no endless one.
            let isWhole = recorded.allSatisfy { $0.count { $0.index > 0 } == steps }
            if isWhole, recorded.joined().allSatisfy({ $0.status == .running }) {
                list.report(.endlessEpisode, "no episode ended in \(steps) steps, and there is no time limit")
            }
            return
        }
        for moments in recorded {
            var length = 0
            for moment in moments {
                length = moment.index == 0 ? 0 : length + 1
                guard length == timeLimit, moment.status == .running else { continue }
                list.report(.timeLimit, "an episode goes on after \(timeLimit) steps, which is the time limit")
            }
        }
    }

    /// Whether lanes give the same again, and the same alone as among others.
    private mutating func checkCompany(_ together: [[EnvironmentSnapshot]]) throws {
        let first = try record([lanes[0]], steps: steps)[0]
        list.checkRepeated(first, try record([lanes[0]], steps: steps)[0], seed: seed)
        guard list.isReproducible else { return }
        for lane in lanes {
            let alone = lane == lanes[0] ? first : try record([lane], steps: steps)[0]
            guard let index = EnvironmentSnapshot.firstDifferenceWhileBoth(alone, together[lane]) else { continue }
            list.report(
                .sharedState,
                "copy \(lane) of \(lanes.count) gave \(together[lane][index]), and alone, with the same seed and actions, "
                    + "\(alone[index]): copies share something")
            return
        }
        for (lane, repeated) in zip(lanes, try record(lanes, steps: steps)) {
            list.checkRepeated(together[lane], repeated, seed: seeds(of: [lane])[0])
        }
    }

    private mutating func checkSeeds() throws {
        var vector = try make(seeds(of: lanes))
        var random = lanes.map { _ in stream(of: 0) }
        let episodes = try vector.record(steps: min(steps, 32), using: &random)
        list.checkSeeds(episodes, from: seed)
        guard list.isReproducible else { return }
        var fresh = try make(seeds(of: lanes))
        let starts = try fresh.reset()
        guard starts.contains(where: { $0 != starts[0] }) else { return }
        for _ in 0..<5 where try fresh.reset() != starts { return }
        list.report(.restartingGenerator, "each reset after the first one gave the start of the first seed again")
    }

    /// Whether vectors go on from a state with the same bits. It is taken inside the second episode, since something may
    /// be left of the first one.
    private mutating func checkState() throws {
        guard list.isReproducible, !list.contains(.sharedState) else { return }
        let few = min(steps, 7)
        var vector = try make(seeds(of: lanes))
        var random = streams(of: lanes)
        _ = try vector.record(steps: few, using: &random)
        _ = try vector.record(steps: few, using: &random)
        let tree = try vector.state()
        var restored = try make(seeds(of: lanes.map { $0 + lanes.count }))
        do {
            try restored.restore(from: tree)
        } catch let error as StateError {
            list.report(.incompleteState, "the state cannot be restored: \(error)")
            return
        }
        if try restored.state() != tree {
            list.report(.incompleteState, "copies restored from their state have another state")
            return
        }
        var again = random
        let recorded = try vector.record(steps: steps, isReset: false, using: &random)
        let repeated = try restored.record(steps: steps, isReset: false, using: &again)
        for lane in lanes {
            guard let index = EnvironmentSnapshot.firstDifference(recorded[lane], repeated[lane]) else { continue }
            list.report(.incompleteState, "copy \(lane), restored from its state, goes on otherwise at step \(index)")
        }
    }

    // MARK: Recording

    private func record(_ lanes: [Int], steps: Int) throws -> [[EnvironmentSnapshot]] {
        var vector = try make(seeds(of: lanes))
        var random = streams(of: lanes)
        return try vector.record(steps: steps, using: &random)
    }

    private func seeds(of lanes: [Int]) -> [UInt64] { lanes.map { seed &+ UInt64($0) } }

    private func streams(of lanes: [Int]) -> [RandomStream] { lanes.map(stream) }

    private func stream(of lane: Int) -> RandomStream { RandomStream(seed: seed, name: "checker", index: lane) }
}
