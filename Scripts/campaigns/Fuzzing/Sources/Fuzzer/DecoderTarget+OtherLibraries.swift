@testable import Rein
@testable import ReinCheckpoints
@testable import ReinInterop
@testable import ReinPolicies

extension DecoderTarget {
    /// A policy that cannot be trained further is fine, one that was read must act.
    func rllib(_ bytes: [UInt8]) {
        guard let tree = try? MessagePackCodec().decode(bytes) else { return }
        if RLlibAlgorithm.isFile(tree) {
            _ = try? RLlibAlgorithm.state(StateReader(tree, path: "algorithm"), policies: [])
        }
        guard RLlibPolicy.isFile(tree), let policy = try? RLlibPolicy(StateReader(tree, path: "policy")) else {
            return
        }
        act(policy.policy)
        learn(policy, method: RLlibMethods.method(of: policy.policyClass))
    }

    private func learn<Method: RLlibMethod>(_ policy: RLlibPolicy, method: Method.Type) {
        // What is large may be right, and takes longer than a fuzzer waits.
        guard policy.policy.network.parameters.count < 1 << 16 else { return }
        _ = try? method.policy(policy)
    }

    func agent(_ bytes: [UInt8]) {
        guard let archive = try? ZipArchive(bytes), let agent = try? StableBaselines3Agent(archive) else { return }
        act(agent.policy)
    }

    func pickle(_ bytes: [UInt8]) {
        _ = try? StableBaselines3Normalization(bytes)
        for globals in [
            StableBaselines3Globals.spaces, StableBaselines3Globals.policyClasses,
            StableBaselines3Globals.policyArguments,
        ] {
            guard let document = try? PickleReader.read(bytes, globals: globals) else { continue }
            let view = PickleView(document, path: "pickle")
            _ = try? AgentSpaces.observations(view)
            _ = try? AgentSpaces.actions(view)
            _ = try? view.tree()
        }
    }

    /// Acts once, and checks that the policy comes back from its own state.
    func act(_ policy: Policy) {
        guard policy.network.parameters.count < 1 << 16 else { return }
        let observation = [Float](repeating: 0.5, count: policy.observationSpace.count)
        var state = policy.initialState
        _ = policy.action(for: observation, state: &state)
        guard (try? Policy(restoring: policy.state)) != nil else {
            preconditionFailure("a policy that was read cannot be restored from its state")
        }
    }
}
