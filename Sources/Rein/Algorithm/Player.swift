import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// One policy inside an algorithm, with the learner that improves it and the environments that it acts in.
final class Player<Method: Learner> {
    let id: PolicyID
    /// The settings of the policy.
    let configuration: Method.Configuration
    /// The agents that the policy acts for, those in episodes that began under another mapping included.
    let agents: [AgentID]
    /// Whether the policy is improved; if not it only acts.
    let isTrained: Bool
    private(set) var policy: Policy
    /// What improves the policy; nil where nothing does.
    var learner: Method?
    /// What is collected for the learner.
    private(set) var batch: RolloutBatch?
    private(set) var source: Source
    /// Whether the learner is done with the present part of the iteration.
    var hasLearnt = false
    /// The experience of a policy that only acts in environments of its own, made when it is first needed.
    private var discarded: RolloutBatch?
    /// The number that ended the last rollout in environments of its own early, if one did.
    private(set) var fault: EnvironmentFault?
    /// For work of this policy beside that of others: the thread that does it.
    let thread = WorkerPool()

    /// The number of elements of the largest weight matrix that acting and learning multiply by.
    var largestMatrix: Int {
        max(policy.network.views.map(\.matrixCount).max() ?? 0, learner?.largestMatrix ?? 0)
    }

    /// Where the policy acts.
    enum Source {
        case nowhere
        /// In environments of its own.
        case alone(RolloutRunner)
        /// In environments of several agents.
        case together(MultiAgentActor)
    }

    /// Gives a policy a place.
    ///
    /// - Parameters:
    ///   - needsLearner: whether the policy has a learner although it only acts, to keep what that has learnt from.
    ///   - random: the stream that those of learner and environments are derived from.
    init(
        id: PolicyID, policy: Policy, configuration: Method.Configuration, agents: [AgentID], isTrained: Bool,
        needsLearner: Bool = false, environment: TrainingEnvironment, random: RandomStream
    ) {
        self.id = id
        self.policy = policy
        self.configuration = configuration
        self.agents = agents
        self.isTrained = isTrained
        if isTrained || needsLearner {
            let lanes = Self.lanes(of: agents, configuration, environment)
            learner = Method(for: policy, lanes: lanes, configuration: configuration, random: random)
            batch = Method.makeBatch(for: policy, lanes: lanes, configuration: configuration)
        }
        source = Self.source(
            of: policy, agents: agents, configuration: configuration, environment: environment, random: random)
    }

    /// Gives the policy of another player a place for other agents, or for another purpose. Its learner goes on with what
    /// it has learnt; environments of its own are new where they are not as many.
    ///
    /// - Throws: `StateError` when the learner does not take over its own state.
    init(
        _ other: Player, agents: [AgentID], isTrained: Bool, environment: TrainingEnvironment, random: RandomStream
    ) throws(StateError) {
        id = other.id
        policy = other.policy
        configuration = other.configuration
        self.agents = agents
        self.isTrained = isTrained
        source =
            agents == other.agents
            ? other.source
            : Self.source(
                of: other.policy, agents: agents, configuration: configuration, environment: environment, random: random
            )
        let lanes = Self.lanes(of: agents, configuration, environment)
        learner = other.learner
        if agents != other.agents {
            try learner?.adapt(to: lanes, for: policy, configuration: configuration, random: random)
        } else {
            learner?.forgetStepsInFlight()
            batch = other.batch
        }
        if batch == nil, learner != nil || isTrained {
            batch = Method.makeBatch(for: policy, lanes: lanes, configuration: configuration)
        }
        guard learner == nil, isTrained else { return }
        learner = Method(for: policy, lanes: lanes, configuration: configuration, random: random)
        try restoreLearner()
    }

    /// Gives another policy of the same form the place of one, with the state of its learner, if it carries one.
    ///
    /// - Parameter replay: the experience that its learner goes on with.
    /// - Throws: `StateError` when the policy carries the state of a learner that does not fit.
    init(
        _ other: Player, policy: Policy, replay: ReplayState, environment: TrainingEnvironment, random: RandomStream
    ) throws(StateError) {
        id = other.id
        configuration = other.configuration
        agents = other.agents
        isTrained = other.isTrained
        source = other.source
        self.policy = policy
        let hasReplay = if case .included = replay { true } else { false }
        guard isTrained || other.learner != nil || hasReplay else { return }
        let lanes = Self.lanes(of: agents, configuration, environment)
        learner = Method(for: policy, lanes: lanes, configuration: configuration, random: random)
        batch = Method.makeBatch(for: policy, lanes: lanes, configuration: configuration)
        try restoreLearner()
        try restoreReplay(from: replay)
        // Steps in flight are of other environments.
        learner?.forgetStepsInFlight()
    }

