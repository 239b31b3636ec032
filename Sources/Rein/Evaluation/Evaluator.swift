public import ReinCheckpoints
public import ReinEnvironments
import ReinNumerics
public import ReinPolicies

/// Runs whole episodes with a policy that does not change.
public struct Evaluator: Sendable {
    /// The environment.
    public let environment: EnvironmentSpecification
    /// The seed: episode i starts as `reset(seed: seed + i)` does, in Gymnasium's sense.
    public let seed: Int
    /// Whether actions are drawn from the policy's distribution instead of being the most likely ones.
    public let explores: Bool

    /// The number of episodes that run side by side, without effect on results.
    public let episodesAtOnce: Int

    /// An episode that does not end by itself is given up after as many steps.
    private static let longestEpisode = 1_000_000

    /// Creates an evaluator.
    ///
    /// - Parameters:
    ///   - environment: the environment.
    ///   - seed: the seed of the first episode.
    ///   - explores: whether actions are drawn instead of being the most likely ones.
    ///   - episodesAtOnce: the number of episodes that run side by side, at least 1.
    public init(environment: EnvironmentSpecification, seed: Int = 0, explores: Bool = false, episodesAtOnce: Int = 16)
    {
        precondition(episodesAtOnce > 0, "no episodes at once")
        self.episodesAtOnce = episodesAtOnce
        self.environment = environment
        self.seed = seed
        self.explores = explores
    }

    /// Runs `episodes` episodes and returns them in the order of their seeds.
    ///
    /// - Throws: `StateError` when the policy cannot act in the environment's spaces, when a reward or an observation is
    ///   not finite or a mask leaves no valid action, or an episode does not end within a million steps.
    public func episodes(_ episodes: Int, of policy: Policy) throws(StateError) -> [Episode] {
        try self.episodes(episodes, of: policy, while: { true }) ?? []
    }

    /// Runs episodes for as long as `goesOn` says so, which is asked in every step; nil when it has said no.
    func episodes(
        _ episodes: Int, of policy: Policy, while goesOn: () -> Bool
    ) throws(StateError) -> [Episode]? {
        let environment = TrainingEnvironment.singleAgent(environment)
        try environment.requireSound()
        try environment.require(policy, actsFor: [0], path: "policy")
        var results: [Episode] = []
        for first in stride(from: 0, to: episodes, by: episodesAtOnce) {
            guard let wave = try wave(first..<min(first + episodesAtOnce, episodes), of: policy, while: goesOn) else {
                return nil
            }
            results += wave
        }
        return results
    }

    /// The error for a number that is none, or a mask, in the last step of an episode so far.
    private func fault(
        _ quantity: EnvironmentFault.Quantity, of index: Int, _ episode: Episode, value: Double = 0
    ) -> StateError {
        StateError(
            EnvironmentFault(
                environment: environment.id, episode: .seed(seed + index), step: episode.length, quantity: quantity,
                value: value))
    }

    /// The first episode of each of a few environments side by side.
    private func wave(
        _ range: Range<Int>, of policy: Policy, while goesOn: () -> Bool
    ) throws(StateError) -> [Episode]? {
        let rows = range.count
        let alone = LaneDivision.singly(rows)
        let vector = environment.makeVector(
            seeds: range.map { UInt64(bitPattern: Int64(seed + $0)) }, pieces: alone)
        let inference = PolicyInference(policy, rows: rows)
        let observations = AlignedBuffer<Float>(count: rows * environment.observationSpace.count)
        let finals = AlignedBuffer<Float>(count: observations.count)
        let actions = AlignedBuffer<Float>(count: rows * environment.actionSpace.width)
        let rewards = AlignedBuffer<Double>(count: rows)
        let statuses = AlignedBuffer<Status>(count: rows)
        let masks = AlignedBuffer<Bool>(count: rows * vector.maskWidth)
        let valid = vector.maskWidth > 0 ? UnsafePointer(masks.pointer) : nil
        var streams = range.map { RandomStream(seed: UInt64(bitPattern: Int64(seed)), name: "evaluation", index: $0) }
        var results = [Episode](repeating: Episode(totalReward: 0, length: 0), count: rows)
        var running = [Bool](repeating: true, count: rows)
        /// Checks the numbers of an episode's row.
        func require(
            _ numbers: AlignedBuffer<Float>, row: Int, are quantity: (Int) -> EnvironmentFault.Quantity
        ) throws(StateError) {
            let width = numbers.count / rows
            guard let element = Kernels.firstNotFinite(numbers.mutableRows(of: width)[row], count: width) else {
                return
            }
            throw fault(
                quantity(element), of: range.lowerBound + row, results[row],
                value: Double(numbers.pointer[row * width + element]))
        }
        /// Checks that an action is left to an episode that goes on.
        func requireChoices(row: Int) throws(StateError) {
            if let valid, let quantity = vector.maskParts.fault(of: valid + row * vector.maskWidth) {
                throw fault(quantity, of: range.lowerBound + row, results[row])
            }
        }
        try StateError.wrapping { () throws(EnvironmentFault) in
            try vector.reset(0..<rows, observations: observations.pointer, masks: masks.pointer)
        }
        for row in 0..<rows {
            try require(observations, row: row) { .observation(element: $0) }
            try requireChoices(row: row)
        }
        while running.contains(true) {
            guard goesOn() else { return nil }
            if explores {
                inference.sample(
                    rows: rows, observations: observations.pointer, masks: valid, into: actions.pointer,
                    using: &streams)
            } else {
                inference.act(rows: rows, observations: observations.pointer, masks: valid, into: actions.pointer)
            }
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
            for row in 0..<rows where running[row] {
                results[row].length += 1
                try require(actions, row: row) { .action(element: $0) }
                let reward = rewards.pointer[row]
                guard Float(reward).isFinite else {
                    throw fault(.reward, of: range.lowerBound + row, results[row], value: reward)
                }
                results[row].totalReward += reward
                running[row] = statuses.pointer[row] == .running
                try require(running[row] ? observations : finals, row: row) { .observation(element: $0) }
                if running[row] { try requireChoices(row: row) }
                if results[row].length >= Self.longestEpisode {
                    throw StateError(
                        .outOfRange, "an episode of \(environment.id) did not end within \(Self.longestEpisode) steps",
                        path: "evaluation")
                }
            }
        }
        return results
    }
}
