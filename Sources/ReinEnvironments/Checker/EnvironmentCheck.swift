import ReinCheckpoints
import ReinNumerics

/// One check of one environment: the questions, in order, and the problems found so far.
struct EnvironmentCheck<E: Environment> {
    private(set) var problems: [EnvironmentProblem] = []
    private let original: E
    private let steps: Int
    private let seed: UInt64
    private let observationSpace: Box
    private let actionSpace: ActionSpace

    init(_ environment: E, steps: Int, seed: UInt64) {
        original = environment
        self.steps = steps
        self.seed = seed
        observationSpace = environment.observationSpace
        actionSpace = environment.actionSpace
    }

    mutating func run() {
        if let limit = E.timeLimit, limit <= 0 { report(.timeLimit, "the time limit is \(limit)") }
        if case .box(let box) = actionSpace, let problem = box.scalingProblem {
            report(.unboundedActions, "actions cannot be stretched to the bounds of the action space: \(problem)")
        }
        guard E.Action.width == actionSpace.width else {
            report(
                .actionWidth,
                "\(E.Action.self) reads \(E.Action.width) numbers, but an action has \(actionSpace.width)")
            return
        }
        if E.masksActions, !actionSpace.isDiscrete {
            report(.maskedContinuousActions, "\(E.self) masks actions, but only discrete actions can be masked")
            return
        }
        checkEpisodes()
        checkSeeds()
        checkCopies()
        checkState()
    }

    private mutating func report(_ kind: EnvironmentProblem.Kind, _ message: String) {
        if !problems.contains(where: { $0.kind == kind }) {
            problems.append(EnvironmentProblem(kind: kind, message: message))
        }
    }

    // MARK: The questions

    private mutating func checkEpisodes() {
        var first = original
        let recorded = record(&first, seed: seed)
        for moment in recorded { check(moment) }
        if E.timeLimit == nil, !recorded.contains(where: { $0.step.status != .running }) {
            report(.endlessEpisode, "no episode ended in \(steps) steps, and there is no time limit")
        }
        checkSpaces(of: first)

        var second = original
        let repeated = record(&second, seed: seed)
        if recorded[0] != repeated[0] {
            report(.irreproducibleReset, "two resets with seed \(seed) gave \(recorded[0]) and \(repeated[0])")
        } else if let index = firstDifference(recorded, repeated) {
            report(
                .irreproducibleStep,
                "the same seed and actions gave \(recorded[index]) and \(repeated[index]) after \(index) steps")
        } else if let index = firstDifference(recorded, record(&first, seed: seed)) {
            report(
                .irreproducibleReset,
                "a reset with seed \(seed) after other episodes gave another episode, from step \(index) on")
        }
    }

    private mutating func checkSpaces(of environment: E) {
        let (observations, actions) = (environment.observationSpace, environment.actionSpace)
        if observations != observationSpace {
            report(.changingSpace, "the observation space changed from \(observationSpace) to \(observations)")
        }
        if actions != actionSpace {
            report(.changingSpace, "the action space changed from \(actionSpace) to \(actions)")
        }
    }

    private mutating func checkSeeds() {
        let starts = (0..<5).map { (offset: UInt64) in
            var environment = original
            return record(&environment, seed: seed &+ offset, steps: 32)
        }
        guard starts.contains(where: { $0 != starts[0] }) else {
            report(.ignoredSeed, "seeds \(seed) to \(seed &+ 4) gave the same episodes")
            return
        }
        var environment = original
        let seeded = observe { environment.reset(seed: seed, into: &$0) }
        let others = (0..<5).map { _ in observe { environment.reset(seed: nil, into: &$0) } }
        let hasRandomStarts = starts.contains { $0[0] != starts[0][0] }
        if hasRandomStarts, others.allSatisfy({ $0.map(\.bitPattern) == seeded.map(\.bitPattern) }) {
            report(.restartingGenerator, "each reset without a seed gave the start of the last seed again")
        }
    }

