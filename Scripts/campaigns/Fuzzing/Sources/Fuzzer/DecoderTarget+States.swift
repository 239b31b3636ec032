import ReinEnvironments
import ReinNumerics

@testable import Rein
@testable import ReinCheckpoints
@testable import ReinPolicies
@testable import ReinRLlib

extension DecoderTarget {
    /// What Rein restores from a tree: a policy that acts and its learner, a replay, or an algorithm that trains on.
    func restore(_ tree: StateTree) -> Bool {
        if let policy = try? Policy(restoring: tree) {
            act(policy)
            convert(policy: tree)
            guard let saved = policy.learnerState else { return true }
            return learner(PPOLearner.self, saved, of: policy, with: Self.ppo)
                || learner(DQNLearner.self, saved, of: policy, with: Self.dqn)
                || learner(SACLearner.self, saved, of: policy, with: Self.sac)
        }
        convert(algorithm: tree)
        let reader = StateReader(tree, path: "state")
        if reader.optionalChild("transitions") != nil || reader.optionalChild("experience") != nil {
            return replay(DQNLearner.self, tree, with: Self.dqn) || replay(SACLearner.self, tree, with: Self.sac)
        }
        return algorithm(PPOLearner.self, reader) || algorithm(DQNLearner.self, reader)
            || algorithm(SACLearner.self, reader)
    }

    /// Puts a policy into words of RLlib's, as converting does, and reads what RLlib would.
    private func convert(policy tree: StateTree) {
        guard let file = RLlibFiles().policy(tree, format: .msgpack).messagePack else { return }
        do {
            act(try RLlibPolicy(StateReader(file)).policy)
        } catch {
            fail("a policy that was put into RLlib's words cannot be read: \(error)")
        }
    }

    private func convert(algorithm tree: StateTree) {
        guard let state = try? AlgorithmState(StateReader(tree)) else { return }
        let files = RLlibFiles(algorithm: state)
        for id in state.lineup.policies { _ = files.policy(Self.policyState, id: id, format: .msgpack) }
        _ = files.algorithm(tree, format: .msgpack)
        _ = files.report(format: .msgpack)
    }

    /// Acts in every way, and checks that the policy comes back from its own state.
    func act(_ policy: Policy) {
        // What is large may be right, and takes longer than a fuzzer waits.
        guard policy.network.parameters.count < 1 << 16 else { return }
        let observation = [Float](repeating: 0.5, count: policy.observationSpace.count)
        var state = policy.initialState
        var random = RandomStream(seed: 1, name: "fuzz")
        _ = policy.outputs(for: observation, state: &state)
        _ = policy.action(for: observation, state: &state)
        _ = policy.sampleAction(for: observation, state: &state, using: &random)
        _ = try? policy.checkedActions(for: [observation, observation])
        do {
            _ = try Policy(restoring: policy.state)
        } catch {
            fail("a policy that was read cannot be restored from its state: \(error)")
        }
    }

    /// Restores the learner that a policy carries along, where the policy has the form that its settings describe.
    private func learner<Method: Learner>(
        _: Method.Type, _ saved: StateTree, of policy: Policy, with configuration: Method.Configuration
    ) -> Bool {
        guard policy.observationSpace.count <= 64,
            (try? StateReader(saved).string("algorithm")) == Method.algorithmName,
            var learner = Self.learner(Method.self, of: policy, with: configuration),
            (try? learner.restore(from: saved)) != nil
        else { return false }
        let state = learner.state
        guard (try? learner.restore(from: state)) != nil else {
            fail("a learner that was read cannot be restored from its state")
        }
        return true
    }

    private func replay<Method: Learner>(
        _: Method.Type, _ tree: StateTree, with configuration: Method.Configuration
    ) -> Bool {
        for environment in ["CartPole-v1", "Pendulum-v1"] {
            guard let specification = try? EnvironmentRegistry.specification(environment),
                let policy = try? Method.makePolicy(
                    observationSpace: specification.observationSpace, actionSpace: specification.actionSpace,
                    configuration: configuration, random: RandomStream(seed: 1, name: "fuzz")),
                var learner = Self.learner(Method.self, of: policy, with: configuration)
            else { continue }
            if (try? learner.restoreReplay(from: tree)) != nil { return true }
        }
        return false
    }

