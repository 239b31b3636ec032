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

    struct Outcome {
        var episodes: [Episode]
        var steps: Int
        var report: PolicyReport
        var sampling: Duration
        var learning: Duration
    }

    /// The number of steps of each environment in one iteration, or nil when the policy acts for nobody.
    var stepsPerIteration: Int? { runner == nil ? nil : learner.stepsPerIteration }

    /// One iteration, or nil when the policy acts for nobody.
    func iterate(environmentSteps: Int, on pool: WorkerPool) throws -> Outcome? {
        guard let runner else { return nil }
        runner.beginIteration()
        var report = PolicyReport(id: id)
        var sampling = Duration.zero
        var learning = Duration.zero
        if isTrained {
            let outcome = learner.improve(&policy, with: runner, environmentSteps: environmentSteps, on: pool)
            report.metrics = outcome.metrics.values
            sampling = outcome.sampling
            learning = outcome.learning
            guard policy.network.parameters.allSatisfy(\.isFinite) else { throw TrainingError.notFinite(id) }
        } else {
            let batch =
                discarded ?? RolloutBatch(steps: learner.stepsPerIteration, lanes: runner.lanes, policy: policy)
            discarded = batch
            sampling = ContinuousClock().measure { runner.fill(batch, acting: policy, on: pool) }
        }
        let episodes = runner.finishedEpisodes
        report.episodes = EpisodeSummary(episodes)
        return Outcome(
            episodes: episodes, steps: learner.stepsPerIteration * runner.lanes, report: report,
            sampling: sampling, learning: learning)
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