    private static func lanes(
        of agents: [AgentID], _ configuration: Method.Configuration, _ environment: TrainingEnvironment
    ) -> RolloutLanes {
        let isAlone = if case .singleAgent = environment { true } else { false }
        return RolloutLanes(max(1, agents.count * configuration.environmentCount), actTogether: isAlone)
    }

    private static func source(
        of policy: Policy, agents: [AgentID], configuration: Method.Configuration, environment: TrainingEnvironment,
        random: RandomStream
    ) -> Source {
        guard case .singleAgent(let specification) = environment, !agents.isEmpty else { return .nowhere }
        return .alone(
            RolloutRunner(
                specification: specification, lanes: agents.count * configuration.environmentCount, policy: policy,
                discount: Method.discount(of: configuration), random: random))
    }

    /// Whether what happens is kept for the learner.
    var keepsExperience: Bool { isTrained && !agents.isEmpty }

    /// The largest number of steps of a rollout that is kept.
    var rolloutSteps: Int { batch?.steps ?? 1 }

    /// The policy as it acts in environments of several agents.
    func role(agents: [Int]) -> MultiAgentRole {
        MultiAgentRole(
            id: id, policy: policy, agents: agents, keepsExperience: keepsExperience, steps: rolloutSteps,
            columns: batch?.columns ?? [], discount: Method.discount(of: configuration))
    }

    /// Lets the policy act in environments of several agents.
    func join(_ actor: MultiAgentActor) { source = agents.isEmpty ? .nowhere : .together(actor) }

    /// The number of steps of each environment in one iteration.
    private var stepsPerIteration: Int { Method.stepsPerIteration(of: configuration) }

    /// Whether the policy acts in environments of its own.
    var isAlone: Bool { if case .alone = source { true } else { false } }

    /// Whether the policy acts for anybody.
    private var acts: Bool { if case .nowhere = source { false } else { true } }

    /// Forgets what the last iteration reported.
    func beginIteration() {
        if case .alone(let runner) = source { runner.beginIteration() }
    }

    /// The steps of each environment until the learner wants to see them.
    func stepsUntilDue(after environmentSteps: Int, remaining: Int) -> Int {
        guard isTrained, acts, let learner else { return remaining }
        return learner.plan(after: environmentSteps, remaining: remaining).steps
    }

    /// Lets the policy act in environments of its own for a number of steps, or until a number is none: then `fault` is
    /// set.
    func collect(_ part: Range<Int>, of span: RolloutSpan, on pool: WorkerPool) {
        fault = nil
        do {
            try fill(part, of: span, on: pool)
        } catch {
            fault = error
        }
    }

    private func fill(_ part: Range<Int>, of span: RolloutSpan, on pool: WorkerPool) throws(EnvironmentFault) {
        guard case .alone(let runner) = source else { return }
        if isTrained, let learner, let batch {
            let plan = learner.plan(after: span.stepsBefore, remaining: span.remaining)
            try runner.fill(
                batch, steps: span.steps, part: part, acting: policy, exploration: plan.exploration, on: pool)
        } else {
            let batch =
                discarded
                ?? RolloutBatch(steps: stepsPerIteration, lanes: RolloutLanes(runner.lanes), policy: policy)
            discarded = batch
            try runner.fill(batch, steps: span.steps, part: part, acting: policy, on: pool)
        }
    }

    /// Gets the policy ready to act in environments of several agents for a number of steps.
    func enter(_ part: Range<Int>, of span: RolloutSpan) {
        guard case .together(let actor) = source else { return }
        if keepsExperience, let learner, let batch {
            let plan = learner.plan(after: span.stepsBefore, remaining: span.remaining)
            actor.begin(policy, exploration: plan.exploration, batch: batch, steps: span.steps, part: part)
        } else {
            actor.begin(policy, exploration: .policy, batch: nil, steps: span.steps, part: part)
        }
    }

    /// Takes the policy back, so that changing it takes no copy.
    func leave() {
        if case .together(let actor) = source { actor.finish() }
    }

