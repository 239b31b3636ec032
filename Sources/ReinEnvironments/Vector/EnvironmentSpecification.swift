public import ReinCheckpoints
import ReinNumerics

/// A kind of environment: its name, limits and spaces, and how to make a vector of it.
public struct EnvironmentSpecification: Sendable {
    /// The name, such as "CartPole-v1".
    public let id: String
    /// The number of steps after which an episode is truncated, if any.
    public let timeLimit: Int?
    /// The mean return at which the task counts as solved, if there is one.
    public let rewardThreshold: Double?
    /// The space of observations.
    public let observationSpace: Box
    /// How rows of that space are made of what the outside world observes, for whoever makes such rows: policies that are
    /// trained in the environment know it. The environments themselves write rows.
    public let observationEncoding: ObservationEncoding
    /// The space of actions.
    public let actionSpace: ActionSpace
    /// Whether the environment says which actions are valid.
    public let masksActions: Bool
    /// What is wrong with the environment, so that no vector can be made of it; nil when nothing is. Whoever is given an
    /// environment looks at it before `makeVector`, which stops the program.
    public let problem: String?
    /// What was said about an environment that lives outside of this program, which makes it again; empty for all others.
    public let settings: StateMap
    /// What such an environment is, for checkpoints; nil for all others.
    public let record: StateTree?

    @usableFromInline let makeEnvironments: @Sendable ([UInt64], _ pieces: [Range<Int>]) -> VectorEnvironment

    /// Describes an environment type; what is not given is as the type says.
    ///
    /// - Parameters:
    ///   - type: the type of the environments.
    ///   - id: its name; that of the type unless given.
    ///   - timeLimit: the number of steps after which an episode is cut off; that of the type unless given.
    ///   - rewardThreshold: the mean return at which it counts as solved; that of the type unless given.
    ///   - observationEncoding: how the outside world's observations become rows; they are rows unless given.
    ///   - make: creates one environment, without its time limit.
    @inlinable public init<E: Environment>(
        _ type: E.Type, id: String = E.id, timeLimit: Int? = E.timeLimit,
        rewardThreshold: Double? = E.rewardThreshold, observationEncoding: ObservationEncoding = .numbers,
        make: @escaping @Sendable () -> E = { E() }
    ) {
        let sample = make()
        self.id = id
        self.timeLimit = timeLimit
        self.rewardThreshold = rewardThreshold
        observationSpace = sample.observationSpace
        self.observationEncoding = observationEncoding
        actionSpace = sample.actionSpace
        masksActions = E.masksActions
        settings = [:]
        record = nil
        problem = Soundness.problem(
            timeLimit: timeLimit, observationSpace: sample.observationSpace, observationEncoding: observationEncoding,
            actionSpace: sample.actionSpace, actionWidth: E.Action.width, masksActions: E.masksActions)
        makeEnvironments = { seeds, _ in
            if let timeLimit {
                VectorEnvironment(seeds: seeds) { TimeLimit(make(), limit: timeLimit) }
            } else {
                VectorEnvironment(seeds: seeds, make: make)
            }
        }
    }

    /// Describes environments that live outside of this program.
    ///
    /// - Parameters:
    ///   - id: the name, with the scheme of its provider.
    ///   - timeLimit: the number of steps after which an episode is cut off by the environment itself, to be known.
    ///   - rewardThreshold: the mean return at which it counts as solved.
    ///   - observationSpace: the space of observations.
    ///   - observationEncoding: how the outside world's observations become rows; they are rows unless given.
    ///   - actionSpace: the space of actions.
    ///   - masksActions: whether the environment says which actions are valid.
    ///   - settings: what was said about it, which makes it again.
    ///   - record: what it is: what its provider wants to know of it when it is made again.
    ///   - makeBatch: makes the lanes by their seeds, and the pieces that they are stepped in. Nothing has to be started yet: the first reset, or the restoring of a
    ///     state, may do that, and fail.
    public init(
        id: String, timeLimit: Int? = nil, rewardThreshold: Double? = nil, observationSpace: Box,
        observationEncoding: ObservationEncoding = .numbers, actionSpace: ActionSpace,
        masksActions: Bool, settings: StateMap,
        record: StateTree,
        makeBatch: @escaping @Sendable (_ seeds: [UInt64], _ pieces: [Range<Int>]) -> any EnvironmentBatch
    ) {
        self.id = id
        self.timeLimit = timeLimit
        self.rewardThreshold = rewardThreshold
        self.observationSpace = observationSpace
        self.observationEncoding = observationEncoding
        self.actionSpace = actionSpace
        self.masksActions = masksActions
        self.settings = settings
        self.record = record
        problem = Soundness.problem(
            timeLimit: timeLimit, observationSpace: observationSpace, observationEncoding: observationEncoding,
            actionSpace: actionSpace, actionWidth: actionSpace.width, masksActions: masksActions)
        makeEnvironments = { seeds, pieces in
            VectorEnvironment(
                makeBatch(seeds, pieces), count: seeds.count, observationSpace: observationSpace,
                actionSpace: actionSpace,
                masksActions: masksActions)
        }
    }

    /// Makes `seeds.count` environments with the time limit; environment i is first reset with `seeds[i]`.
    ///
    /// - Parameters:
    ///   - seeds: one for each environment.
    ///   - pieces: the ranges that environments outside of this program will be stepped in, which divide them all; those
    ///     of ``LaneDivision`` when nil. Without effect on others, and on results.
    public func makeVector(seeds: [UInt64], pieces: [Range<Int>]? = nil) -> VectorEnvironment {
        makeEnvironments(seeds, pieces ?? LaneDivision.pieces(of: seeds.count))
    }

    /// Makes `count` environments with the time limit, each with a seed of its own derived from (`seed`, index).
    public func makeVector(count: Int, seed: UInt64) -> VectorEnvironment {
        makeVector(
            seeds: (0..<count).map { index in
                var stream = RandomStream(seed: seed, name: "environment", index: index)
                return stream.next()
            })
    }
}
