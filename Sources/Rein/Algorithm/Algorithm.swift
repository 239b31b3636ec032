public import ReinCheckpoints
public import ReinEnvironments
import ReinNumerics
public import ReinPolicies

/// A learning method at work: policies by id, the mapping from agents to policies, environments, learners and
/// counters. It is the thing that trains and is saved.
///
///     let algorithm = try PPO(environment: CartPole.self, configuration: PPO.Configuration(seed: 7))
///     for _ in 0..<50 { print(try algorithm.train()) }
///     try algorithm.save(to: "checkpoint")
///
/// An environment of one agent is played by each agent in copies of its own; one of several agents is shared by them.
/// Which policy acts for an agent is data (`PolicyMapping`); policies that are not in `policiesToTrain` act and stay as
/// they are.
///
/// An algorithm is used from one thread at a time; inside an iteration it works on as many threads as it was given,
/// with the same results for any number of them.
public final class Algorithm<Method: Learner> {
    /// The settings of the method.
    public typealias Configuration = Method.Configuration

    /// The settings.
    public let configuration: Configuration
    /// The environment that policies are trained in.
    public let environment: TrainingEnvironment
    /// The agents that act in each copy of the environment.
    public private(set) var agents: [AgentID]
    /// Which policy acts for which agent.
    public private(set) var mapping: PolicyMapping
    /// The policies that are improved; the others only act.
    public private(set) var policiesToTrain: [PolicyID]
    /// How much has been done since the start of training.
    public internal(set) var counters = TrainingCounters()
    /// The last 100 episodes of all policies.
    public internal(set) var episodes = EpisodeWindow()

    var slots: [PolicySlot<Method>]
    /// The environments that several agents share; nil where every agent has its own.
    private(set) var stage: MultiAgentRunner?
    let pool: WorkerPool

    /// Creates an algorithm with untrained policies.
    ///
    /// - Parameters:
    ///   - environment: the environment.
    ///   - configuration: the settings.
    ///   - policies: the ids of the policies; each has the spaces of the agents that it may act for.
    ///   - agents: the agents that have copies of an environment of one agent, one of them when nil; an environment of
    ///     several agents has its own.
    ///   - mapping: which policy acts for which agent; the first policy for everyone when nil.
    ///   - policiesToTrain: the policies to improve; all when nil.
    ///   - threads: the number of threads to work on, without effect on results.
    /// - Throws: `ConfigurationError` for impossible settings, `StateError` when ids, mapping and policies to train do
    ///   not fit together or the method cannot act in the environment's spaces.
    public init(
        environment: TrainingEnvironment, configuration: Configuration = Configuration(),
        policies: [PolicyID] = [.default], agents: [AgentID]? = nil, mapping: PolicyMapping? = nil,
        policiesToTrain: [PolicyID]? = nil, threads: Int = 1
    ) throws {
        try configuration.validate()
        guard let first = policies.first else {
            throw StateError(.outOfRange, "an algorithm needs at least one policy", path: "policies")
        }
        let assignment = try PolicyAssignment(
            policies: policies, agents: agents, environment: environment, mapping: mapping ?? .all(first),
            policiesToTrain: policiesToTrain ?? policies)
        let root = Self.rootStream(configuration)
        let made = try policies.enumerated().map { index, id in
            let spaces = try environment.spaces(of: id, for: assignment.casting.agents(of: index))
            return try Method.makePolicy(
                observationSpace: spaces.observations, actionSpace: spaces.actions, configuration: configuration,
                random: root.stream("policy/\(id)"))
        }
        self.configuration = configuration
        self.environment = environment
        self.agents = assignment.agents
        self.mapping = assignment.mapping
        self.policiesToTrain = assignment.policiesToTrain
        pool = WorkerPool(threads: threads)
        (slots, stage) = try Self.cast(
            made, as: assignment, environment: environment, configuration: configuration)
    }

