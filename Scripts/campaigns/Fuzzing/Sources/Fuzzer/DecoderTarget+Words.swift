import ReinEnvironments
import ReinNumerics

@testable import Rein
@testable import ReinCheckpoints
@testable import ReinCommand
@testable import ReinPolicies

extension DecoderTarget {
    /// Lines of `key=value`, put together, or the JSON of a file for `--config`; read as the settings of each method.
    func settings(_ text: String) -> Bool {
        if let tree = try? JSON.parse(text) {
            return parameters(StateReader(tree)) || overlay(tree)
        }
        var tree = StateTree.map(StateMap())
        for line in text.split(separator: "\n") {
            guard let assignment = try? ConfigurationAssignment(parsing: String(line)) else { return false }
            assignment.apply(to: &tree)
        }
        return overlay(tree)
    }

    private func parameters(_ reader: StateReader) -> Bool {
        guard let parameters = try? RunParameters(reader) else { return false }
        guard let again = try? RunParameters(StateReader(parameters.tree)) else {
            fail("parameters that were written cannot be read")
        }
        require(again.tree == parameters.tree, "parameters that are read again differ")
        return overlay(parameters.configuration)
    }

    private func overlay(_ tree: StateTree) -> Bool {
        let isGood = [
            overlay(tree, as: PPO.Configuration.self), overlay(tree, as: DQN.Configuration.self),
            overlay(tree, as: SAC.Configuration.self),
        ]
        return isGood.contains(true)
    }

    private func overlay<Configuration: AlgorithmConfiguration>(_ tree: StateTree, as type: Configuration.Type) -> Bool
    {
        guard let configuration = try? Configuration(overlaying: tree) else { return false }
        guard let again = try? Configuration(overlaying: configuration.tree) else {
            fail("settings that were written cannot be read")
        }
        require(again == configuration, "settings that are read again differ")
        return true
    }

    /// A mapping that gives agents policies, a selection of policies, and an id.
    func mapping(_ text: String) -> Bool {
        let mapping = try? PolicyMapping(parsing: text)
        if let mapping {
            for (index, choice) in mapping.choices(for: Self.agents).enumerated() {
                require(choice == mapping.choice(for: Self.agents[index]), "an agent has two choices")
                _ = try? choice?.shares(for: Self.agents[index], at: index)
            }
            let tree = StateEncoder().encode(mapping)
            let again = try? StateDecoder().decode(PolicyMapping.self, from: tree, path: "mapping")
            require(again == mapping, "a mapping that is read again differs")
        }
        let selection = try? PolicySelection(parsing: text)
        _ = try? selection?.ids(in: ["main", "pol0", "pol1", "other"])
        return mapping != nil || selection != nil || (try? PolicyID(text)) != nil
    }

    private static let agents: [AgentID] = ["agent_0", "", "player_1", "[a-z]*?", "ä"]

    /// A request, answered as `rein predict` does it.
    func predict(_ line: [UInt8]) -> Bool {
        guard let tree = try? JSON.parse(line) else { return false }
        var isAnswered = false
        var random = RandomStream(seed: 1, name: "predict")
        for policy in Self.policies {
            guard let request = try? PredictionRequest(tree, for: policy) else { continue }
            isAnswered = true
            for explores in [false, true] {
                var (state, next) = (request.state, request.state)
                let outputs = policy.outputs(for: request.observation, state: &state)
                let action =
                    explores
                    ? policy.sampleAction(
                        for: request.observation, mask: request.mask, state: &next, using: &random)
                    : policy.action(for: request.observation, mask: request.mask, state: &next)
                let answer = PredictionAnswer.tree(action, of: policy.actionSpace, outputs: outputs, state: next)
                require((try? JSON.parse(JSON.text(answer))) != nil, "an answer that is no JSON")
            }
        }
        return isAnswered
    }

    /// Policies whose requests take every form: nested observations, indices, masks of both kinds, memory, numbers.
    private static let policies: [Policy] = [
        policy([4], .discrete(Discrete(3))), policy([2, 2], .multiDiscrete(MultiDiscrete([2, 3]))),
        policy([3], .box(Box(-1...1, shape: [2])), recurrence: .gru),
        policy([5], .discrete(Discrete(3, start: -7)), encoding: .oneHot(counts: [2, 3])),
        policy([3], .discrete(Discrete(2)), encoding: .oneHot(counts: [3])),
    ].compactMap(\.self)

    private static func policy(
        _ shape: [Int], _ actions: ActionSpace, recurrence: NetworkConfiguration.Recurrence = .none,
        encoding: ObservationEncoding = .numbers
    ) -> Policy? {
        var policy = try? PPOLearner.makePolicy(
            observationSpace: Box(-1...1, shape: shape), actionSpace: actions,
            configuration: PPO.Configuration().with {
                $0.network.hidden = [4]
                $0.network.recurrent = recurrence
                $0.network.recurrentWidth = 3
            }, random: RandomStream(seed: 1, name: "fuzz"))
        policy?.observationEncoding = encoding
        return policy
    }
}
