import Testing

@testable import Rein

/// A learner with its policy, and environments of its own to learn from.
struct Trainee<Method: Learner> {
    var policy: Policy
    var learner: Method
    private let configuration: Method.Configuration
    private let environment: EnvironmentSpecification
    private var runner: RolloutRunner
    private var batch: RolloutBatch
    private var steps = 0

    init(_ environment: EnvironmentSpecification, _ configuration: Method.Configuration) throws {
        let random = RandomStream(seed: 11, name: "trainee")
        let policy = try Method.makePolicy(
            observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
            configuration: configuration, random: random)
        let lanes = RolloutLanes(configuration.environmentCount)
        (self.policy, self.configuration, self.environment) = (policy, configuration, environment)
        learner = Method(for: policy, lanes: lanes, configuration: configuration, random: random)
        batch = Method.makeBatch(for: policy, lanes: lanes, configuration: configuration)
        runner = Self.runner(environment, policy, configuration)
    }

    private static func runner(
        _ environment: EnvironmentSpecification, _ policy: Policy, _ configuration: Method.Configuration
    ) -> RolloutRunner {
        RolloutRunner(
            specification: environment, lanes: configuration.environmentCount, policy: policy,
            discount: Method.discount(of: configuration), random: RandomStream(seed: 12, name: "runner"))
    }

    /// Copies of learner and policy, in environments that go on as these do.
    func twin() throws -> Trainee {
        var twin = self
        twin.runner = Self.runner(environment, policy, configuration)
        try twin.runner.restore(from: runner.state)
        twin.batch = Method.makeBatch(
            for: policy, lanes: RolloutLanes(configuration.environmentCount), configuration: configuration)
        return twin
    }

    /// Everything that is saved.
    var states: [StateTree] {
        let replay = if case .included(let tree) = learner.replayState { tree } else { StateTree.null }
        return [learner.state, replay, learner.unfinishedState, policy.state]
    }

    /// Fills the batch.
    mutating func collect(in context: LearningContext = LearningContext()) throws -> Rollout {
        let plan = learner.plan(after: steps, remaining: Method.stepsPerIteration(of: configuration))
        try runner.fill(batch, steps: plan.steps, acting: policy, exploration: plan.exploration, on: context.pool)
        let before = steps
        steps += plan.steps * configuration.environmentCount
        /// Moments of shards that others compute are left out.
        func own(_ moments: [RunningMoments]) -> [RunningMoments] {
            let own = context.ownShards(of: moments.count)
            return moments.indices.map { own.contains($0) ? moments[$0] : RunningMoments(width: moments[$0].width) }
        }
        return Rollout(
            batch: batch, steps: plan.steps, stepsBefore: before, stepsAfter: steps,
            observationMoments: policy.observationNormalizer == nil ? [] : own(runner.observationMoments),
            returnMoments: policy.rewardScaler == nil ? [] : own(runner.returnMoments))
    }

    /// Collects and learns a number of times.
    mutating func train(_ count: Int, in context: LearningContext = LearningContext()) throws {
        for _ in 0..<count {
            let rollout = try collect(in: context)
            learner.learn(&policy, from: rollout, in: context)
        }
    }

    /// Goes on learning from a rollout.
    ///
    /// - Parameter limit: how often it is said that there is time.
    /// - Returns: whether the learner is done.
    mutating func learn(from rollout: Rollout, limit: Int = .max) -> Bool {
        var rest = limit
        return learner.learn(&policy, from: rollout, in: LearningContext()) {
            rest -= 1
            return rest >= 0
        }
    }
}

/// Learners of every kind, small, with minibatches of several shards.
enum Trainees {
    static func ppo(_ change: (inout PPOConfiguration) -> Void = { _ in }) throws -> Trainee<PPOLearner> {
        try Trainee(
            EnvironmentSpecification(Pendulum.self),
            PPOConfiguration(seed: 1).with {
                $0.environmentCount = 16
                $0.rolloutLength = 16
                $0.minibatchSize = 200  // Four shards, and a smaller last minibatch.
                $0.epochs = 2
                $0.normalizesObservations = true
                $0.scalesRewards = true
                $0.klCoefficient = 0.2
                $0.network.hidden = [8]
                change(&$0)
            })
    }

    static func recurrent() throws -> Trainee<PPOLearner> {
        try ppo {
            $0.network.recurrent = .lstm
            $0.network.recurrentWidth = 4
            $0.sequenceLength = 4
        }
    }

    /// Rainbow: noisy, with several atoms and priorities.
    static func dqn() throws -> Trainee<DQNLearner> {
        try Trainee(
            EnvironmentSpecification(CartPole.self),
            DQNConfiguration(seed: 2).with {
                $0.environmentCount = 2
                $0.rainbow = true
                $0.atoms = 5
                $0.batchSize = 200
                $0.learningStarts = 20
                $0.trainingInterval = 4
                $0.updatesPerInterval = 3
                $0.targetUpdateInterval = 16
                $0.replayCapacity = 100
                $0.network.hidden = [8]
            })
    }

    static func sac() throws -> Trainee<SACLearner> {
        try Trainee(
            EnvironmentSpecification(Pendulum.self),
            SACConfiguration(seed: 3).with {
                $0.environmentCount = 2
                $0.batchSize = 200
                $0.learningStarts = 20
                $0.trainingInterval = 4
                $0.updatesPerInterval = 3
                $0.stepCount = 3
                $0.prioritizedReplay = true
                $0.replayCapacity = 100
                $0.network.hidden = [8]
            })
    }
}