    init(
        environment: TrainingEnvironment, configuration: Configuration, assignment: PolicyAssignment,
        slots: [PolicySlot<Method>], stage: MultiAgentRunner?, threads: Int
    ) {
        self.configuration = configuration
        self.environment = environment
        agents = assignment.agents
        mapping = assignment.mapping
        policiesToTrain = assignment.policiesToTrain
        self.slots = slots
        self.stage = stage
        pool = WorkerPool(threads: threads)
    }

    static func rootStream(_ configuration: Configuration) -> RandomStream {
        RandomStream(seed: UInt64(configuration.seed), name: Method.algorithmName)
    }

    /// The ids of the policies, in their order.
    public var policyIDs: [PolicyID] { slots.map(\.id) }

    /// A snapshot of a policy with its learner's state, but without its replay, or nil when there is no policy of this
    /// id.
    public func policy(_ id: PolicyID = .default) -> Policy? {
        guard let slot = slots.first(where: { $0.id == id }) else { return nil }
        return slot.policyWithLearnerState
    }

    /// Runs one iteration: every policy collects experience, and those to train improve.
    ///
    /// - Returns: counters, returns, and what each learner reports.
    /// - Throws: `TrainingError` when a policy's parameters are no longer finite; the policies are then useless, and
    ///   the last checkpoint is the place to go back to.
    public func train() throws -> TrainingResult {
        var result = TrainingResult()
        let clock = ContinuousClock()
        let start = clock.now
        stage?.beginIteration()
        for slot in slots { slot.beginIteration() }
        var remaining = stepsPerIteration
        while remaining > 0 {
            let span = nextSpan(remaining: remaining)
            let begin = clock.now
            collect(span)
            let collected = clock.now
            forEachSlot { $0.learn(span, on: $1) }
            result.samplingSeconds += (collected - begin).seconds
            result.learningSeconds += (clock.now - collected).seconds
            remaining -= span.steps
            counters.environmentSteps = span.stepsAfter
        }
        for slot in slots {
            guard let outcome = try slot.finishIteration() else { continue }
            if stage == nil { episodes.append(contentsOf: outcome.episodes) }
            counters.agentSteps += outcome.agentSteps
            result.policies.append(outcome.report)
        }
        if let stage { episodes.append(contentsOf: stage.finishedEpisodes) }
        counters.iterations += 1
        counters.episodes = episodes.total
        result.counters = counters
        result.episodes = episodes.summary
        result.seconds = (clock.now - start).seconds
        result.stepsPerSecond = Double(configuration.environmentCount * stepsPerIteration) / max(result.seconds, 1e-9)
        return result
    }

    /// The steps until the first learner has something to do.
    private func nextSpan(remaining: Int) -> RolloutSpan {
        let before = counters.environmentSteps
        var steps = remaining
        for slot in slots { steps = min(steps, slot.stepsUntilDue(after: before, remaining: remaining)) }
        return RolloutSpan(
            steps: steps, remaining: remaining, stepsBefore: before,
            stepsAfter: before + steps * configuration.environmentCount)
    }

    /// Has the batches of the policies filled.
    private func collect(_ span: RolloutSpan) {
        guard let stage else { return forEachSlot { $0.collect(span, on: $1) } }
        for slot in slots { slot.enter(span) }
        stage.fill(steps: span.steps, on: pool)
        for slot in slots { slot.leave() }
    }

    /// Works on every policy: on several at a time where they are at least as many as the threads, otherwise on one
    /// after the other with all threads. The results are the same.
    private func forEachSlot(_ body: (PolicySlot<Method>, WorkerPool) -> Void) {
        if pool.threadCount > 1, slots.count >= pool.threadCount {
            pool.run(pieces: slots.count) { body(slots[$0], slots[$0].thread) }
        } else {
            for slot in slots { body(slot, pool) }
        }
    }

    /// The number of steps that each copy of the environment takes in one iteration.
    public var stepsPerIteration: Int { slots.first?.stepsPerIteration ?? 0 }

    /// Takes over everything of another algorithm but its environment and settings.
    func adopt(_ other: Algorithm) {
        agents = other.agents
        mapping = other.mapping
        policiesToTrain = other.policiesToTrain
        counters = other.counters
        episodes = other.episodes
        slots = other.slots
        stage = other.stage
    }
}
