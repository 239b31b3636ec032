import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// The first episode of each of a few environments side by side, with a policy that does not change.
final class EvaluationWave {
    /// The episodes so far.
    private(set) var results: [Episode]

    private let episodes: Range<Int>
    private let evaluator: Evaluator
    private let vector: VectorEnvironment
    private let inference: PolicyInference
    /// The lanes, each by itself.
    private let alone: [Range<Int>]
    private let observations, finals, actions: AlignedBuffer<Float>
    private let rewards: AlignedBuffer<Double>
    private let statuses: AlignedBuffer<Status>
    private let masks: AlignedBuffer<Bool>
    private var streams: [RandomStream]
    private var running: [Bool]

    private var rows: Int { episodes.count }
    private var valid: UnsafePointer<Bool>? { vector.maskWidth > 0 ? UnsafePointer(masks.pointer) : nil }

    /// Makes the environments.
    ///
    /// - Parameters:
    ///   - episodes: which of the evaluation's episodes.
    ///   - evaluator: the evaluation.
    ///   - policy: who acts; its spaces are the environment's.
    init(_ episodes: Range<Int>, of evaluator: Evaluator, acting policy: Policy) {
        self.episodes = episodes
        self.evaluator = evaluator
        let (environment, rows, seed) = (evaluator.environment, episodes.count, evaluator.seed)
        alone = LaneDivision.singly(rows)
        vector = environment.makeVector(
            seeds: episodes.map { UInt64(bitPattern: Int64(seed &+ $0)) }, pieces: alone)
        inference = PolicyInference(policy, rows: rows)
        observations = AlignedBuffer(count: rows * environment.observationSpace.count)
        finals = AlignedBuffer(count: observations.count)
        actions = AlignedBuffer(count: rows * environment.actionSpace.width)
        rewards = AlignedBuffer(count: rows)
        statuses = AlignedBuffer(count: rows)
        masks = AlignedBuffer(count: rows * vector.maskWidth)
        streams = episodes.map {
            RandomStream(seed: UInt64(bitPattern: Int64(seed)), name: "evaluation", index: $0)
        }
        results = Array(repeating: Episode(totalReward: 0, length: 0), count: rows)
        running = Array(repeating: true, count: rows)
    }

    /// Plays the episodes, for as long as `goesOn` says so, which is asked in every step.
    ///
    /// - Returns: whether all have ended.
    /// - Throws: `StateError` as `Evaluator.episodes(_:of:)`.
    func run(while goesOn: () -> Bool) throws(StateError) -> Bool {
        try begin()
        while running.contains(true) {
            guard goesOn() else { return false }
            act()
            try step()
            for row in 0..<rows where running[row] { try settle(row) }
        }
        return true
    }

    private func begin() throws(StateError) {
        try StateError.wrapping { () throws(EnvironmentFault) in
            try vector.reset(0..<rows, observations: observations.pointer, masks: masks.pointer)
        }
        for row in 0..<rows {
            try require(observations, row: row) { .observation(element: $0) }
            try requireChoices(row: row)
        }
    }

    private func act() {
        if evaluator.explores {
            inference.sample(
                rows: rows, observations: observations.pointer, masks: valid, into: actions.pointer, using: &streams)
        } else {
            inference.act(rows: rows, observations: observations.pointer, masks: valid, into: actions.pointer)
        }
    }

    private func step() throws(StateError) {
        try StateError.wrapping { () throws(EnvironmentFault) in
            // Environments outside of this program are not troubled for episodes that nobody looks at.
            let ranges = vector.stepsElsewhere ? alone.filter { running[$0.lowerBound] } : [0..<rows]
            for range in ranges { try vector.beginStep(range, actions: actions.pointer) }
            for range in ranges {
                try vector.finishStep(
                    range, actions: actions.pointer, observations: observations.pointer,
                    finalObservations: finals.pointer, rewards: rewards.pointer, statuses: statuses.pointer,
                    masks: masks.pointer)
            }
        }
    }

    /// Takes in what a step brought to an episode.
    private func settle(_ row: Int) throws(StateError) {
        results[row].length += 1
        try require(actions, row: row) { .action(element: $0) }
        let reward = rewards.pointer[row]
        guard Float(reward).isFinite else { throw fault(.reward, row: row, value: reward) }
        results[row].totalReward += reward
        running[row] = statuses.pointer[row] == .running
        try require(running[row] ? observations : finals, row: row) { .observation(element: $0) }
        if running[row] { try requireChoices(row: row) }
        if results[row].length >= Evaluator.longestEpisode {
            throw .endlessEpisode(of: evaluator.environment.id, steps: Evaluator.longestEpisode)
        }
    }

    // MARK: Faults

    /// Checks the numbers of an episode's row.
    private func require(
        _ numbers: AlignedBuffer<Float>, row: Int, are quantity: (Int) -> EnvironmentFault.Quantity
    ) throws(StateError) {
        let width = numbers.count / rows
        guard let element = Kernels.firstNotFinite(numbers.mutableRows(of: width)[row], count: width) else { return }
        throw fault(quantity(element), row: row, value: Double(numbers.pointer[row * width + element]))
    }

    /// Checks that an action is left to an episode that goes on.
    private func requireChoices(row: Int) throws(StateError) {
        if let valid, let quantity = vector.maskParts.fault(of: valid + row * vector.maskWidth) {
            throw fault(quantity, row: row)
        }
    }

    /// The error for a number that is none, or a mask, in the last step of an episode so far.
    private func fault(_ quantity: EnvironmentFault.Quantity, row: Int, value: Double = 0) -> StateError {
        StateError(
            EnvironmentFault(
                environment: evaluator.environment.id, episode: .seed(evaluator.seed &+ episodes.lowerBound &+ row),
                step: results[row].length, quantity: quantity, value: value))
    }
}