    private mutating func checkCopies() {
        var environment = original
        _ = observe { environment.reset(seed: seed, into: &$0) }
        let before = StateEncoder().encode(environment)
        var copy = environment
        _ = record(&copy, seed: seed &+ 1, steps: 32)
        if StateEncoder().encode(environment) != before {
            report(.sharedState, "stepping a copy changed the original: a class is among the stored properties")
        }
    }

    private mutating func checkState() {
        var environment = original
        _ = record(&environment, seed: seed, steps: min(steps, 7))
        checkSpaces(of: environment)
        // What is not repeated from a seed is not repeated from a state either: that needs no second report.
        guard !problems.contains(where: { [.irreproducibleReset, .irreproducibleStep].contains($0.kind) }) else {
            return
        }
        let tree = StateEncoder().encode(environment)
        do throws(StateError) {
            var restored = try StateDecoder().decode(E.self, from: tree)
            if StateEncoder().encode(restored) != tree {
                report(.incompleteState, "an environment restored from its state has another state")
            } else if let index = firstDifference(
                record(&environment, seed: nil, isReset: false), record(&restored, seed: nil, isReset: false))
            {
                report(.incompleteState, "an environment restored from its state goes on otherwise at step \(index)")
            }
        } catch {
            report(.incompleteState, "the state cannot be restored: \(error)")
        }
    }

    private mutating func check(_ moment: Moment) {
        for (index, value) in moment.observation.enumerated() {
            let place = "element \(index) of the observation of \(moment)"
            if value.bitPattern == Moment.unwritten {
                report(.unwrittenObservation, "\(place) was not written")
            } else if !value.isFinite {
                report(.nonFiniteObservation, "\(place) is \(value)")
            } else if value < observationSpace.low[index] || value > observationSpace.high[index] {
                let bounds = "\(observationSpace.low[index]) to \(observationSpace.high[index])"
                report(.observationOutsideSpace, "\(place) is \(value), outside \(bounds)")
            }
        }
        if let problem = moment.maskProblem(in: actionSpace) {
            report(.emptyMask, "the mask of \(moment): \(problem)")
        }
        if !Float(moment.step.reward).isFinite {
            report(
                .nonFiniteReward,
                "the reward of \(moment) is \(moment.step.reward), which is no finite 32-bit float")
        }
    }

    // MARK: Recording

    /// An observation, the step that led to it and the mask of what comes next; two are equal if they have the same
    /// bits.
    private struct Moment: Equatable, CustomStringConvertible {
        /// A quiet NaN of our own, by which elements that were not written are known.
        static var unwritten: UInt32 { 0x7fc0_5e1f }

        let observation: [Float]
        let step: Step
        let index: Int
        /// Which actions are valid; nil when the environment does not say, or the episode is over.
        var mask: [Bool]?

        /// What is wrong with the mask, if anything is.
        func maskProblem(in space: ActionSpace) -> String? { mask.flatMap { space.problem(ofMask: $0) } }

        static func == (left: Moment, right: Moment) -> Bool {
            left.observation.map(\.bitPattern) == right.observation.map(\.bitPattern)
                && left.step.reward.bitPattern == right.step.reward.bitPattern && left.step.status == right.step.status
                && left.mask == right.mask
        }

        var description: String {
            index == 0 ? "reset \(observation)" : "step \(index) \(observation), reward \(step.reward)"
        }
    }

    private func firstDifference(_ first: [Moment], _ second: [Moment]) -> Int? {
        first.indices.first { first[$0] != second[$0] }
    }

    private func observe(_ write: (inout ObservationRow) -> Void) -> [Float] {
        var row = [Float](repeating: Float(bitPattern: Moment.unwritten), count: observationSpace.count)
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
    ) -> [Moment] {
        var random = RandomStream(seed: self.seed, name: "checker")
        var action = [Float](repeating: 0, count: actionSpace.width)
        var moments: [Moment] = []
        func reset(seed: UInt64?) -> Moment {
            let start = observe { environment.reset(seed: seed, into: &$0) }
            return Moment(observation: start, step: Step(reward: 0), index: 0, mask: mask(of: environment))
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
            moments.append(Moment(observation: observation, step: step, index: index, mask: next))
            if step.status != .running { moments.append(reset(seed: nil)) }
        }
        return moments
    }
}
