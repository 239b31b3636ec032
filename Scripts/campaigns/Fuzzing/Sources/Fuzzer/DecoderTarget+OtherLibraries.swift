import ReinEnvironments
import ReinNumerics

@testable import Rein
@testable import ReinCheckpoints
@testable import ReinInterop
@testable import ReinPolicies
@testable import ReinRLlib

extension DecoderTarget {
    /// A policy, an algorithm, or a module of RLlib's new stack. A policy that cannot be trained further is fine, one that
    /// was read must act.
    func rllib(_ bytes: [UInt8]) -> Bool {
        guard let tree = try? MessagePackCodec().decode(plain: StateBytes(bytes)) else { return false }
        let reader = StateReader(tree, path: "file")
        if RLlibAlgorithm.isFile(tree) {
            guard let algorithm = try? RLlibAlgorithm(reader) else { return false }
            return Self.rllibPolicies.contains { policy in
                (try? algorithm.state([(.default, algorithm.settings(of: policy))])) != nil
            }
        }
        if RLlibPolicy.isFile(tree) {
            guard let policy = try? RLlibPolicy(reader) else { return false }
            act(policy.policy)
            learn(policy, method: RLlibMethods.method(of: policy.policyClass))
            return true
        }
        guard let weights = try? ModuleWeights(reader) else { return false }
        return Self.moduleSpaces.contains { observations, actions in
            (try? ModuleForm(weights, observations, actions, activation: .tanh, headActivation: .relu)) != nil
        }
    }

    private func learn<Method: RLlibMethod>(_ policy: RLlibPolicy, method: Method.Type) {
        guard policy.policy.network.parameters.count < 1 << 12,
            let configuration = try? method.validConfiguration(of: policy),
            configuration.environmentCount * method.stepsPerIteration(of: configuration) <= 1 << 14
        else { return }
        guard let trained = try? method.policy(policy) else { return }
        do {
            _ = try Policy(restoring: trained.state)
        } catch {
            fail("a policy of RLlib's cannot be restored from its state: \(error)")
        }
    }

    /// A policy of each class, for algorithms.
    private static let rllibPolicies: [RLlibPolicy] = {
        let observations = Box(-1...1, shape: [2])
        let random = RandomStream(seed: 1, name: "fuzz")
        let policies = [
            try? PPOLearner.makePolicy(
                observationSpace: observations, actionSpace: .discrete(2),
                configuration: PPO.Configuration().with { $0.network.hidden = [2] }, random: random),
            try? DQNLearner.makePolicy(
                observationSpace: observations, actionSpace: .discrete(2),
                configuration: DQN.Configuration().with { $0.network.hidden = [2] }, random: random),
            try? SACLearner.makePolicy(
                observationSpace: observations, actionSpace: .box(Box(-1...1, shape: [1])),
                configuration: SAC.Configuration().with { $0.network.hidden = [2] }, random: random),
        ]
        return policies.compactMap { policy in
            let file = policy.flatMap { RLlibFiles().policy($0.state, format: .msgpack).messagePack }
            return file.flatMap { try? RLlibPolicy(StateReader($0)) }
        }
    }()

    private static let moduleSpaces: [(Box, ActionSpace)] = [
        (Box(-1...1, shape: [4]), .discrete(2)), (Box(-1...1, shape: [3]), .box(Box(-1...1, shape: [1]))),
    ]

    func agent(_ bytes: [UInt8]) -> Bool {
        guard let archive = try? ZipArchive(bytes), let agent = try? StableBaselines3Agent(archive) else {
            return false
        }
        act(agent.policy)
        return true
    }

    /// What stands in pickles: statistics, spaces, arguments of policies, and tensors whose numbers lie beside it.
    func pickle(_ bytes: [UInt8]) -> Bool {
        var isGood = (try? StableBaselines3Normalization(bytes)) != nil
        let tensors = StoredArchive(entries: [("archive/data.pkl", bytes)])
        isGood = (try? TorchArchive(tensors.bytes)) != nil || isGood
        for globals in [
            StableBaselines3Globals.spaces, StableBaselines3Globals.policyClasses,
            StableBaselines3Globals.policyArguments,
        ] {
            guard let document = try? PickleReader.read(bytes, globals: globals) else { continue }
            let view = PickleView(document, path: "pickle")
            let hasSpace = (try? AgentSpaces.observations(view)) != nil || (try? AgentSpaces.actions(view)) != nil
            let hasTree = (try? view.tree()) != nil
            isGood = isGood || hasSpace || hasTree || view.globalName != nil
        }
        return isGood
    }
}
