import ReinCheckpoints
import ReinNumerics

/// One check of one environment: the questions, in order, and the problems found so far.
struct EnvironmentCheck<E: Environment> {
    private(set) var list = ProblemList()
    private let original: E
    private let steps: Int
    private let seed: UInt64
    private let observationSpace: Box
    private let actionSpace: ActionSpace
    private var spaces: CheckedSpaces { CheckedSpaces(observations: observationSpace, actions: actionSpace) }

    init(_ environment: E, steps: Int, seed: UInt64) {
        original = environment
        self.steps = steps
        self.seed = seed
        observationSpace = environment.observationSpace
        actionSpace = environment.actionSpace
    }

    mutating func run() {
        if let limit = E.timeLimit, limit <= 0 { list.report(.timeLimit, "the time limit is \(limit)") }
        list.checkActions(of: spaces)
        guard E.Action.width == actionSpace.width else {
            list.report(
                .actionWidth,
                "\(E.Action.self) reads \(E.Action.width) numbers, but an action has \(actionSpace.width)")
            return
        }
        if E.masksActions, !actionSpace.isDiscrete {
            list.report(.maskedContinuousActions, "\(E.self) masks actions, but only discrete actions can be masked")
            return
        }
        checkEpisodes()
        checkSeeds()
        checkCopies()
        checkState()
    }

    // MARK: The questions

    private mutating func checkEpisodes() {
        var first = original
        let recorded = record(&first, seed: seed)
        for moment in recorded { list.check(moment, in: spaces) }
        if E.timeLimit == nil, !recorded.contains(where: { $0.status != .running }) {
            list.report(.endlessEpisode, "no episode ended in \(steps) steps, and there is no time limit")
        }
        checkSpaces(of: first)

        var second = original
        let repeated = record(&second, seed: seed)
        list.checkRepeated(recorded, repeated, seed: seed)
        guard list.isReproducible else { return }
        if let index = EnvironmentSnapshot.firstDifference(recorded, record(&first, seed: seed)) {
            list.report(
                .irreproducibleReset,
                "a reset with seed \(seed) after other episodes gave another episode, from step \(index) on")
        }
    }

    private mutating func checkSpaces(of environment: E) {
        let (observations, actions) = (environment.observationSpace, environment.actionSpace)
        if observations != observationSpace {
            list.report(.changingSpace, "the observation space changed from \(observationSpace) to \(observations)")
        }
        if actions != actionSpace {
            list.report(.changingSpace, "the action space changed from \(actionSpace) to \(actions)")
        }
    }

    private mutating func checkSeeds() {
        let starts = (0..<5).map { (offset: UInt64) in
            var environment = original
            return record(&environment, seed: seed &+ offset, steps: 32)
        }
        list.checkSeeds(starts, from: seed)
        var environment = original
        let seeded = observe { environment.reset(seed: seed, into: &$0) }
        let others = (0..<5).map { _ in observe { environment.reset(seed: nil, into: &$0) } }
        let hasRandomStarts = starts.contains { $0[0] != starts[0][0] }
        if hasRandomStarts, others.allSatisfy({ $0.map(\.bitPattern) == seeded.map(\.bitPattern) }) {
            list.report(.restartingGenerator, "each reset without a seed gave the start of the last seed again")
        }
    }

    private mutating func checkCopies() {
        var environment = original
        _ = observe { environment.reset(seed: seed, into: &$0) }
        let before = StateEncoder().encode(environment)
        var copy = environment
        _ = record(&copy, seed: seed &+ 1, steps: 32)
        if StateEncoder().encode(environment) != before {
            list.report(.sharedState, "stepping a copy changed the original: a class is among the stored properties")
        }
    }

    private mutating func checkState() {
        var environment = original
        _ = record(&environment, seed: seed, steps: min(steps, 7))
        checkSpaces(of: environment)
        guard list.isReproducible else { return }
        let tree = StateEncoder().encode(environment)
        do throws(StateError) {
            var restored = try StateDecoder().decode(E.self, from: tree)
            if StateEncoder().encode(restored) != tree {
                list.report(.incompleteState, "an environment restored from its state has another state")
            } else if let index = EnvironmentSnapshot.firstDifference(
                record(&environment, seed: nil, isReset: false), record(&restored, seed: nil, isReset: false))
            {
                list.report(
                    .incompleteState, "an environment restored from its state goes on otherwise at step \(index)")
            }
        } catch {
            list.report(.incompleteState, "the state cannot be restored: \(error)")
        }
    }

    // MARK: Recording

    private func observe(_ write: (inout ObservationRow) -> Void) -> [Float] {
        var row = EnvironmentSnapshot.emptyRow(observationSpace)
        var span = row.mutableSpan
        write(&span)
        return row
    }

    /// Which actions of an environment are valid at present, or nil when it does not say.
    private func mask(of environment: E) -> [Bool]? {
        guard E.masksActions else { return nil }
        var row = [Bool](repeating: true, count: actionSpace.maskWidth)
        var span = row.mutableSpan
        environment.writeActionMask(into: &span)
        return row
    }

    /// Resets and steps an environment, the same random valid actions each time; ends of episodes are followed by
    /// resets, and so are masks that leave nothing to do.
    private func record(
        _ environment: inout E, seed: UInt64?, isReset: Bool = true, steps: Int? = nil
    ) -> [EnvironmentSnapshot] {
        var random = RandomStream(seed: self.seed, name: "checker")
        var action = [Float](repeating: 0, count: actionSpace.width)
        var moments: [EnvironmentSnapshot] = []
        func reset(seed: UInt64?) -> EnvironmentSnapshot {
            let start = observe { environment.reset(seed: seed, into: &$0) }
            return EnvironmentSnapshot(index: 0, observation: start, mask: mask(of: environment))
        }
        if isReset { moments.append(reset(seed: seed)) }
        for index in 1...(steps ?? self.steps) {
            let mask = mask(of: environment)
            if let mask, actionSpace.problem(ofMask: mask) != nil {
                moments.append(reset(seed: nil))
                continue
            }
            if let mask {
                actionSpace.sample(into: &action, mask: mask, using: &random)
            } else {
                actionSpace.sample(into: &action, using: &random)
            }
            var step = Step(reward: 0)
            let observation = observe { row in
                step = action.withUnsafeBufferPointer { environment.step(E.Action(row: $0.baseAddress!), into: &row) }
            }
            let next = step.status == .terminated ? nil : self.mask(of: environment)
            moments.append(EnvironmentSnapshot(index: index, observation: observation, step: step, mask: next))
            if step.status != .running { moments.append(reset(seed: nil)) }
        }
        return moments
    }
}
