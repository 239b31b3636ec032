import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// One policy inside an algorithm, with the learner that improves it and the environments that it acts in.
final class PolicySlot<Method: Learner> {
    let id: PolicyID
    /// The agents that the policy acts for.
    let agents: [AgentID]
    /// Whether the policy is improved; if not it only acts.
    let isTrained: Bool
    private(set) var policy: Policy
    private var learner: Method
    private var source: Source
    /// The experience of a policy that only acts in environments of its own, made when it is first needed.
    private var discarded: RolloutBatch?
    /// For work of this policy beside that of others: the thread that does it.
    let thread = WorkerPool(threads: 1)

    /// Where the policy acts.
    private enum Source {
        case nowhere
        /// In environments of its own.
        case alone(RolloutRunner)
        /// In environments of several agents.
        case together(MultiAgentActor)
    }

    init(
        id: PolicyID, policy: Policy, agents: [AgentID], environment: TrainingEnvironment,
        configuration: Method.Configuration, isTrained: Bool, random: RandomStream
    ) {
        let lanes = agents.count * configuration.environmentCount
        self.id = id
        self.policy = policy
        self.agents = agents
        self.isTrained = isTrained
        switch environment {
        case .singleAgent(let specification):
            learner = Method(
                for: policy, lanes: RolloutLanes(max(1, lanes)), configuration: configuration, random: random)
            source =
                lanes == 0
                ? .nowhere
                : .alone(
                    RolloutRunner(
                        specification: specification, lanes: lanes, policy: policy,
                        discount: Method.discount(of: configuration), random: random))
        case .multiAgent:
            learner = Method(
                for: policy, lanes: RolloutLanes(max(1, lanes), actTogether: false), configuration: configuration,
                random: random)
            source = .nowhere
        }
    }

    /// Whether what happens is kept for the learner.
    var keepsExperience: Bool { isTrained && !agents.isEmpty }

    /// The largest number of steps of a rollout.
    var rolloutSteps: Int { learner.batch.steps }

    /// Lets the policy act in environments of several agents.
    func join(_ actor: MultiAgentActor) {
        if !agents.isEmpty { source = .together(actor) }
    }

    /// The number of steps of each environment in one iteration.
    var stepsPerIteration: Int { learner.stepsPerIteration }

    /// Whether the policy acts for anybody.
    private var acts: Bool { if case .nowhere = source { false } else { true } }

    /// Forgets what the last iteration reported.
    func beginIteration() {
        if case .alone(let runner) = source { runner.beginIteration() }
    }

    /// The steps of each environment until the learner wants to see them.
    func stepsUntilDue(after environmentSteps: Int, remaining: Int) -> Int {
        isTrained && acts ? learner.plan(after: environmentSteps, remaining: remaining).steps : remaining
    }

    /// Lets the policy act in environments of its own for a number of steps.
    func collect(_ span: RolloutSpan, on pool: WorkerPool) {
        guard case .alone(let runner) = source else { return }
        if isTrained {
            let plan = learner.plan(after: span.stepsBefore, remaining: span.remaining)
            runner.fill(
                learner.batch, steps: span.steps, acting: policy, exploration: plan.exploration, on: pool)
        } else {
            let batch =
                discarded
                ?? RolloutBatch(steps: learner.stepsPerIteration, lanes: RolloutLanes(runner.lanes), policy: policy)
            discarded = batch
            runner.fill(batch, steps: span.steps, acting: policy, on: pool)
        }
    }

    /// Gets the policy ready to act in environments of several agents for a number of steps.
    func enter(_ span: RolloutSpan) {
        guard case .together(let actor) = source else { return }
        let plan = learner.plan(after: span.stepsBefore, remaining: span.remaining)
        actor.begin(
            policy, exploration: isTrained ? plan.exploration : .policy,
            batch: keepsExperience ? learner.batch : nil, steps: span.steps)
    }

    /// Takes the policy back, so that changing it takes no copy.
    func leave() {
        if case .together(let actor) = source { actor.finish() }
    }

    /// Hands the learner what was collected, where the policy is improved.
    func learn(_ span: RolloutSpan, on pool: WorkerPool) {
        guard isTrained else { return }
        let observations: RunningMoments?
        let returns: RunningMoments?
        let (normalizes, scales) = (policy.observationNormalizer != nil, policy.rewardScaler != nil)
        switch source {
        case .nowhere: return
        case .alone(let runner):
            observations = normalizes ? runner.observationMoments : nil
            returns = scales ? runner.returnMoments : nil
        case .together(let actor):
            observations = normalizes ? actor.observationMoments : nil
            returns = scales ? actor.returnMoments : nil
        }
        let rollout = Rollout(
            steps: span.steps, stepsBefore: span.stepsBefore, stepsAfter: span.stepsAfter,
            observationMoments: observations, returnMoments: returns)
        learner.learn(&policy, from: rollout, on: pool)
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
            steps = learner.stepsPerIteration * runner.lanes
        case .together(let actor):
            episodes = actor.finishedEpisodes
            steps = actor.agentSteps
        }
        var report = PolicyReport(id: id)
        if isTrained {
            report.metrics = learner.report().values
            guard policy.network.parameters.allSatisfy(\.isFinite) else { throw TrainingError.notFinite(id) }
        }
        report.episodes = EpisodeSummary(episodes)
        return (report, episodes, steps)
    }

    /// A copy of the policy that carries the learner's state along, but not its replay.
    var policyWithLearnerState: Policy {
        var copy = policy
        copy.learnerState = learner.state
        return copy
    }

    /// The state of the policy's own environments; null when it has none.
    var runnerState: StateTree {
        if case .alone(let runner) = source { runner.state } else { .null }
    }

    /// Takes over a learner's state, when the policy was saved with one.
    func restoreLearner() throws(StateError) {
        guard let saved = policy.learnerState else { return }
        do {
            try learner.restore(from: saved)
        } catch {
            throw error.nested(under: "policies/\(id)/learner")
        }
        policy.learnerState = nil
    }

    /// The experience that the learner draws from.
    var replayState: ReplayState { learner.replayState }

    /// Takes over what a checkpoint has of the learner's experience, after `restoreLearner()`. Without any, the learner
    /// goes on with what its own state held, which is nothing unless an earlier version wrote it.
    func restoreReplay(from saved: ReplayState) throws(StateError) {
        guard case .included(let tree) = saved else { return }
        do {
            try learner.restoreReplay(from: tree)
        } catch {
            throw error.nested(under: "replay/\(id)")
        }
    }

    /// Lets the environments begin new episodes, whatever the learner remembers of others.
    func startAfresh() { learner.forgetStepsInFlight() }

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
