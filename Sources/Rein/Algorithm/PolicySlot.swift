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
    /// Nil when the policy acts for nobody.
    private let runner: RolloutRunner?
    /// The experience of a policy that only acts, made when it is first needed.
    private var discarded: RolloutBatch?
    /// For work of this policy beside that of others: the thread that does it.
    let thread = WorkerPool(threads: 1)

    init(
        id: PolicyID, policy: Policy, agents: [AgentID], environment: EnvironmentSpecification,
        configuration: Method.Configuration, isTrained: Bool, random: RandomStream
    ) {
        let lanes = agents.count * configuration.environmentCount
        self.id = id
        self.policy = policy
        self.agents = agents
        self.isTrained = isTrained
        learner = Method(for: policy, lanes: max(1, lanes), configuration: configuration, random: random)
        runner =
            lanes == 0
            ? nil
            : RolloutRunner(
                specification: environment, lanes: lanes, policy: policy,
                discount: Method.discount(of: configuration), random: random)
    }

    /// The number of steps of each environment in one iteration, or nil when the policy acts for nobody.
    var stepsPerIteration: Int? { runner == nil ? nil : learner.stepsPerIteration }

    /// Forgets what the last iteration reported.
    func beginIteration() { runner?.beginIteration() }

    /// The steps of each environment until the learner wants to see them.
    func stepsUntilDue(after environmentSteps: Int, remaining: Int) -> Int {
        isTrained && runner != nil ? learner.plan(after: environmentSteps, remaining: remaining).steps : remaining
    }

    /// Lets the policy act for a number of steps.
    func collect(_ span: RolloutSpan, on pool: WorkerPool) {
        guard let runner else { return }
        if isTrained {
            let plan = learner.plan(after: span.stepsBefore, remaining: span.remaining)
            runner.fill(
                learner.batch, steps: span.steps, acting: policy, exploration: plan.exploration, on: pool)
        } else {
            let batch =
                discarded ?? RolloutBatch(steps: learner.stepsPerIteration, lanes: runner.lanes, policy: policy)
            discarded = batch
            runner.fill(batch, steps: span.steps, acting: policy, on: pool)
        }
    }

    /// Hands the learner what was collected, where the policy is improved.
    func learn(_ span: RolloutSpan, on pool: WorkerPool) {
        guard isTrained, let runner else { return }
        let rollout = Rollout(
            steps: span.steps, stepsBefore: span.stepsBefore, stepsAfter: span.stepsAfter,
            observationMoments: policy.observationNormalizer == nil ? nil : runner.observationMoments,
            returnMoments: policy.rewardScaler == nil ? nil : runner.returnMoments)
        learner.learn(&policy, from: rollout, on: pool)
    }

    /// What there is to report of an iteration, and its episodes; nil when the policy acts for nobody.
    ///
    /// - Throws: `TrainingError` when the policy's parameters are no longer finite.
    func finishIteration() throws -> (report: PolicyReport, episodes: [Episode], agentSteps: Int)? {
        guard let runner else { return nil }
        var report = PolicyReport(id: id)
        if isTrained {
            report.metrics = learner.report().values
            guard policy.network.parameters.allSatisfy(\.isFinite) else { throw TrainingError.notFinite(id) }
        }
        let episodes = runner.finishedEpisodes
        report.episodes = EpisodeSummary(episodes)
        return (report, episodes, learner.stepsPerIteration * runner.lanes)
    }

    /// A copy of the policy that carries the learner's state along, but not its replay.
    var policyWithLearnerState: Policy {
        var copy = policy
        copy.learnerState = learner.state
        return copy
    }

    /// The state of the environments, or null when the policy acts for nobody.
    var runnerState: StateTree { runner?.state ?? .null }

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
        do {
            try runner?.restore(from: saved.tree)
        } catch {
            throw error.nested(under: saved.path)
        }
    }
}