    /// Hands the learner what was collected, where the policy is improved, and notes in `hasLearnt` whether it is done
    /// with it. One that is not goes on in the next call.
    func learn(_ span: RolloutSpan, on pool: WorkerPool, while goesOn: () -> Bool) {
        guard !hasLearnt else { return }
        guard isTrained, acts, let batch else {
            hasLearnt = true
            return
        }
        let observations: [RunningMoments]
        let returns: [RunningMoments]
        let (normalizes, scales) = (policy.observationNormalizer != nil, policy.rewardScaler != nil)
        switch source {
        case .nowhere: return
        case .alone(let runner):
            observations = normalizes ? runner.observationMoments : []
            returns = scales ? runner.returnMoments : []
        case .together(let actor):
            observations = normalizes ? actor.observationMoments : []
            returns = scales ? actor.returnMoments : []
        }
        let rollout = Rollout(
            batch: batch, steps: span.steps, stepsBefore: span.stepsBefore, stepsAfter: span.stepsAfter,
            observationMoments: observations, returnMoments: returns)
        let context = LearningContext(pool: pool)
        hasLearnt = learner?.learn(&policy, from: rollout, in: context, while: goesOn) ?? true
    }

    /// What there is to report of an iteration, and its episodes; nil when the policy acts for nobody.
    ///
    /// - Throws: `TrainingError` when the policy's parameters are no longer finite.
    func finishIteration() throws -> (report: PolicyReport, episodes: [Episode], agentSteps: Int)? {
        let episodes: [Episode]
        let steps: Int
        switch source {
        case .nowhere: return nil
        case .alone(let runner):
            episodes = runner.finishedEpisodes
            steps = stepsPerIteration * runner.lanes
        case .together(let actor):
            episodes = actor.finishedEpisodes
            steps = actor.agentSteps
        }
        var report = PolicyReport(id: id)
        if isTrained {
            report.metrics = learner?.report().values ?? []
            guard policy.network.parameters.allSatisfy(\.isFinite) else {
                throw TrainingError.notFinite(id, advice: learner?.divergenceAdvice ?? "")
            }
        }
        report.episodes = EpisodeSummary(episodes)
        return (report, episodes, steps)
    }

    /// A report without numbers, which shows what there will be to report.
    var blankReport: PolicyReport {
        var report = PolicyReport(id: id)
        // A copy reports for itself.
        var copy = learner
        if isTrained { report.metrics = copy?.report().values.map { ($0.name, .nan) } ?? [] }
        return report
    }

    /// A copy of the policy that carries the learner's state along, but not its replay.
    var policyWithLearnerState: Policy {
        guard let learner else { return policy }
        var copy = policy
        copy.learnerState = learner.state
        return copy
    }

    /// The state of the policy's own environments; null when it has none.
    var runnerState: StateTree {
        if case .alone(let runner) = source { runner.state } else { .null }
    }

    /// The policy without a learner's state, to act for the rest of its episodes.
    var retiredPolicy: Policy {
        var retired = policy
        retired.learnerState = nil
        return retired
    }

    /// Hands the learner, if there is one, the state that the policy was saved with.
    func restoreLearner() throws(StateError) {
        guard learner != nil, let saved = policy.learnerState else { return }
        do {
            try learner?.restore(from: saved)
        } catch {
            throw error.nested(under: "policies/\(id)/learner")
        }
        policy.learnerState = nil
    }

    /// The experience that the learner draws from.
    var replayState: ReplayState { learner?.replayState ?? .none }

    /// Takes over what a checkpoint has of the learner's experience, after `restoreLearner()`. Without any, the learner
    /// goes on with what its own state held, which is nothing unless an earlier version wrote it.
    func restoreReplay(from saved: ReplayState) throws(StateError) {
        guard case .included(let tree) = saved else { return }
        do {
            try learner?.restoreReplay(from: tree)
        } catch {
            throw error.nested(under: "replay/\(id)")
        }
    }

    /// Lets settings take effect that are others than those that the learner's state was saved with.
    func adoptSettings(changedFrom saved: Method.Configuration) {
        guard saved != configuration else { return }
        learner?.adoptSettings(changedFrom: saved)
    }

    /// Begins new episodes in the policy's own environments, and forgets steps in flight.
    func restartEpisodes() {
        if case .alone(let runner) = source { runner.restartEpisodes() }
        learner?.forgetStepsInFlight()
    }

    /// Lets the environments begin new episodes, whatever the learner remembers of others.
    func startAfresh() { learner?.forgetStepsInFlight() }

    /// What became of the environments when their state was restored.
    var restoredLanes: RestoredLanes {
        if case .alone(let runner) = source { runner.restoredLanes } else { RestoredLanes() }
    }

    /// What has happened to environments of its own outside of this program; nil when it has none.
    var incidents: EnvironmentIncidents? {
        if case .alone(let runner) = source { runner.environments.incidents } else { nil }
    }

    /// Takes over the state of the environments.
    func restoreRunner(from saved: StateReader) throws(StateError) {
        guard case .alone(let runner) = source else { return }
        do {
            try runner.restore(from: saved.tree)
        } catch {
            throw error.nested(under: saved.path)
        }
    }
}
