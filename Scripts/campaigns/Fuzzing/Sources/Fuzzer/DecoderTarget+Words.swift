import ReinEnvironments
import ReinNumerics

@testable import Rein
@testable import ReinCheckpoints
@testable import ReinCommand
@testable import ReinPolicies

extension DecoderTarget {
    /// Lines of `key=value`, put together and read as the settings of each method.
    func settings(_ text: String) {
        var tree = StateTree.map(StateMap())
        for line in text.split(separator: "\n") {
            guard let assignment = try? ConfigurationAssignment(parsing: String(line)) else { return }
            assignment.apply(to: &tree)
        }
        read(tree, as: PPO.Configuration.self)
        read(tree, as: DQN.Configuration.self)
        read(tree, as: SAC.Configuration.self)
    }

    private func read<Configuration: AlgorithmConfiguration>(_ tree: StateTree, as type: Configuration.Type) {
        guard let configuration = try? Configuration(overlaying: tree) else { return }
        _ = try? configuration.validate()
        guard let again = try? Configuration(overlaying: configuration.tree) else {
            preconditionFailure("settings that were written cannot be read")
        }
        precondition(again.tree.description == configuration.tree.description, "settings that are read again differ")
    }

    func mapping(_ text: String) {
        if let mapping = try? PolicyMapping(parsing: text) {
            for agent in ["agent_0", "", "player_1"] { _ = mapping.rules.first { $0.agents.matches(agent) } }
        }
        _ = try? PolicySelection(parsing: text)
        _ = try? PolicyID(text)
    }

    func predict(_ line: [UInt8]) {
        for policy in Self.policies {
            guard let tree = try? JSON.parse(line), let request = try? PredictionRequest(tree, for: policy) else {
                continue
            }
            var state = request.state
            let action = policy.action(for: request.observation, mask: request.mask, state: &state)
            _ = JSON.text(PredictionAnswer.tree(action, outputs: [], state: state))
        }
    }

    /// Policies whose requests take every form: nested observations, masks of both kinds, memory, numbers.
    private static let policies: [Policy] = [
        policy([4], .discrete(Discrete(3))), policy([2, 2], .multiDiscrete(MultiDiscrete([2, 3]))),
        policy([3], .box(Box(-1...1, shape: [2])), recurrence: .gru),
    ].compactMap(\.self)

    private static func policy(
        _ shape: [Int], _ actions: ActionSpace, recurrence: NetworkConfiguration.Recurrence = .none
    ) -> Policy? {
        try? PPOLearner.makePolicy(
            observationSpace: Box(-1...1, shape: shape), actionSpace: actions,
            configuration: PPO.Configuration().with {
                $0.network.hidden = [4]
                $0.network.recurrent = recurrence
                $0.network.recurrentWidth = 3
            }, random: RandomStream(seed: 1, name: "fuzz"))
    }
}