    /// A new learner, if the policy is one that it can improve.
    private static func learner<Method: Learner>(
        _: Method.Type, of policy: Policy, with configuration: Method.Configuration
    ) -> Method? {
        guard (try? Algorithm<Method>.requireForm(policy, id: .default, configuration: configuration)) != nil else {
            return nil
        }
        return Method(
            for: policy, lanes: RolloutLanes(1), configuration: configuration,
            random: RandomStream(seed: 1, name: "fuzz"))
    }

    /// Restores what an algorithm holds besides its policies, and trains on for an iteration.
    private func algorithm<Method: Learner>(_: Method.Type, _ reader: StateReader) -> Bool {
        guard let saved = try? AlgorithmState(reader), saved.algorithm == Method.algorithmName,
            let configuration = try? Method.Configuration(overlaying: saved.configuration),
            isQuick(saved, Method.self, configuration),
            let environment = try? TrainingEnvironment(named: saved.environment),
            let algorithm = try? Algorithm<Method>(
                environment: environment, configuration: configuration, lineup: saved.lineup),
            (try? continueEpisodes(of: saved, in: algorithm)) != nil
        else { return false }
        algorithm.counters = saved.counters
        algorithm.episodes = saved.episodes
        if let iteration = saved.iteration {
            guard (try? algorithm.restoreUnfinished(from: iteration)) != nil else { return false }
        }
        requireReadable(algorithm)
        guard (try? algorithm.train()) != nil else { return true }
        requireReadable(algorithm)
        return true
    }

    private func continueEpisodes<Method: Learner>(
        of saved: AlgorithmState, in algorithm: Algorithm<Method>
    ) throws {
        for slot in algorithm.players {
            if let runner = try saved.runner(of: slot.id), runner.agents == slot.agents {
                try slot.restoreRunner(from: runner.state)
            }
        }
        if let runner = saved.sharedRunner { try algorithm.sharedRunner?.restore(from: runner.tree) }
    }

    private func requireReadable<Method: Learner>(_ algorithm: Algorithm<Method>) {
        guard (try? AlgorithmState(StateReader(algorithm.state))) != nil else {
            fail("the state of an algorithm that was restored cannot be read")
        }
    }

    /// Whether settings are such that an iteration takes a moment only.
    private func isQuick<Method: Learner>(
        _ saved: AlgorithmState, _: Method.Type, _ settings: Method.Configuration
    ) -> Bool {
        let lineup = saved.lineup
        guard settings.environmentCount * Method.stepsPerIteration(of: settings) <= 64, lineup.policies.count <= 4,
            lineup.agents?.count ?? 0 <= 4
        else { return false }
        guard case .map(let map) = settings.tree, lineup.policyConfigurations.isEmpty else { return false }
        return Self.costs.allSatisfy { key, limit in map[key].map { Self.isSmall($0, limit: limit) } ?? true }
    }

    /// The settings that make work, and how much of it is fine.
    private static let costs: [(key: String, limit: Int64)] = [
        ("network", 64), ("atoms", 64), ("epochs", 16), ("minibatchSize", 256), ("batchSize", 64),
        ("updatesPerInterval", 16), ("sequenceLength", 64), ("stepCount", 64),
    ]

    /// Whether no number in a tree is above a limit, and no list long.
    private static func isSmall(_ tree: StateTree, limit: Int64) -> Bool {
        switch tree {
        case .int(let number): number <= limit
        case .list(let list): list.count <= 4 && list.allSatisfy { isSmall($0, limit: limit) }
        case .map(let map): map.allSatisfy { isSmall($1, limit: limit) }
        default: true
        }
    }
}

/// Settings that small policies were trained with, and one of them.
extension DecoderTarget {
    private static let policyState: StateTree = {
        let policy = try? PPOLearner.makePolicy(
            observationSpace: Box(-1...1, shape: [4]), actionSpace: .discrete(2), configuration: ppo,
            random: RandomStream(seed: 1, name: "fuzz"))
        return policy?.state ?? .null
    }()

    private static let ppo = PPO.Configuration().with {
        $0.network.hidden = [2]
        $0.environmentCount = 1
        $0.rolloutLength = 4
        $0.minibatchSize = 4
    }
    private static let dqn = DQN.Configuration().with {
        $0.network.hidden = [2]
        $0.environmentCount = 1
        $0.stepsPerIteration = 4
        $0.replayCapacity = 16
        $0.batchSize = 2
    }
    private static let sac = SAC.Configuration().with {
        $0.network.hidden = [2]
        $0.environmentCount = 1
        $0.stepsPerIteration = 4
        $0.replayCapacity = 16
        $0.batchSize = 2
    }
}
