package import ReinCheckpoints
package import ReinNetworks
import ReinNumerics
package import ReinPolicies
import ReinSpaces

/// A policy in a file of RLlib's own (version 2.10, PyTorch, MessagePack): the policy that acts as it does there, and
/// what its training goes on with.
///
/// Blobs of pickled code in the file are not looked at.
package final class RLlibPolicy: Sendable {
    /// The class of the policy.
    package let policyClass: RLlibPolicyClass
    /// The policy, without the state of a learner.
    package let policy: Policy
    /// Why training cannot go on with a network of ours, or nil when it can: not where a layer of ours does the work of
    /// several.
    package let trainingProblem: StateError?
    /// SAC's critics; none for other policies.
    package let critics: RLlibCritics
    /// The settings, in RLlib's words.
    package let config: StateReader
    /// The whole file.
    let file: StateReader
    let layout: RLlibLayout
    let weights: RLlibWeights

    /// Whether the tree is that of such a file.
    package static func isFile(_ tree: StateTree) -> Bool {
        guard case .map(let map) = tree else { return false }
        return map["policy_spec"] != nil && map["weights"] != nil
    }

    /// Reads a file.
    ///
    /// - Throws: `StateError` for policies that Rein has no equal for, naming the setting, and for files that contradict
    ///   themselves.
    package init(_ file: StateReader) throws(StateError) {
        self.file = file
        let specification = try file.child("policy_spec")
        policyClass = try RLlibPolicyClass(specification.child("policy_class"))
        config = try specification.child("config")
        let observations = try RLlibObservations(specification.child("observation_space"))
        let actions = try RLlibSpace.actionSpace(specification.child("action_space"))
        weights = RLlibWeights(try file.child("weights"))
        let form: RLlibForm
        switch policyClass {
        case .ppo: form = try .ppo(observations, actions, weights, config)
        case .dqn: form = try .dqn(observations, actions, weights, config)
        case .sac: form = try .sac(observations, actions, weights, config)
        }
        if let problem = form.architecture.problem { throw config.error(.outOfRange, problem) }
        // A small file must not make a large network, which does not fit it.
        let (count, available) = (form.architecture.parameterCount, try weights.count)
        guard count <= max(1 << 16, 2 * available) else {
            throw try file.child("weights").error(
                .wrongShape, "\(available) numbers, and a network of \(count) parameters")
        }
        layout = form.layout
        critics = form.critics
        var network = ActorCritic(form.architecture)
        try weights.read(
            layout.weights, into: &network.parameters, views: network.views,
            choose: { if case .network(let view) = $0 { view } else { nil } })
        var problem: StateError?
        if form.addsAdvantagesTwice {
            Self.addAdvantagesTwice(in: &network)
            problem = try config.child("dueling").error(
                .unsupportedFormat,
                "with dueling heads without hidden layers (\"hiddens\": []) the policy can act, but training cannot go on"
            )
        }
        if let name = form.innerLayer, try !Self.fold(name, of: weights, into: &network) {
            problem = try specification.child("observation_space").error(
                .unsupportedFormat,
                "for observations that are no vectors RLlib's DQN has a linear layer before its heads; the policy can act, "
                    + "but training cannot go on")
        }
        trainingProblem = problem
        var policy = try Policy(
            observationSpace: observations.space, actionSpace: actions, distribution: form.distribution,
            network: network,
            observationNormalizer: RLlibFilter.normalizer(file, config: config, width: observations.count),
            actionTransform: form.transform)
        policy.observationEncoding = observations.encoding
        if let rate = file.optionalChild("_exploration_state")?.optionalChild("cur_epsilon") {
            policy.explorationRate = try rate.double()
            guard (0...1).contains(policy.explorationRate) else {
                throw rate.error(.outOfRange, "an exploration rate is a probability")
            }
        }
        policy.rllib = Self.remainder(of: file, layout: layout)
        self.policy = policy
    }

    /// Makes the last layer compute q' = 2 q − mean over actions of q, which is linear in its parameters.
    private static func addAdvantagesTwice(in network: inout ActorCritic) {
        guard let layer = network.policy.layers.last else { return }
        let width = layer.outputs
        for first in stride(from: layer.offset, to: layer.endOffset, by: width) {
            let row = network.parameters[first..<first + width]
            let mean = row.reduce(0, +) / Float(width)
            for index in first..<first + width { network.parameters[index] = 2 * network.parameters[index] - mean }
        }
    }

    /// Lets the first layers of DQN's heads do the work of a linear layer before them, (x L + b) W + c = x (L W) + b W + c.
    ///
    /// - Returns: whether the layer passes on what it reads, so that nothing changes.
    /// - Throws: `StateError` when its parameters are missing or of another shape.
    private static func fold(
        _ name: String, of weights: RLlibWeights, into network: inout ActorCritic
    ) throws(StateError) -> Bool {
        let own = network.trunk == nil ? network.architecture.hidden.count : 0
        let width = network.architecture.hidden.last ?? network.architecture.inputs
        let matrix = try weights.numbers("\(name)._model.0.weight", shape: [width, width])
        let bias = try weights.numbers("\(name)._model.0.bias", shape: [width])
        let passesOn =
            bias.allSatisfy { $0 == 0 } && matrix.indices.allSatisfy { matrix[$0] == ($0 % (width + 1) == 0 ? 1 : 0) }
        guard !passesOn else { return true }
        for layer in [network.policy.layers[own], network.value?.layers[own]].compactMap({ $0 }) {
            let outputs = layer.outputs
            let old = Array(network.parameters[layer.offset..<layer.endOffset])
            let base = layer.offset
            // The rows of L, and at last b, which comes to c.
            for row in 0...width {
                for column in 0..<outputs {
                    var sum: Float = row == width ? old[width * outputs + column] : 0
                    for inner in 0..<width {
                        let factor = row == width ? bias[inner] : matrix[row * width + inner]
                        sum += factor * old[inner * outputs + column]
                    }
                    network.parameters[base + row * outputs + column] = sum
                }
            }
        }
        return false
    }

    /// Reads the critics of SAC into the flat buffer of them; `first` and `second` in the names of `views`.
    ///
    /// - Throws: `StateError` for critics that training does not go on with here.
    package func readCritics(views: [ParameterView], into parameters: inout [Float]) throws(StateError) {
        if let problem = critics.problem { throw problem }
        try weights.read(
            layout.weights, into: &parameters, views: views,
            choose: { if case .critic(let view) = $0 { view } else { nil } })
    }

    /// The logarithm of SAC's temperature.
    package var logTemperature: Double? {
        get throws(StateError) { try weights.number("log_alpha") }
    }

    /// The weight of PPO's KL penalty, which is adapted in training.
    package var klCoefficient: Double? {
        get throws(StateError) {
            guard let saved = file.optionalChild("current_kl_coeff") else { return nil }
            let value = try saved.double()
            guard value.isFinite, value >= 0 else { throw saved.error(.outOfRange, "expected a weight of 0 or more") }
            return value
        }
    }

    /// What Rein has no place for and writes back: settings, weights that are not used, entries it does not know. Never
    /// the pickled code of connectors.
    private static func remainder(of file: StateReader, layout: RLlibLayout) -> StateTree {
        guard case .map(var map) = file.tree else { return .null }
        var unused: StateMap = [:]
        if case .map(let weights)? = map["weights"] {
            let known = Set(
                layout.weights.compactMap { parameter -> String? in
                    if case .unused = parameter.meaning { nil } else { parameter.name }
                })
            for (name, value) in weights where !known.contains(name) { unused[name] = value }
        }
        map["weights"] = .map(unused)
        for key in ["_optimizer_variables", "connector_configs"] { map[key] = nil }
        return .map(map)
    }
}
